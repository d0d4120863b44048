/**
 * The soak of walls (promise P11): `npm run test:walls -- --minutes 30 --faults 100 --seed 1`. Two walls hang while faults strike at random; they are looked at every
 * second. Exits 1 when a wall lied, did not come back alone within 30 s, or keeps more than 20 MB more than at the beginning.
 */
import { parseArgs } from "node:util";
import { soak } from "./soak.ts";

const MOST_GROWTH_MB = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    faults: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const seed = Number(values.seed);
say(`seed ${seed}`);
const result = await soak({
  minutes: Number(values.minutes),
  faults: Number(values.faults),
  seed,
  log: say,
});
const { looks, lies, faults, backMs, neverBack, heapMb, errors } = result;
const sorted = backMs.toSorted((a, b) => a - b);
const at = (share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const growth = heapMb.last - heapMb.first;
say(
  JSON.stringify({
    looks,
    lies: lies.length,
    faults,
    backMs: { p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 },
    neverBack,
    heapMb: {
      first: heapMb.first.toFixed(1),
      last: heapMb.last.toFixed(1),
      growth: growth.toFixed(1),
    },
    errors: errors.slice(0, 5),
  }),
);
const isFine = lies.length === 0 && neverBack.length === 0 && growth <= MOST_GROWTH_MB;
say(isFine ? "clean" : "broken");
if (!isFine) process.exitCode = 1;
