/** When history does not hold the newest, the figures say so. Pure. */
import type { CopyState } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";

/** So many commits pass in a second or two of a busy day. */
const NEAR = 50;

const WORDS: Readonly<Record<CopyState["state"], string>> = {
  current: "",
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

/** Empty when everything is in it. */
export function lagWords(answers: ReadonlyMap<string, unknown>): string {
  const state = [...answers.values()].map(stateIn).find((one) => one !== null) ?? null;
  if (state === null || state.state === "current") return "";
  if (state.state === "copying" && state.behind <= NEAR) return "";
  const missing =
    state.behind > 0 ? `: ${count(state.behind)} changes are missing in these figures` : "";
  return `${WORDS[state.state]}${missing}.`;
}
