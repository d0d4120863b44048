/** Where time goes: M1 to M4, M20, and what late orders lost. */
import {
  count,
  define,
  duration,
  n,
  share,
  targets,
  verdict,
  type Definition,
} from "./definition.ts";

export const CYCLES: readonly Definition[] = [
  define(
    {
      id: "M1",
      key: "cycleGross",
      name: "Cycle time, gross",
      unit: "ms",
      formula: "delivered - received",
      window: "by delivery",
      clock: "elapsed",
      rules: "Split orders: each part by itself.",
      better: "less",
    },
    duration("cycle"),
  ),
  define(
    {
      id: "M1n",
      key: "cycleNet",
      name: "Cycle time, net",
      unit: "ms",
      formula: "gross less holds that the customer answers for and future dates",
      window: "by delivery",
      clock: "elapsed",
      rules: "",
      better: "less",
    },
    duration("cycleNet"),
  ),
  define(
    {
      id: "M2",
      key: "clickToShip",
      name: "Click to ship",
      unit: "ms",
      formula: "departed - received",
      window: "by departure",
      clock: "elapsed",
      rules: "",
      better: "less",
    },
    duration("click"),
  ),
  define(
    {
      id: "M2",
      key: "clickToShipWorking",
      name: "Click to ship, working time",
      unit: "ms",
      formula: "working time between receipt and departure",
      window: "by departure",
      clock: "working",
      rules: "",
      better: "less",
    },
    duration("clickWork"),
  ),
  define(
    {
      id: "M20",
      key: "transit",
      name: "Time with the carrier",
      unit: "ms",
      formula: "delivered - departed",
      window: "by delivery",
      clock: "elapsed",
      rules: "",
      better: "less",
    },
    duration("transit"),
  ),
];

export const STAGE_FIGURES: readonly Definition[] = [
  define(
    {
      id: "M3",
      key: "work",
      name: "Stage cycle time",
      unit: "ms",
      formula: "working time from the last recorded milestone to this one, holds taken off",
      window: "by completion",
      clock: "working",
      rules:
        "Where a milestone between was never scanned the time belongs to both together, never to one.",
      better: "less",
    },
    duration("work"),
  ),
  define(
    {
      id: "M3",
      key: "elapsed",
      name: "Stage time, elapsed",
      unit: "ms",
      formula: "time from the last recorded milestone to this one",
      window: "by completion",
      clock: "elapsed",
      rules: "",
      better: "less",
    },
    duration("leg"),
  ),
  define(
    {
      id: "M3w",
      key: "wait",
      name: "Waiting",
      unit: "ms",
      formula: "working time before the start scan",
      window: "by completion",
      clock: "working",
      rules: "Without a start scan the split is unknown, not zero.",
      better: "less",
    },
    duration("wait"),
  ),
  define(
    {
      id: "M3w",
      key: "touch",
      name: "In hands",
      unit: "ms",
      formula: "working time after the start scan",
      window: "by completion",
      clock: "working",
      rules: "Without a start scan the split is unknown, not zero.",
      better: "less",
    },
    duration("touch"),
  ),
  define(
    {
      id: "M3w",
      key: "waitShare",
      name: "Waiting share",
      unit: "share",
      formula: "waiting / (waiting + in hands)",
      window: "by completion",
      rules: "",
      better: "less",
    },
    (sums) => share(n(sums, "wait.ms"), n(sums, "wait.ms") + n(sums, "touch.ms")),
  ),
  define(
    {
      id: "M4",
      key: "throughput",
      name: "Throughput",
      unit: "count",
      formula: "orders that completed the stage",
      window: "by completion",
      rules: "A second attempt counts as rework, not as throughput.",
    },
    count("done"),
  ),
  define(
    {
      id: "M4",
      key: "throughputUnits",
      name: "Throughput, units",
      unit: "count",
      formula: "units of them",
      window: "by completion",
      rules: "",
    },
    count("done.units"),
  ),
  define(
    {
      id: "M4",
      key: "rework",
      name: "Rework",
      unit: "count",
      formula: "completions after the first",
      window: "by completion",
      rules: "",
      better: "less",
    },
    count("reworked"),
  ),
];

export const CARRIERS: readonly Definition[] = [
  define(
    {
      id: "M20",
      key: "carrierOnTime",
      name: "Carrier on time",
      unit: "share",
      formula: "delivered by the carrier's own commitment / delivered or overdue",
      window: "by commitment",
      rules:
        "From the carrier's first scan, so that our late hand-over is not charged to it. No excused causes.",
      ...targets(0.96, 0.94, 0.9),
    },
    verdict("carrier"),
  ),
];

export const LOSSES: readonly Definition[] = [
  define(
    {
      id: "L1",
      key: "lostMs",
      name: "Lost time",
      unit: "ms",
      formula: "lateness of late orders, shared over what took longer than planned",
      window: "by the deadline missed",
      clock: "elapsed",
      rules: "The parts add up to the lateness.",
      better: "less",
    },
    count("lost.ms"),
  ),
  define(
    {
      id: "L2",
      key: "lostCount",
      name: "Times it cost something",
      unit: "count",
      formula: "shares of late orders",
      window: "by the deadline missed",
      rules: "",
      better: "less",
    },
    count("lost"),
  ),
];
