/** Everything that is asked of history, by name: what a server asks, a thread of its own answers. */
import type { Call } from "../domain/incidents/call.ts";
import { readBurnDown, type BurnDown, type BurnDownQuery } from "./queries/backlog.ts";
import {
  readDrilled,
  readDurations,
  readIdsOf,
  readKept,
  type DrilledPage,
  type KeptOrder,
  type OrdersQuery,
} from "./queries/orders.ts";
import {
  readCalls,
  readIncidents,
  type IncidentsPage,
  type IncidentsQuery,
} from "./queries/incidents.ts";
import { readJudged, type JudgedQuery } from "./queries/judged.ts";
import {
  readFrame,
  readRange,
  type RewindFrame,
  type RewindQuery,
  type RewindRange,
} from "./queries/rewind.ts";
import { readSums, type SumsQuery, type SumsRow } from "./queries/sums.ts";
import type { History } from "./open.ts";

export type Questions = {
  sums: { query: SumsQuery; answer: SumsRow[] };
  orders: { query: OrdersQuery; answer: DrilledPage };
  durations: { query: OrdersQuery; answer: number[] };
  burnDown: { query: BurnDownQuery; answer: BurnDown[] };
  incidents: { query: IncidentsQuery; answer: IncidentsPage };
  judged: { query: JudgedQuery; answer: DrilledPage };
  calls: { query: { site: string; from: number; to: number }; answer: Call[] };
  order: { query: { site: string; id: string }; answer: KeptOrder | null };
  ofCustomer: { query: { site: string; customerOrder: string }; answer: string[] };
  frame: { query: RewindQuery; answer: RewindFrame | null };
  range: { query: { site: string }; answer: RewindRange };
};
export type QuestionName = keyof Questions;
export type Ask = <Q extends QuestionName>(
  name: Q,
  query: Questions[Q]["query"],
) => Promise<Questions[Q]["answer"]>;

type Answerer = {
  [Q in QuestionName]: (
    history: History,
    query: Questions[Q]["query"],
  ) => Promise<Questions[Q]["answer"]>;
};

const ANSWERER: Answerer = {
  sums: readSums,
  orders: readDrilled,
  durations: readDurations,
  burnDown: readBurnDown,
  incidents: readIncidents,
  judged: readJudged,
  calls: readCalls,
  order: (history, { site, id }) => readKept(history, site, id),
  ofCustomer: readIdsOf,
  frame: readFrame,
  range: (history, { site }) => readRange(history, site),
};

export const answerFrom =
  (history: History): Ask =>
  (name, query) =>
    ANSWERER[name](history, query);
