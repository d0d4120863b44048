/**
 * Loaded before a process of the tower (`node --import`): its wall clock is wrong by what the file CT_TEST_CLOCK says for it, looked up ten times a second, so that it
 * can also be set back while the process runs. Timers and `performance.now()` go on as they do when somebody sets a real clock.
 *
 * The file: `{"server": <ms>, "workers": <ms>}`.
 */
import { readFileSync } from "node:fs";

const LOOK_MS = 100;
const file = process.env["CT_TEST_CLOCK"] ?? "";
const part = (process.argv[1] ?? "").includes("workers") ? "workers" : "server";
const RealDate = Date;
let shiftMs = 0;

function look(): void {
  try {
    const shifts = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
    shiftMs = shifts[part] ?? 0;
  } catch {
    // It is being written: the last word counts.
  }
}

look();
setInterval(look, LOOK_MS).unref();
const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) =>
    name === "now" ? now : (Reflect.get(target, name, receiver) as unknown),
});
