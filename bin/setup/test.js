import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser } from "./browser.js";
import { ensurePostgres } from "./postgres.js";
import { build } from "./build.js";
import { environment, runToEnd } from "./run.js";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, script?: string[], projects?: string[], needs?: string, isBehind?: boolean }} Step */

/** @typedef {{ name: string, counts: Counts, seconds: string }} Result */

/** No step hangs for ever: far above what any takes on two busy cores. */
const limitMs = 30 * 60_000;

/** Quickest first; what reads the built pages comes after the build. `needs` names a step without which this one would only repeat its failure; what is `isBehind` goes on while the next ones run, until one needs both cores. @type {Step[]} */
export const steps = [
  { name: "fmt", script: ["node_modules/oxfmt/bin/oxfmt", "--check"] },
  { name: "lint", script: ["node_modules/oxlint/bin/oxlint", "--deny-warnings"] },
  { name: "types", script: ["bin/check-types.ts"], isBehind: true },
  { name: "dead", script: ["node_modules/knip/bin/knip.js"] },
  { name: "build" },
  { name: "unit", projects: ["unit", "client"] },
  { name: "redis", projects: ["redis"] },
  { name: "e2e", projects: ["e2e", "e2e-calm", "e2e-alone"], needs: "build" },
];

/** @param {boolean} isGood @returns {Counts} a step that is no test run counts as one */
function one(isGood) {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
}

/**
 * What a test run came to. A file that could not even be loaded has no tests to count: it counts as one failure.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number } | null} report
 * @param {number} code the exit code @returns {Counts}
 */
export function countTests(report, code) {
  if (report === null) return one(false);
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Counts[]} all the closing line, which machines read */
export function closingLine(all) {
  /** @param {keyof Counts} key */
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
}

/** @param {string} root @param {string} node */
function options(root, node) {
  return {
    cwd: root,
    env: environment(root, node),
    timeout: limitMs,
    killSignal: /** @type {const} */ ("SIGKILL"),
  };
}

/** @param {string} root @param {string} node @param {Step & { projects: string[] }} step */
async function runVitest(root, node, step) {
  const report = join(root, ".cache", `test-${step.name}.json`);
  rmSync(report, { force: true });
  const projects = step.projects.flatMap((name) => ["--project", name]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--config", "test/vitest.config.ts", ...projects, ...reporters];
  const code = await runToEnd(node, args, options(root, node));
  return countTests(existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : null, code);
}

/** @param {string} root @param {string} node @param {Step} step @returns {Promise<Counts>} */
async function runStep(root, node, step) {
  if (step.projects !== undefined)
    return runVitest(root, node, { ...step, projects: step.projects });
  if (step.script === undefined) return one((await build(root, node)) === 0);
  const [file = "", ...args] = step.script;
  const code = await runToEnd(node, [join(root, file), ...args], options(root, node));
  return one(code === 0);
}

/** @param {string} root @param {string} node @param {(message: string) => void} say */
async function prepare(root, node, say) {
  mkdirSync(join(root, ".cache"), { recursive: true });
  await ensureBrowser(say);
  await ensurePostgres(say);
  // Says itself what is missing; the tests then skip, or fail with CI=true.
  await runToEnd(node, [join(root, "bin/fetch-redis.ts")], options(root, node));
}

/**
 * One step after the other; what goes on behind is over before tests begin, and before this resolves with whether all were run.
 * @template {Pick<Step, "isBehind" | "projects">} S
 * @param {S[]} all @param {(step: S) => Promise<void>} run @param {() => boolean} isInterrupted
 * @returns {Promise<boolean>}
 */
export async function inTurn(all, run, isInterrupted) {
  let behind = Promise.resolve();
  let isWhole = true;
  for (const step of all) {
    if (step.projects !== undefined) await behind;
    isWhole = !isInterrupted();
    if (!isWhole) break;
    const done = run(step);
    if (step.isBehind === true) behind = Promise.all([behind, done]).then(() => {});
    else await done;
  }
  await behind;
  return isWhole;
}

/** @param {Result} result */
function describe({ name, counts, seconds }) {
  return `${counts.failed === 0 ? "ok    " : "FAILED"} ${name.padEnd(6)} ${seconds.padStart(6)} s  ${closingLine([counts])}`;
}

/**
 * Runs every check, goes on after a failed one where that tells something new, and ends with the counts. Names of
 * steps as arguments run those alone. Resolves with the exit code.
 * @param {string} root @param {string} node @param {string[]} only @param {(message: string) => void} say
 */
export async function runTests(root, node, only, say) {
  const unknown = only.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Error(
      `No step ${unknown.join(", ")}; there are: ${steps.map((s) => s.name).join(", ")}`,
    );
  const chosen = only.length === 0 ? steps : steps.filter((step) => only.includes(step.name));
  await prepare(root, node, say);
  /** @type {Result[]} */
  const results = [];
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  /** @param {Step} step */
  const run = async (step) => {
    const isBlocked = results.some(
      (result) => result.name === step.needs && result.counts.failed > 0,
    );
    console.log(`\n== ${step.name}${isBlocked ? `: not run, ${step.needs} failed` : ""}`);
    const begunAt = Date.now();
    const counts = isBlocked ? one(false) : await runStep(root, node, step);
    const seconds = ((Date.now() - begunAt) / 1000).toFixed(1);
    const result = { name: step.name, counts, seconds };
    results.push(result);
    console.log(describe(result));
  };
  if (!(await inTurn(chosen, run, () => isInterrupted))) return 130;
  const all = results.map((result) => result.counts);
  console.log(`\n${results.map(describe).join("\n")}\n\n${closingLine(all)}`);
  return all.some((counts) => counts.failed > 0) ? 1 : 0;
}
