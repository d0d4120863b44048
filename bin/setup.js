/**
 * What every `npm` command of a person begins with: plain JavaScript for Node 18 and later, no packages, so that it
 * runs on a fresh clone. It installs the packages when they are missing or older than the lock file, picks a Node that
 * runs TypeScript, builds the dashboard when its sources changed, and hands over: `start`, `serve`, `test`, `ct`.
 * With everything in place it adds a few hundredths of a second. It speaks on stderr; stdout belongs to the command.
 */
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./setup/build.js";
import { ensureInstalled } from "./setup/install.js";
import { pickNode } from "./setup/node.js";
import { handOver } from "./setup/run.js";
import { runTests } from "./setup/test.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const [command, ...args] = process.argv.slice(2);

/** @param {string} message */
function say(message) {
  process.stderr.write(`${message}\n`);
}

/** @type {Record<string, (node: string) => Promise<number>>} */
const commands = {
  start: async (node) => {
    if (!args.includes("--help")) await ensureBuilt(root, node, say);
    return handOver(root, node, ["bin/start.ts", ...args]);
  },
  serve: async (node) => {
    if (!args.includes("--help")) await ensureBuilt(root, node, say);
    return handOver(root, node, ["bin/start.ts", "--no-demo", ...args]);
  },
  test: (node) => runTests(root, node, args, say),
  ct: (node) => handOver(root, node, ["bin/ct.ts", ...args]),
};

async function main() {
  const run = commands[command ?? ""];
  if (run === undefined) {
    say(`Usage: node bin/setup.js ${Object.keys(commands).join("|")} [arguments]`);
    return 2;
  }
  await ensureInstalled(root, say);
  return run(pickNode(root));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
