/** The questions that are answered, in the order in which people ask them. */
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
import type { Topic } from "./topic.ts";

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
