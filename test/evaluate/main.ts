/**
 * `npm run evaluate`: how good are the forecasts? Real orders with `--data <folder>` (holding `olist/`, `scms/`); without `--judge` only the time that may be tuned on
 * is shown. `--floor`: the reference scenario of the simulator, `[--seeds 1,7] [--days 63] [--sites 0,1,2,3,4,5] [--quick]`; exit code 1 when a target is missed.
 * `--incidents`: what is found of the simulator's disruptions, `[--presets normal,flash,peak-week] [--seeds 301] [--sites 0,1] [--days 14] [--warm-up 7] [--untold]`.
 */
import { parseArgs } from "node:util";
import { evaluateFloor } from "./floor/evaluate.ts";
import { evaluateIncidents } from "./incidents/evaluate.ts";
import { evaluateReal } from "./real/run.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    judge: { type: "boolean", default: false },
    floor: { type: "boolean", default: false },
    seeds: { type: "string", default: "1" },
    days: { type: "string" },
    sites: { type: "string" },
    quick: { type: "boolean", default: false },
    incidents: { type: "boolean", default: false },
    presets: { type: "string", default: "normal,flash,peak-week" },
    "warm-up": { type: "string", default: "7" },
    untold: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const numbers = (text: string): number[] => text.split(",").map(Number);

if (values.floor) {
  const { quick } = values;
  const isMet = evaluateFloor({
    seeds: numbers(values.seeds),
    days: Number(values.days ?? (quick ? 28 : 63)),
    sites: numbers(values.sites ?? (quick ? "1" : "0,1,2,3,4,5")),
    sampled: 0.2,
    quick,
    say,
  });
  if (!isMet) process.exitCode = 1;
}

if (values.incidents) {
  const isMet = evaluateIncidents({
    presets: values.presets.split(","),
    seeds: numbers(values.seeds),
    sites: numbers(values.sites ?? "0,1"),
    days: Number(values.days ?? 14),
    warmUpDays: Number(values["warm-up"]),
    told: !values.untold,
    say,
  });
  if (!isMet) process.exitCode = 1;
}

if (values.data !== undefined)
  await evaluateReal({ folder: values.data, judge: values.judge, say });
else if (!values.floor && !values.incidents)
  say(
    "nothing to do: --data <folder> for real orders, --floor for the simulated floor, --incidents for what is found of disruptions",
  );
