/** How well it was done: M16 to M18, M21, M28, M29. */
import { define, n, ratio, rest, share, targets, type Definition } from "./definition.ts";

export const QUALITY: readonly Definition[] = [
  define(
    {
      id: "M16",
      key: "pickAccuracyLines",
      name: "Pick accuracy, lines",
      unit: "share",
      formula: "1 - wrong picks / lines picked",
      window: "by picking",
      rules: "Found at the check or by the customer.",
      ...targets(0.997, 0.995, 0.99),
    },
    (sums) =>
      share(
        n(sums, "picks.lines") - n(sums, "picks.caught") - n(sums, "picks.escaped"),
        n(sums, "picks.lines"),
      ),
  ),
  define(
    {
      id: "M16",
      key: "pickAccuracyOrders",
      name: "Pick accuracy, orders",
      unit: "share",
      formula: "1 - orders with a wrong pick / orders picked",
      window: "by picking",
      rules: "",
    },
    rest("picks.wrong", "picks"),
  ),
  define(
    {
      id: "M16",
      key: "caughtInside",
      name: "Wrong picks caught inside",
      unit: "share",
      formula: "wrong picks found at the check / wrong picks found",
      window: "by picking",
      rules: "",
    },
    (sums) => share(n(sums, "picks.caught"), n(sums, "picks.caught") + n(sums, "picks.escaped")),
  ),
  define(
    {
      id: "M17",
      key: "damageInside",
      name: "Damaged before departure",
      unit: "share",
      formula: "orders damaged in the house / orders that left",
      window: "by departure",
      rules: "",
      better: "less",
      ...targets(0.003, 0.005, 0.01),
    },
    ratio("damaged.inside", "shipped"),
  ),
  define(
    {
      id: "M17",
      key: "damageTransit",
      name: "Damaged on the way",
      unit: "share",
      formula: "orders damaged on the way / orders that arrived",
      window: "by delivery",
      rules: "",
      better: "less",
    },
    ratio("damaged.transit", "delivered"),
  ),
  define(
    {
      id: "M18",
      key: "firstPassYield",
      name: "First-pass yield",
      unit: "share",
      formula: "first inspections passed / first inspections",
      window: "by first inspection",
      rules: "Second and later attempts are not counted.",
      ...targets(0.97, 0.95, 0.92),
    },
    ratio("checked.ok", "checked"),
  ),
  define(
    {
      id: "M21",
      key: "exceptionRate",
      name: "Exception rate",
      unit: "share",
      formula: "orders with an exception / orders closed",
      window: "by closing",
      rules: "Exceptions about data (missing scans, clocks) are counted apart.",
      better: "less",
    },
    ratio("closed.excepted", "closed"),
  ),
  define(
    {
      id: "M21",
      key: "dataExceptionRate",
      name: "Data exception rate",
      unit: "share",
      formula: "orders with an exception about data / orders closed",
      window: "by closing",
      rules: "",
      better: "less",
    },
    ratio("closed.dataExcepted", "closed"),
  ),
  define(
    {
      id: "M28",
      key: "returnRate",
      name: "Return rate",
      unit: "share",
      formula: "orders that came back / orders delivered",
      window: "cohort, by delivery",
      rules: "Young cohorts look better than they are: returns lag.",
      better: "less",
    },
    ratio("returned", "delivered"),
  ),
  define(
    {
      id: "M29",
      key: "scanCompleteness",
      name: "Scan completeness",
      unit: "share",
      formula: "recorded milestones / expected milestones",
      window: "by closing",
      rules: "",
      ...targets(0.99, 0.97, 0.95),
    },
    ratio("scans.recorded", "scans.expected"),
  ),
];
