/** History without a store: knows of nothing, until a test puts one in its place. */
import type { LiveMetrics } from "../../domain/board.ts";
import { answerFrom, type Ask, type QuestionName, type Questions } from "../../history/ask.ts";
import type { History } from "../../history/open.ts";

export type MemoryHistory = {
  ask: Ask;
  /** what the copier of a site said of itself */
  said: Map<string, string>;
  /** from now on this store answers */
  use: (history: History) => void;
};

const NO_METRICS: LiveMetrics = {
  at: 0,
  open: 0,
  severities: {},
  stages: {},
  onHold: 0,
  actWithin30Min: 0,
  handedOverToday: 0,
  shippedPerHour: 0,
  deadLetters: 0,
  waiting: 0,
  inboxLag: 0,
  closed: {},
  promises: { shippedOnTime: 0, shippedLate: 0, deliveredOnTime: 0, deliveredLate: 0 },
};

const NOTHING: { [Q in QuestionName]: Questions[Q]["answer"] } = {
  sums: [],
  orders: { items: [], next: null },
  durations: [],
  burnDown: [],
  incidents: { items: [], next: null },
  judged: { items: [], next: null },
  calls: [],
  order: null,
  ofCustomer: [],
  frame: {
    epoch: "e1",
    seq: 0,
    at: 0,
    total: 0,
    rows: [],
    metrics: NO_METRICS,
    pickups: [],
    sources: [],
    isWhole: true,
  },
  range: { from: null, to: null },
};

export function memoryHistory(): MemoryHistory {
  let answers: Ask = async (name) => NOTHING[name];
  return {
    ask: (name, query) => answers(name, query),
    said: new Map(),
    use: (history) => {
      answers = answerFrom(history);
    },
  };
}
