/** The rules that a turn applies. Handed in, so that a test can break one of them. */
import { placeEvent } from "../apply.ts";
import { countedOf } from "../contribution.ts";
import { assessDelay } from "../delay.ts";
import { foldOn } from "../fold.ts";
import { promisesOf } from "../promise.ts";
import { rowOf } from "../row.ts";

export const RULES = {
  placeEvent,
  foldOn,
  promisesOf,
  assessDelay,
  rowOf,
  countedOf,
};
export type Rules = typeof RULES;
