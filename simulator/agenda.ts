/** The agenda of a simulation: what happens next, in time and, at the same moment, in the order in which it was planned. */
import { type Before, heapPop, heapPush } from "./heap.ts";
import type { Scheduled, Simulation, Task } from "./model.ts";

const earlier: Before<Scheduled> = (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order);

export function schedule({ state }: Simulation, at: number, task: Task): void {
  state.count += 1;
  heapPush(state.agenda, { at, order: state.count, task }, earlier);
}

/** Takes the next task up to and including that moment, and moves the clock to it. */
export function takeNext({ state }: Simulation, until: number): Task | undefined {
  const [next] = state.agenda;
  if (next === undefined || next.at > until) return undefined;
  heapPop(state.agenda, earlier);
  state.now = next.at;
  return next.task;
}
