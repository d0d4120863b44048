/** The questions that are answered, in the order in which people ask them. */
import type { AnalyticsName, Group } from "../../domain/contract/analytics-names.ts";
import type { Context, Shown } from "./panels.ts";
import { ALARMS } from "./topic-alarms.ts";
import { BACKLOG } from "./topic-backlog.ts";
import { BUDGETS } from "./topic-budgets.ts";
import { CARRIERS } from "./topic-carriers.ts";
import { CYCLE } from "./topic-cycle.ts";
import { DELAYS } from "./topic-delays.ts";
import { ON_TIME } from "./topic-on-time.ts";
import { PACKAGING } from "./topic-packaging.ts";
import { QUALITY } from "./topic-quality.ts";
import { THROUGHPUT } from "./topic-throughput.ts";

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

export const TOPICS: readonly Topic[] = [
  ON_TIME,
  BUDGETS,
  DELAYS,
  CYCLE,
  THROUGHPUT,
  BACKLOG,
  CARRIERS,
  QUALITY,
  PACKAGING,
  ALARMS,
];
