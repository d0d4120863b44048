/**
 * A Redis that hangs takes whatever is written and answers nothing. The timeout of the socket does not see it: it begins anew with every command that is written, and a busy server
 * writes all the time, so requests would wait until their own connection is closed. What tells is the answer to the client's pings; without one the connection is given up,
 * everything that waits on it is refused, and the client connects again.
 */
import type { EventEmitter } from "node:events";

/** With the pause between two pings less than the 2.5 s within which everybody is refused (promise P14). */
const SILENT_MS = 1_700;
const LOOK_MS = 200;

type Pinging = EventEmitter & {
  isOpen: boolean;
  isReady: boolean;
  destroy(): void;
  connect(): Promise<unknown>;
};

/** `pingMs`: how often the client pings when it may; it says `ping-interval` with each answer. */
export function watchForHanging(client: Pinging, pingMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  let answeredAt = 0;
  let lookedAt = 0;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const look = (): void => {
    const now = performance.now();
    // what came in while this process was busy was not read yet
    const wasBusy = now - lookedAt > 2 * LOOK_MS;
    lookedAt = now;
    if (!client.isOpen) return stop();
    if (!client.isReady || wasBusy || now - answeredAt < pingMs + SILENT_MS) return;
    answeredAt = now;
    client.destroy();
    // it tries again by its own strategy
    void client.connect().catch(() => undefined);
  };
  client.on("ping-interval", () => {
    answeredAt = performance.now();
  });
  client.on("ready", () => {
    answeredAt = performance.now();
    timer ??= setInterval(look, LOOK_MS).unref();
  });
}
