/** M22 to M25: how alarms were answered, and how many there were. Sums that begin with `load.` and `inc.open` are added when it is asked, from what stands open then and from the calls. */
import {
  count,
  define,
  durationFigure,
  n,
  ratio,
  share,
  targets,
  type Definition,
} from "./definition.ts";
import { merge, noSums, quantileOf, type Sums } from "./sums.ts";

const MINUTE_MS = 60_000;
const RAISED = "by when it was raised";

/** Those that nobody has taken yet count with their age, in the quantiles alone: a mean of what is not over says nothing. */
function withOpen(sums: Sums): Sums {
  const all = noSums();
  merge(all, { n: {}, h: { "inc.ack": sums.h["inc.ack"] ?? {} } });
  merge(all, { n: {}, h: { "inc.ack": sums.h["inc.open"] ?? {} } });
  return all;
}

const ACKNOWLEDGED_WITHIN_MS = 10 * MINUTE_MS;

/** While nobody has taken any, ages only say "at least": they may miss the target, and never meet it. */
const acknowledged = (sums: Sums) => {
  const figure = durationFigure(sums, "inc.ack");
  const all = withOpen(sums);
  const at = (q: number) => quantileOf(all, "inc.ack", q);
  if (figure.value === null && (at(0.5) ?? 0) <= ACKNOWLEDGED_WITHIN_MS) return figure;
  return {
    ...figure,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
  };
};

export const INCIDENTS: readonly Definition[] = [
  define(
    {
      id: "M22",
      key: "toAcknowledge",
      name: "Time to acknowledge",
      unit: "ms",
      formula: "mean and quantiles of acknowledged − raised",
      window: RAISED,
      clock: "working",
      rules:
        "While the site works. Those that nobody took yet count with their age in the quantiles; until somebody has taken one, only an age over the target counts. What was over before anybody took it is left out and counted beside.",
      better: "less",
      ...targets(ACKNOWLEDGED_WITHIN_MS, 20 * MINUTE_MS, 40 * MINUTE_MS),
    },
    acknowledged,
  ),
  define(
    {
      id: "M23",
      key: "toResolve",
      name: "Time to resolve",
      unit: "ms",
      formula: "mean and quantiles of resolved − raised",
      window: RAISED,
      clock: "elapsed",
      rules: "One that came back is the same one, from when it was first raised.",
      better: "less",
    },
    (sums) => durationFigure(sums, "inc.resolve"),
  ),
  define(
    {
      id: "M24",
      key: "escalationRate",
      name: "Escalation rate",
      unit: "share",
      formula:
        "incidents that reached level 2 of their ladder, its third step, or went through it again / incidents raised",
      window: RAISED,
      rules: "By the clock or by hand; each is shown apart.",
      better: "less",
      ...targets(0.1, 0.15, 0.25),
    },
    ratio("inc.climbed", "inc.raised"),
  ),
  define(
    {
      id: "M24",
      key: "escalatedByClock",
      name: "Escalated by the clock",
      unit: "share",
      formula: "those that came there because nobody answered / incidents raised",
      window: RAISED,
      rules: "",
      better: "less",
    },
    ratio("inc.escalated", "inc.raised"),
  ),
  define(
    {
      id: "M24",
      key: "escalatedByHand",
      name: "Escalated by hand",
      unit: "share",
      formula: "those that somebody sent further / incidents raised",
      window: RAISED,
      rules: "",
      better: "none",
    },
    ratio("inc.escalatedByHand", "inc.raised"),
  ),
  define(
    {
      id: "M22",
      key: "raised",
      name: "Incidents raised",
      unit: "count",
      formula: "incidents opened, by a rule or by a person",
      window: RAISED,
      rules: "",
      better: "none",
    },
    count("inc.raised"),
  ),
  define(
    {
      id: "M22",
      key: "clearedUntaken",
      name: "Over before anybody took it",
      unit: "share",
      formula: "incidents that ended by themselves and untaken / incidents raised",
      window: RAISED,
      rules: "",
      better: "none",
    },
    ratio("inc.cleared", "inc.raised"),
  ),
  define(
    {
      id: "M22",
      key: "noiseShare",
      name: "Said to be noise",
      unit: "share",
      formula: "incidents that people marked as noise / incidents raised",
      window: RAISED,
      rules: "",
      better: "less",
    },
    ratio("inc.noise", "inc.raised"),
  ),
  define(
    {
      id: "M25",
      key: "alarmLoad",
      name: "Alarm load",
      unit: "count",
      formula:
        "calls that reached a person in ten minutes, mean over people and windows of ten minutes",
      window: "windows of ten minutes in which the site works, and those with a call",
      rules:
        "Of everybody who may answer incidents at the site. Calls that were gathered into one count once. Never per hour or day: averages hide floods.",
      better: "less",
      ...targets(1, 2, 10),
    },
    (sums) => share(n(sums, "load.calls"), n(sums, "load.windows")),
  ),
  define(
    {
      id: "M25",
      key: "floodedWindows",
      name: "Windows in flood",
      unit: "share",
      formula: "windows with more than 10 calls for one person / windows",
      window: "as alarm load",
      rules: "",
      better: "less",
      ...targets(0.01, 0.01, 0.05),
    },
    ratio("load.flooded", "load.windows"),
  ),
  define(
    {
      id: "M25",
      key: "mostCalls",
      name: "Most calls in ten minutes",
      unit: "count",
      formula: "the largest number of calls that reached one person in a window",
      window: "as alarm load",
      rules: "",
      better: "less",
    },
    (sums) => ({ value: n(sums, "load.windows") === 0 ? null : n(sums, "load.most") }),
  ),
];
