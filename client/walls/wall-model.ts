/** Walls in words, and what the desk lists first. Pure. */
import type { DisplayView } from "../../domain/contract/displays.ts";
import type { LayoutName, SlideKind, WallLanguage, WallTheme } from "../../domain/walls/slides.ts";
import { age, duration } from "../ui/format.ts";

export const LAYOUT_WORDS: Readonly<Record<LayoutName, string>> = {
  floor: "Floor: everything in turn",
  dock: "Dock: trucks first",
  packing: "Packing: stations first",
  grid: "Grid: three by three",
  quiet: "Quiet: the day only",
};
export const SLIDE_WORDS: Readonly<Record<SlideKind, string>> = {
  trucks: "Next trucks",
  stations: "Stations",
  urgent: "Urgent now",
  today: "Today",
  quality: "Quality and damage",
  message: "Message of the lead",
  grid: "Grid",
};
export const LANGUAGE_WORDS: Readonly<Record<WallLanguage, string>> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  pl: "Polski",
};
export const THEME_WORDS: Readonly<Record<WallTheme, string>> = {
  dark: "dark",
  light: "light, for bright halls",
};
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

const ORDER: Readonly<Record<DisplayView["state"], number>> = {
  silent: 0,
  new: 1,
  live: 2,
  revoked: 3,
};

/** Those that need somebody first: without a heartbeat, then new ones; each by name. */
export const byNeed = (a: DisplayView, b: DisplayView): number =>
  ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);

/** The newest page that any of them runs: what differs from it is behind. */
export function newestBuild(walls: readonly DisplayView[]): string | undefined {
  const heard = walls
    .filter(({ state, report }) => state === "live" && report !== null)
    .toSorted((a, b) => (a.report?.upMs ?? 0) - (b.report?.upMs ?? 0));
  return heard[0]?.report?.build;
}

const shownWord = (slide: string): string =>
  (SLIDE_WORDS as Record<string, string>)[slide] ?? slide;

/** `Next trucks · data 0.4 s old`, or what is wrong with it. */
export function stateWords(wall: DisplayView, now: number): string {
  const { state, report, seenAt } = wall;
  if (state === "revoked") return "disconnected";
  if (report === null || seenAt === null) return "never heard";
  if (state === "silent") return `no heartbeat for ${duration(now - Date.parse(seenAt))}`;
  const data = report.dataAgeMs === null ? report.state : `data ${age(report.dataAgeMs)} old`;
  return `${shownWord(report.slide)} · ${data}`;
}

/** Small print: what it runs on and how it does. */
export function detailWords({ report, address }: DisplayView): string {
  if (report === null) return address ?? "";
  const { width, height, upMs, heapMb, build } = report;
  return [
    `${width} × ${height}`,
    `up ${duration(upMs)}`,
    ...(heapMb === null ? [] : [`${heapMb} MB`]),
    `build ${build}`,
    ...(address === null ? [] : [address]),
  ].join(" · ");
}
