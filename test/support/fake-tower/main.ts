/** The real supervisor over the programs beside this file, configured by the environment as `npm start` is. */
import { readSupervisorConfig } from "../../../bin/config.ts";
import { createTower } from "../../../bin/tower.ts";

const config = readSupervisorConfig(process.env, true);
const tower = createTower({
  root: import.meta.dirname,
  config,
  isDemo: true,
  isVerbose: false,
  env: process.env,
  say: (message) => console.error(message),
});
process.on("SIGTERM", tower.stop);
try {
  process.exitCode = await tower.run((line) => console.log(line));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
