/**
 * Looks at a wall once a second and says whether it lies. The truth is not asked of the page: it is the newest `tower:pulse` that reached it on the wire, when that was
 * sent, and how old the server said its own data was. A picture older than seven seconds without its band is a lie.
 */
import type { Page } from "playwright-core";
import type { TowerPulse } from "../../domain/contract/realtime.ts";

/** promise P10: the band within 5 s, 7 s at the very latest, and a little for the look itself */
export const LIE_AFTER_MS = 7_500;

export type Look = {
  at: number;
  state: string;
  hasBand: boolean;
  /** how old the newest proof is, on this machine's clock; null before the first */
  ageMs: number | null;
};

/** Reads pulses off the wire: the newest counts, however late it came. */
export function watchPulses(page: Page): () => number | null {
  let truth: number | null = null;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const text = String(payload);
      if (!text.includes('"tower:pulse"')) return;
      const [, pulse] = JSON.parse(text.slice(text.indexOf("["))) as [string, TowerPulse];
      truth = Math.max(truth ?? 0, pulse.at - pulse.feedAgeMs);
    }),
  );
  return () => (truth === null ? null : Date.now() - truth);
}

export async function lookAt(page: Page, ageOf: () => number | null): Promise<Look> {
  const seen = await page.evaluate(() => ({
    state: document.querySelector<HTMLElement>(".wall")?.dataset["state"] ?? "nothing",
    hasBand: document.querySelector("[data-stale]") !== null,
  }));
  // after the look: what reached the page before it was looked at has reached us by now
  return { at: Date.now(), ageMs: ageOf(), ...seen };
}

const SHOWS_DATA = new Set(["live", "slow", "blind", "catching_up"]);

/** It shows data that is not proven, and does not say so. */
export const isLie = ({ state, hasBand, ageMs }: Look): boolean =>
  SHOWS_DATA.has(state) && !hasBand && ageMs !== null && ageMs > LIE_AFTER_MS;

export const isLive = ({ state }: Look): boolean =>
  state === "live" || state === "blind" || state === "slow";
