/** Makes sure that the tests have a Redis, fetching one when the machine has none. Says what it came to; never fails. */
import { join } from "node:path";
import { findRedis } from "./redis-binary.ts";

const cacheDir = join(import.meta.dirname, "../.cache");
try {
  const binary = findRedis({
    env: process.env,
    cacheDir,
    say: (message) => console.error(message),
  });
  console.error(`Redis: ${binary.path} (${binary.version})`);
} catch (error) {
  console.error((error as Error).message);
}
