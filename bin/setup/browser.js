import { constants } from "node:fs";
import { delimiter, join } from "node:path";
import { isAllowed } from "./access.js";
import { heartbeat, runToEnd } from "./run.js";

const browsers = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** @param {string[]} names */
export function onPath(names) {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/bin",
    "/usr/local/bin",
  ].filter(Boolean);
  return folders.some((folder) =>
    names.some((name) => isAllowed(join(folder, name), constants.X_OK)),
  );
}

/** @param {string[]} args @param {string} what @param {(message: string) => void} say */
export async function aptGet(args, what, say) {
  const stop = heartbeat(what, say);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const code = await runToEnd("apt-get", args, { stdio: ["ignore", "ignore", 2], env }).finally(
    stop,
  );
  return code === 0;
}

/**
 * Gets Debian's Chromium for the browser tests, where there is none and we may install one (root, apt). Elsewhere the
 * tests say themselves that they were skipped, or fail with CI=true.
 * @param {(message: string) => void} say
 */
export async function ensureBrowser(say) {
  if (process.env.CT_CHROMIUM || onPath(browsers)) return;
  if (process.getuid?.() !== 0 || !onPath(["apt-get"])) {
    say("No Chromium here: browser tests will be skipped (Debian: sudo apt-get install chromium)");
    return;
  }
  say("Installing Chromium for the browser tests (apt-get; once, about a minute)");
  const isUpdated = await aptGet(["update", "-q"], "still reading package lists", say);
  const packages = ["chromium", "fonts-dejavu-core"];
  const args = ["install", "-y", "-q", "--no-install-recommends", ...packages];
  const isInstalled = isUpdated && (await aptGet(args, "still installing Chromium", say));
  say(
    isInstalled
      ? "Chromium installed"
      : "Chromium could not be installed: browser tests will be skipped",
  );
}
