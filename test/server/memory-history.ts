/** History without a store: knows of nothing, until a test puts one in its place. */
import { answerFrom, type Ask, type QuestionName, type Questions } from "../../history/ask.ts";
import type { History } from "../../history/open.ts";

export type MemoryHistory = {
  ask: Ask;
  /** what the copier of a site said of itself */
  said: Map<string, string>;
  /** from now on this store answers */
  use: (history: History) => void;
};

const NOTHING: { [Q in QuestionName]: Questions[Q]["answer"] } = {
  sums: [],
  orders: { items: [], next: null },
  durations: [],
  burnDown: [],
  order: null,
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
