/**
 * `npm run bench [-- --scale 0.1] [-- --only ingest|scan|live|login|login-times|browser|vitals|lighthouse|forecast|replan|walls|history|rewind|detect] [-- --json results.json]`: prints a table and JSON. Goals are ratios against a raw limit measured
 * in the same run; times are reported, not judged. Exit code 1 when a goal is missed.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { benchBrowser } from "./browser.bench.ts";
import { benchDetect } from "./detect.bench.ts";
import { benchForecast } from "./forecast.bench.ts";
import { benchHistory } from "./history.bench.ts";
import { benchIngest } from "./ingest.bench.ts";
import { benchLighthouse } from "./lighthouse.bench.ts";
import { benchLive, benchScans } from "./live.bench.ts";
import { benchLogin } from "./login.bench.ts";
import { benchLoginTimes } from "./login-times.bench.ts";
import { benchReplan } from "./replan.bench.ts";
import { benchRewind } from "./rewind.bench.ts";
import { benchVitals } from "./vitals.bench.ts";
import { benchWalls } from "./walls.bench.ts";
import { asTable, type Figure, machine } from "./tables.ts";

const PARTS: Record<string, (scale: number) => Promise<Figure[]>> = {
  ingest: benchIngest,
  scan: benchScans,
  live: benchLive,
  login: benchLogin,
  "login-times": benchLoginTimes,
  browser: benchBrowser,
  vitals: benchVitals,
  lighthouse: benchLighthouse,
  forecast: benchForecast,
  replan: benchReplan,
  walls: benchWalls,
  history: benchHistory,
  rewind: benchRewind,
  detect: benchDetect,
};

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "string" },
  },
});
const scale = Number(values.scale);
if (!(scale > 0 && scale <= 10)) throw new Error("--scale: a number above 0, at most 10");
const chosen = Object.entries(PARTS).filter(
  ([name]) => values.only === undefined || values.only === name,
);
if (chosen.length === 0) throw new Error(`--only: one of ${Object.keys(PARTS).join(", ")}`);

const load = loadavg()[0] ?? 0;
console.error(`${machine()}; load average before: ${load.toFixed(2)}`);
const figures: Figure[] = [];
for (const [name, measure] of chosen) {
  console.error(`measuring ${name} ...`);
  figures.push(...(await measure(scale)));
}
console.log(asTable(figures));
const result = {
  machine: machine(),
  loadBefore: load,
  scale,
  at: new Date().toISOString(),
  figures,
};
if (values.json) writeFileSync(values.json, JSON.stringify(result, null, 2));
else console.log(JSON.stringify(result));
if (figures.some(({ isMet }) => isMet === false)) process.exitCode = 1;
