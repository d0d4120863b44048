/** Process entry of the simulator: does what the command line says, ends at once when told to. Exit codes: 0 done, 1 failed, 2 called wrongly. */
import { HELP, readEnvironment, readSettings, type Settings, UsageError } from "./config.ts";
import { createTowerClient, type Say } from "./client.ts";
import { runGenerate } from "./generate.ts";
import { runLive } from "./live.ts";
import { runLoad } from "./load.ts";

/** One line that is written over on a terminal; in a log a line now and then. */
function createProgress(): Say {
  let lastAt = 0;
  return (words) => {
    const now = Date.now();
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
    else if (now - lastAt > 1_000 || !/\d+ of \d+/.test(words)) process.stderr.write(`${words}\n`);
    lastAt = now;
  };
}

async function run(
  settings: Exclude<Settings, { mode: "help" }>,
  signal: AbortSignal,
): Promise<void> {
  const say = createProgress();
  if (settings.mode === "generate") return runGenerate(settings, say);
  const tower = createTowerClient(settings, signal, say);
  const edges = { tower, signal, say, now: () => Date.now() };
  if (settings.mode === "live") return runLive({ ...settings, ...edges });
  const { accepted, duplicates, refused, seconds } = await runLoad({ ...settings, ...edges });
  const perSecond = Math.round((accepted + duplicates) / seconds);
  process.stderr.write(`\n`);
  console.log(JSON.stringify({ accepted, duplicates, refused, seconds, perSecond }));
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) console.error("--help tells more.");
  process.exit(error instanceof UsageError ? 2 : 1);
}

async function main(): Promise<void> {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      stopping.abort();
      process.exit(0);
    });
  const settings = readSettings(process.argv.slice(2), readEnvironment());
  if (settings.mode === "help") return console.log(HELP);
  await run(settings, stopping.signal);
}

main().catch(fail);
