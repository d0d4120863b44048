/**
 * `npm run test:history -- --seconds 60 --rate 200 --seed 1`: what becomes of history and of the board while the store is stopped, slowed, full and corrupted, so many
 * seconds each. Exits 1 when anything is lost, doubled, made up or different. Times of the board are told, not judged: they are the machine's as well.
 */
import { parseArgs } from "node:util";
import { runHistoryChaos } from "./run.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "200" },
  },
});

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const { calm, faults, compared, isSame, broken } = await runHistoryChaos({
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  perSecond: Number(values.rate),
  log: say,
});
say(JSON.stringify({ calm, faults, compared, isSame }));
const worst = Math.max(...Object.values(faults).map(({ p99 }) => p99));
say(
  `board p99 ${calm.p99} ms before, ${worst} ms at worst: ${(worst / calm.p99).toFixed(2)} times`,
);
say(broken.length === 0 ? "clean" : `broken: ${broken.join(", ")}`);
process.exitCode = broken.length === 0 ? 0 : 1;
