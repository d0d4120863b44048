/** When history does not hold the newest, the figures say so. Pure. */
import type { CopyState } from "../../domain/contract/analytics.ts";
import { count, duration } from "../ui/format.ts";

/** So many commits pass in a second or two of a busy day; but one may hold thousands of changes, so they must not wait long either. */
const NEAR = 50;
const NEAR_MS = 15_000;

const WORDS: Readonly<Record<CopyState["state"], string>> = {
  current: "History is following",
  copying: "History is following",
  reading: "History is being built anew from all orders",
  failing: "History cannot be written at the moment",
  refused: "History is of another version and is not written",
  silent: "Nobody writes history at the moment",
};

function stateIn(answer: unknown): CopyState | null {
  const found = (answer as { history?: CopyState } | null)?.history;
  return found ?? null;
}

/** Nobody has to know. */
const isNear = ({ state, behind }: CopyState): boolean =>
  state === "current" || (state === "copying" && behind <= NEAR);

/** Empty when everything is in it. */
export function lagWords(answers: ReadonlyMap<string, unknown>): string {
  const state = [...answers.values()].map(stateIn).find((one) => one !== null) ?? null;
  if (state === null) return "";
  const { behind, behindMs = 0 } = state;
  const isLate = behindMs > NEAR_MS;
  if (!isLate && isNear(state)) return "";
  const since = isLate ? `, of the last ${duration(behindMs)}` : "";
  const missing =
    behind > 0 ? `: ${count(behind)} changes are missing in these figures${since}` : "";
  return `${WORDS[state.state]}${missing}.`;
}
