/**
 * The kill test (promises, section 6): `npm run test:chaos -- --seconds 60 --seed 1`, `--controls` for the negative controls, each of which must be caught.
 * Exits 1 when a promise was broken, or when a control was not caught.
 */
import { parseArgs } from "node:util";
import { type RunResult, runChaos } from "./run.ts";

/** What is broken on purpose -> by which of these names it must be found. */
export const CONTROLS: Readonly<Record<string, readonly string[]>> = {
  "dedupe off": ["undetected duplicates"],
  "ack before write": ["lost", "fates"],
  "compare off": ["lost", "doubled", "wrong", "miscounted", "gaps", "deaf", "fates"],
  "effect outside the script": ["lost", "wrong", "fates"],
  "blind board": ["not converged"],
};

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    rate: { type: "string", default: "200" },
    workers: { type: "string", default: "1" },
    points: { type: "string", default: "20" },
    controls: { type: "boolean", default: false },
  },
});

const say = (text: string): void => {
  if (text !== "") process.stdout.write(`${text}\n`);
};

function show({ verdict, kills, load, fateMismatches, convergence, broken }: RunResult): void {
  const { examples: _examples, ...numbers } = verdict;
  say(JSON.stringify({ kills: kills.length, ...numbers, fateMismatches, ...load, convergence }));
  const slowest = Math.max(0, ...kills.map(({ backMs }) => backMs));
  say(`slowest return after a kill: ${slowest} ms`);
  say(broken.length === 0 ? "clean" : `broken: ${broken.join(", ")}`);
}

async function main(): Promise<boolean> {
  const seed = Number(values.seed);
  const seconds = Number(values.seconds);
  say(`seed ${seed}`);
  const common = { seed, perSecond: Number(values.rate), log: say };
  if (!values.controls) {
    const points = Number(values.points);
    const workers = Number(values.workers);
    const result = await runChaos({ ...common, seconds, workers, convergencePoints: points });
    show(result);
    return result.broken.length === 0;
  }
  let areCaught = true;
  for (const [control, names] of Object.entries(CONTROLS)) {
    const result = await runChaos({
      ...common,
      seconds: Math.min(seconds, 10),
      victims: [],
      workers: 2,
      control,
    });
    const isCaught = result.broken.some((name) => names.includes(name));
    say(`${control}: ${isCaught ? "caught" : "NOT CAUGHT"} (${result.broken.join(", ")})`);
    areCaught &&= isCaught;
  }
  return areCaught;
}

process.exitCode = (await main()) ? 0 : 1;
