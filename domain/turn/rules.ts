/** The rules that a turn applies. Handed in, so that a test can break one of them. */
import { placeEvent } from "../apply.ts";
import { assessDelay } from "../delay.ts";
import { foldOrder } from "../fold.ts";
import { contributionBetween } from "../metrics.ts";
import { promisesOf } from "../promise.ts";
import { rowOf } from "../row.ts";

export const RULES = {
  placeEvent,
  foldOrder,
  promisesOf,
  assessDelay,
  rowOf,
  contributionBetween,
};
export type Rules = typeof RULES;
