/**
 * A real browser for a test: the machine's own Chromium, driven through playwright-core, with a fresh profile.
 *
 * ```ts
 * describe.skipIf(browserMissing)("the board", () => {
 *   test("...", async () => {
 *     await using browser = await openBrowser();
 *     const page = await browser.newPage();
 * ```
 * Without one the tests are skipped and say why; with `CI=true` importing this file then throws.
 */
import { type Browser, chromium } from "playwright-core";
import { firstExecutable, searchFolders } from "../../bin/redis-binary.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

function findBrowser(): string | null {
  const given = process.env["CT_CHROMIUM"];
  return given === undefined || given === ""
    ? firstExecutable(names, searchFolders(process.env))
    : given;
}

const found = findBrowser();

/** Why tests that need a browser are skipped here, or false when they run. */
export const browserMissing: string | false =
  found === null && "no Chromium on this machine (CT_CHROMIUM=/path/to/chromium names one)";
if (browserMissing !== false && process.env["CI"] === "true")
  throw new Error(`CI=true and ${browserMissing}`);

// It runs as root in CI, without a graphics card, and must speak to nobody but the server under test.
export const browserFlags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/** @throws without a browser: ask `browserMissing` first */
export function browserPath(): string {
  if (found === null) throw new Error(String(browserMissing));
  return found;
}

/** Starts a browser; close it with `browser.close()` or `await using`. Pages are `browser.newPage({ ... })`. */
export async function openBrowser(extraFlags: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [...browserFlags, ...extraFlags],
    timeout: 60_000,
  });
}
