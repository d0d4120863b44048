import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { aptGet, onPath } from "./browser.js";

const SYSTEM = "/usr/lib/postgresql";

const isInstalled = () =>
  existsSync(SYSTEM) &&
  readdirSync(SYSTEM).some((version) => existsSync(join(SYSTEM, version, "bin", "initdb")));

/**
 * Gets the system's PostgreSQL for the tests of history, where there is none and we may install one (root, apt).
 * Elsewhere the tests say themselves that they were skipped, or fail with CI=true.
 * @param {(message: string) => void} say
 */
export async function ensurePostgres(say) {
  if (process.env.CT_POSTGRES_BIN || isInstalled()) return;
  if (process.getuid?.() !== 0 || !onPath(["apt-get"])) {
    say(
      "No PostgreSQL here: history is tested with SQLite alone (Debian: sudo apt-get install postgresql)",
    );
    return;
  }
  say("Installing PostgreSQL for the tests of history (apt-get; once, about a minute)");
  const isUpdated = await aptGet(["update", "-q"], "still reading package lists", say);
  const args = ["install", "-y", "-q", "--no-install-recommends", "postgresql"];
  const isDone = isUpdated && (await aptGet(args, "still installing PostgreSQL", say));
  say(
    isDone
      ? "PostgreSQL installed"
      : "PostgreSQL could not be installed: history is tested with SQLite alone",
  );
}
