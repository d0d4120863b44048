/** The keys of the actions on orders: the same letters for the open order, the row under the keyboard and the selection. */
import type { KeyEntry } from "../ui/key-table.ts";
import { PASS } from "../ui/keys.ts";

type Words = readonly (readonly [key: string, what: string])[];

export const ON_ONE: Words = [
  ["C", "assign"],
  ["H", "hold"],
  ["Shift+H", "release from hold"],
  ["P", "expedite"],
  ["N", "note"],
];
export const ON_MANY: Words = [
  ["C", "assign them"],
  ["H", "hold them"],
  ["Shift+H", "release them from hold"],
  ["P", "expedite them"],
  ["N", "a note on each"],
];

export type ActionKeys = {
  press: (key: string) => unknown;
  /** false: the keys are somebody else's now */
  isFor: () => boolean;
  /** whether a key that was pressed there is meant for this; without it from anywhere */
  isMeant?: (event: KeyboardEvent) => boolean;
};

export const actionKeys = (words: Words, { press, isFor, isMeant }: ActionKeys): KeyEntry[] =>
  words.map(([key, what]) => ({
    keys: [key],
    what,
    isFor,
    run: (event) => (isMeant?.(event) === false ? PASS : press(key)),
  }));
