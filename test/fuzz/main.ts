/** The long run: `node test/fuzz/main.ts --inputs 50000 --seed 1`. Ends with 1 when there is a finding. */
import { parseArgs } from "node:util";
import { fuzz, type Finding } from "./run.ts";
import { fuzzSockets } from "./sockets.ts";
import { startFuzzTower } from "./stand.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "50000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const count = Number(values.inputs);
const seed = Number(values.seed);
const socketShare = Math.ceil(count / 10);

const tower = await startFuzzTower();
const began = Date.now();

const inWords = ({ what, request, answer }: Finding): string =>
  `\n${what}\n  ${request}\n  ${answer}`;

async function runAll() {
  const { pid } = tower.server;
  let told = 0;
  const http = await fuzz(tower, count - socketShare, seed, ({ sent, findings: found }) => {
    for (const one of found.slice(told)) process.stderr.write(`${inWords(one)}\n`);
    told = found.length;
    if (sent % 4_000 === 0) process.stderr.write(`${sent} sent, ${told} finding(s)\n`);
  });
  const sockets = await fuzzSockets(tower, socketShare, seed);
  const isUp = (await tower.request("/livez")).ok && tower.server.pid === pid;
  return { http, sockets, isUp, errors: tower.server.output() };
}

async function ended(): Promise<void> {
  if (process.exitCode !== undefined) process.stderr.write(tower.server.output());
  await tower.stop();
}

const { http, sockets, isUp, errors } = await runAll()
  .catch((error: unknown) => {
    process.exitCode = 1;
    throw error;
  })
  .finally(ended);
const findings = [...http.findings, ...sockets.findings];
const never = Object.entries(http.taken).filter(([, times]) => times === 0);
process.stdout.write(
  `${[
    `${http.sent} requests and ${sockets.sent} socket events in ${Math.round((Date.now() - began) / 1000)} s, seed ${seed}`,
    `statuses ${JSON.stringify(http.statuses)}`,
    `never taken: ${never.map(([name]) => name).join(", ") || "none"}`,
    `server ${isUp ? "up" : "GONE"}${errors === "" ? "" : `, it wrote:\n${errors.slice(-3_000)}`}`,
    ...findings.map(inWords),
    `${findings.length} finding(s)`,
  ].join("\n")}\n`,
);
process.exit(findings.length === 0 && isUp && errors === "" ? 0 : 1);
