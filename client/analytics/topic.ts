/** One question of the analytics: what it asks, and how the answers are shown. */
import type { AnalyticsName, Group } from "../../domain/contract/analytics-names.ts";
import type { Context, Shown } from "./panels.ts";

export type Answers = ReadonlyMap<string, unknown>;
/** What is asked: a name for the answer, and what of the interface with which words. */
export type Asks = Readonly<Record<string, { path: string; query: Record<string, string> }>>;

export type Topic = {
  name: AnalyticsName;
  /** in the list of topics */
  label: string;
  /** the question it answers */
  title: string;
  /** what it may be split by; the first is its own */
  splits: readonly Group[];
  /** no window is chosen: it has its own */
  isWithoutWindow?: boolean;
  asks: (context: Context) => Asks;
  /** of what came so far */
  show: (answers: Answers, context: Context) => Shown;
};
