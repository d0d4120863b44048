import { createHash } from "node:crypto";
import { constants, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAllowed } from "./access.js";
import { environment, heartbeat, runToEnd } from "./run.js";

/** What the dashboard is made of. */
const sources = ["client", "domain", "package-lock.json"];

/** @param {string} path @returns {string[]} every file under it, in a steady order */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "dist")
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** @param {string} root one hash over names and contents of all sources */
export function sourceMark(root) {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((name) => filesUnder(join(root, name)))) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * Builds the dashboard; resolves with the exit code.
 * @param {string} root @param {string} node @param {"warn" | "error"} loudness
 */
export async function build(root, node, loudness = "warn") {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [
    vite,
    "build",
    "--config",
    join(root, "client", "vite.config.ts"),
    "--logLevel",
    loudness,
  ];
  const mark = sourceMark(root);
  const code = await runToEnd(node, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: environment(root, node),
  });
  if (code === 0) writeFileSync(markFile(root), mark);
  return code;
}

/** @param {string} root the mark lies in what was built, so that removing the one removes the other */
function markFile(root) {
  return join(root, "dist", "client", ".built-from");
}

/** @param {string} root */
function isBuilt(root) {
  const file = markFile(root);
  return existsSync(file) && readFileSync(file, "utf8") === sourceMark(root);
}

/** In a checkout that is somebody else's nothing can be built; what was built there is what is shown. @param {string} root @param {(message: string) => void} say */
function takeAsItIs(root, say) {
  const dist = join(root, "dist");
  if (!existsSync(join(dist, "client", "index.html")))
    throw new Error(
      `The dashboard is not built, and ${root} is not this user's to write. As its owner: npm ci && npm run build`,
    );
  say(`The dashboard is shown as it was built: ${dist} is not this user's to write`);
}

/**
 * Builds the dashboard unless what was built comes from the sources as they are.
 * @param {string} root @param {string} node @param {(message: string) => void} say
 */
export async function ensureBuilt(root, node, say) {
  if (isBuilt(root)) return;
  const dist = join(root, "dist");
  if (!isAllowed(existsSync(dist) ? dist : root, constants.W_OK)) return takeAsItIs(root, say);
  if (/[#?]/.test(root))
    throw new Error(
      `The dashboard cannot be built in ${root}: Vite takes no # and no ? in the name of a folder. Give it another one`,
    );
  say("Building the dashboard (its sources changed; some seconds)");
  const stop = heartbeat("still building", say);
  const code = await build(root, node, "error").finally(stop);
  if (code !== 0)
    throw new Error(
      `The dashboard could not be built (vite, exit code ${code}); its message is above`,
    );
}
