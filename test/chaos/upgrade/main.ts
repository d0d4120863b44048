/**
 * `npm run test:upgrade -- --from <commit or tag> --rolls 20 --rate 50`: server and workers are rolled from that version to this one and back under load, one after the
 * other. Exits 1 when anything is lost, doubled, made up or different. Versions of other packages than these cannot be tried so.
 */
import { parseArgs } from "node:util";
import { runUpgrade } from "./run.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "HEAD~1" },
    rolls: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "50" },
  },
});

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const { commit, verdict, compared, sent, broken } = await runUpgrade({
  from: values.from,
  rolls: Number(values.rolls),
  seed: Number(values.seed),
  perSecond: Number(values.rate),
  log: say,
});
const { examples, ...numbers } = verdict;
say(JSON.stringify({ from: commit, sent, ...numbers, history: compared }));
for (const example of examples) say(example);
say(broken.length === 0 ? "clean" : `broken: ${broken.join(", ")}`);
process.exitCode = broken.length === 0 ? 0 : 1;
