/** The baseline without queues: how long orders of a stage have taken to the dock, given how long this one has been there (Kaplan-Meier, working time). */
import { workingBetween, type Calendar } from "../../../domain/calendar.ts";
import type { Known } from "./replay.ts";

const BINS = 96;
const MINUTE = 60_000;
/** 0 to 32 working hours in steps of 20 minutes */
const binOf = (minutes: number): number => Math.min(BINS - 1, Math.floor(minutes / 20));

export type ElapsedModel = {
  watch: (order: Known, now: number) => void;
  learn: (order: Known, readyAt: number | null) => void;
  missOf: (order: Known, now: number) => number;
};

export function createElapsedModel(calendar: Calendar): ElapsedModel {
  const counts = new Map<string, number[]>();
  const entered = new Map<number, [string, number][]>();
  const minutes = (from: number, to: number): number => workingBetween(calendar, from, to) / MINUTE;
  return {
    watch: (order) => {
      const known = entered.get(order.index) ?? [];
      if (known.at(-1)?.[0] !== order.stage) known.push([order.stage, order.stageSince]);
      entered.set(order.index, known);
    },
    learn: (order, readyAt) => {
      for (const [stage, since] of entered.get(order.index) ?? []) {
        if (readyAt === null) continue;
        const bins = counts.get(stage) ?? Array.from({ length: BINS }, () => 0);
        const bin = binOf(minutes(since, readyAt));
        bins[bin] = (bins[bin] ?? 0) + 1;
        counts.set(stage, bins);
      }
      entered.delete(order.index);
    },
    missOf: (order, now) => {
      const bins = counts.get(order.stage);
      if (bins === undefined) return 0.05;
      const elapsed = binOf(minutes(order.stageSince, now));
      const until = binOf(minutes(order.stageSince, order.deadline));
      let left = 1;
      let late = 0.05;
      for (let bin = elapsed; bin < BINS; bin += 1) {
        left += bins[bin] ?? 0;
        if (bin > until) late += bins[bin] ?? 0;
      }
      return late / left;
    },
  };
}
