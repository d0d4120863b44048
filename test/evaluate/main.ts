/**
 * `npm run evaluate`: how good are the forecasts? Real orders with `--data <folder>` (holding `olist/`, `scms/`); without `--judge` only the time that may be tuned on
 * is shown. `--floor`: the reference scenario of the simulator, `[--seeds 1,7] [--days 63] [--sites 0,1,2,3,4,5] [--quick]`; exit code 1 when a target is missed.
 */
import { parseArgs } from "node:util";
import { evaluateFloor } from "./floor/evaluate.ts";
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

if (values.data !== undefined)
  await evaluateReal({ folder: values.data, judge: values.judge, say });
else if (!values.floor)
  say("nothing to do: --data <folder> for real orders, --floor for the simulated floor");
