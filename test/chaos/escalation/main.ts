/**
 * Escalation cannot forget (promises P7, P8): `npm run test:escalation -- --timers 10000 --kills 50`. `--down 5000` is how many fell due in six hours of downtime; 0 leaves that out.
 * `--forecast 0` leaves the looks at all incidents out, which take the better part of a second of one core with ten thousand of them. Exits 1 when a promise was broken, or when the control was not caught.
 */
import { parseArgs } from "node:util";
import { commitLua } from "../../../workers/store/order-store.ts";
import { race, withoutComparison } from "./control.ts";
import { runDowntime, runTimers } from "./run.ts";
import { brokenOf } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    timers: { type: "string", default: "1000" },
    kills: { type: "string", default: "10" },
    restarts: { type: "string" },
    pause: { type: "string", default: "45" },
    window: { type: "string" },
    forecast: { type: "string", default: "1" },
    down: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seed = Number(values.seed);

/** Of a run of so many: `clean`, or what was broken. */
function show(name: string, run: object, broken: readonly string[]): boolean {
  say(`${name}: ${JSON.stringify(run)}`);
  say(`${name}: ${broken.length === 0 ? "clean" : `broken: ${broken.join(", ")}`}`);
  return broken.length === 0;
}

async function timers(): Promise<boolean> {
  const [count, kills] = [Number(values.timers), Number(values.kills)];
  const seconds = Number(values.window ?? Math.max(count / 60, kills * 8));
  const restarts = Number(values.restarts ?? Math.ceil(kills / 12));
  const pauseMs = Number(values.pause) * 1_000;
  const windowMs = seconds * 1_000;
  const env = { CT_FORECAST: values.forecast };
  const run = await runTimers({
    timers: count,
    kills,
    restarts,
    pauseMs,
    windowMs,
    seed,
    env,
    log: say,
  });
  const lost = run.received === run.verdict.fired ? [] : ["received"];
  return show("timers", run, [...brokenOf(run.verdict), ...lost]);
}

async function downtime(): Promise<boolean> {
  const due = Number(values.down);
  if (due === 0) return true;
  const run = await runDowntime({ due, seed });
  const broken = brokenOf(run.verdict, null);
  if (run.firstMs > 10_000) broken.push("slow to begin");
  if (run.mostASecond > 50) broken.push("storm");
  if (!run.inOrder) broken.push("order");
  if (run.groupsAMinute > 1) broken.push("groups");
  return show("downtime", run, broken);
}

async function controls(): Promise<boolean> {
  const good = await race(commitLua, 400, seed);
  const bad = await race(withoutComparison, 400, seed);
  const isCaught = bad.doubled > 0 && brokenOf(bad, null).includes("doubled");
  say(`control: ${bad.doubled} doubled without the comparison, ${good.doubled} with it`);
  return isCaught && brokenOf(good, null).length === 0;
}

async function main(): Promise<boolean> {
  say(`seed ${seed}`);
  const clean = [await controls(), await timers(), await downtime()];
  return clean.every(Boolean);
}

process.exitCode = (await main()) ? 0 : 1;
