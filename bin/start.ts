/**
 * Starts the whole tower on one machine and ends it again: Redis, server, workers and, unless `--no-demo`, the demo's
 * simulator. Says one line when it is ready. Ctrl-C ends everything in order within 15 seconds; a second one at once.
 *
 * Exit codes: 0 ended as asked, 1 could not start, 2 wrong arguments.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { join } from "node:path";
import { readEnvironment } from "./check-environment.ts";
import { ConfigError } from "./config.ts";
import { createTower } from "./tower.ts";

const usage = `Usage: npm start              the demo: two simulated sites, users with public passwords
       npm run serve          without the demo
Options (npm start -- --verbose):
  --no-demo   no simulator and no demo users
  --verbose   server and workers write to this terminal instead of <data>/logs
  --help      this text
The environment is described in README.md.`;

/** A terminal that goes away must not take the tower with it. */
function ignoreBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

function readArguments(): { isDemo: boolean; isVerbose: boolean } {
  const options = {
    "no-demo": { type: "boolean" },
    verbose: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  try {
    const { values } = parseArgs({ options, strict: true });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return { isDemo: !values["no-demo"], isVerbose: values.verbose === true };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** A terminal and npm may both pass on one Ctrl-C; what follows within a second is the same one. */
function onSignals(stop: () => void, stopNow: () => void): void {
  let firstAt: number | null = null;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (firstAt === null) {
        firstAt = Date.now();
        stop();
      } else if (Date.now() - firstAt > 1000) stopNow();
    });
  }
}

async function main(): Promise<number> {
  ignoreBrokenOutput();
  const { isDemo, isVerbose } = readArguments();
  const root = join(import.meta.dirname, "..");
  if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
  const config = await readEnvironment(process.env, isDemo);
  const tower = createTower({
    root,
    config,
    isDemo,
    isVerbose,
    env: process.env,
    say: (message) => console.error(message),
  });
  onSignals(tower.stop, () => {
    tower.stopNow();
    process.exit(130);
  });
  return tower.run((line) => console.log(line));
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(
      error instanceof ConfigError
        ? error.message
        : `Control Tower could not start: ${error.message}`,
    );
    process.exit(1);
  },
);
