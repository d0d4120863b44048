/** The words and the mark of each state of freshness. Pure. */
import type { Freshness } from "../stores/freshness.ts";
import { age, duration, type SiteFormat } from "./format.ts";

export type FreshnessWords = { mark: string; text: string };

const sinceWords = (sinceAt: number | null, format: SiteFormat) =>
  sinceAt === null ? "NOT LIVE" : `NOT LIVE since ${format.seconds(sinceAt)}`;

type Slow = Extract<Freshness, { state: "slow" }>;

const slowWords = ({ what, ageMs }: Slow): string =>
  what === "picture"
    ? `slow · ${age(ageMs)} behind`
    : `slow · no test event for ${duration(ageMs)}`;

/** What is slow, and what that means for who looks; empty while nothing is. */
export function slowReason(freshness: Freshness): string {
  if (freshness.state !== "slow") return "";
  return freshness.what === "picture"
    ? "What you see reaches this screen late: the server, the line or this device is busy. Nothing is missing."
    : "Events are applied late: every few seconds a test event takes their way, and the last one is overdue. What you see may not hold the newest scans.";
}

/** `now` is the site's time, epoch ms. */
export function freshnessWords(
  freshness: Freshness,
  now: number,
  format: SiteFormat,
): FreshnessWords {
  switch (freshness.state) {
    case "connecting":
      return { mark: "○", text: "connecting" };
    case "live":
      return { mark: "●", text: `live ${format.seconds(now)} · ${age(freshness.ageMs)}` };
    case "slow":
      return { mark: "◐", text: slowWords(freshness) };
    case "catching_up":
      return { mark: "◌", text: "catching up" };
    case "blind":
      return { mark: "?", text: blindWords(freshness.silent, now, format) };
    case "stale":
      return { mark: "✕", text: sinceWords(freshness.sinceAt, format) };
    case "offline":
      return { mark: "✕", text: "offline" };
  }
}

/** Of rewind: nothing there is live, however well the page is connected. `at` 0: no moment yet. */
export const pastWords = (at: number, format: SiteFormat): FreshnessWords => ({
  mark: "◀",
  text: at === 0 ? "PAST, not live" : `PAST, not live · ${format.dayTime(at)}`,
});

function blindWords(
  silent: Extract<Freshness, { state: "blind" }>["silent"],
  now: number,
  format: SiteFormat,
): string {
  const first = silent[0];
  if (first === undefined) return "a source is silent";
  const more = silent.length > 1 ? ` and ${silent.length - 1} more` : "";
  const name = first.name ?? first.source;
  if (first.lastAt === undefined) return `nothing from ${name} yet${more}`;
  return `${name} silent since ${format.near(first.lastAt, now)}${more}`;
}
