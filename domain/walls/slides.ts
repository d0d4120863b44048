/**
 * What a wall shows, as data: its slides, how long each stays, when it is shown at all, and the layouts that people choose from. Without schemas, so that a
 * browser loads it alone; the schemas are in `contract/displays.ts`. Weekdays are ISO, 1 = Monday.
 */
export const SLIDE_KINDS = [
  "trucks",
  "stations",
  "urgent",
  "today",
  "quality",
  "message",
  "grid",
] as const;
export type SlideKind = (typeof SLIDE_KINDS)[number];

export type WallSlide = {
  kind: SlideKind;
  seconds: number;
  /** shown on these days only */
  days?: number[];
  /** shown in these shifts of the site only, by their names */
  shifts?: string[];
};

export const LAYOUTS = ["floor", "dock", "packing", "grid", "quiet"] as const;
export type LayoutName = (typeof LAYOUTS)[number];

export const LANGUAGES = ["en", "de", "es", "pl"] as const;
export type WallLanguage = (typeof LANGUAGES)[number];

/** what a display that says nothing of it is in comes first */
export const WALL_THEMES = ["dark", "light"] as const;
export type WallTheme = (typeof WALL_THEMES)[number];

const slide = (kind: SlideKind, seconds = 20): WallSlide => ({ kind, seconds });

/** The slides that a layout begins with; each display may have its own times. */
export const LAYOUT_SLIDES: Readonly<Record<LayoutName, readonly WallSlide[]>> = {
  floor: [
    slide("urgent"),
    slide("trucks", 30),
    slide("stations"),
    slide("today"),
    slide("quality"),
    slide("message"),
  ],
  dock: [slide("trucks", 40), slide("urgent"), slide("message")],
  packing: [slide("stations", 30), slide("urgent"), slide("quality"), slide("message")],
  grid: [slide("grid", 60), slide("message")],
  quiet: [slide("today", 60), slide("message")],
};
