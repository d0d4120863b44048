import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const leastMajor = 24;
const leastMinor = 12;

/** @param {string} version such as `24.21.0` or `v24.21.0` */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

export const noNodeMessage = [
  `Control Tower needs Node ${leastMajor}.${leastMinor} or later, and this is Node ${process.versions.node}.`,
  "On Linux (x64, arm64) it comes with the packages; here it did not.",
  "Install it from https://nodejs.org/en/download, or with `nvm install 24`, and run the command again.",
].join("\n");

/**
 * The Node to run our programs with: this one when it is new enough, else the one that came with the packages.
 * @param {string} root @returns {string} the path of the binary; throws with what to install
 */
export function pickNode(root) {
  if (runsTypeScript(process.versions.node)) return process.execPath;
  const shipped = join(
    root,
    "node_modules",
    `node-${process.platform}-${process.arch}`,
    "bin",
    "node",
  );
  if (existsSync(shipped)) {
    // Tried, not trusted: a glibc binary is there and does not run on Alpine.
    const asked = spawnSync(shipped, ["--version"], { encoding: "utf8" });
    if (asked.status === 0 && runsTypeScript(asked.stdout.trim())) return shipped;
  }
  throw new Error(noNodeMessage);
}
