/** The server's log: lines of JSON on stdout. Where they cannot be written, most often because the disk is full, it goes on serving without them. */
import { destination, pino } from "pino";

/** What is kept of the lines that wait for room; the rest is dropped. */
const KEPT_BYTES = 1 << 20;

function output() {
  const out = destination({ dest: 1, sync: true, maxLength: KEPT_BYTES });
  // a line that cannot be written would end the process
  out.on("error", () => undefined);
  // every line is written at once; pino's way of making sure of the last one tries for ever
  out.flushSync = () => undefined;
  return out;
}

/** An object first, a sentence after; never a whole order or the environment. */
export const createLog = (level: string) => pino({ level }, output());
