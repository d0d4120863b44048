/** A display as it leaves over HTTP and to its own wall. Nothing that opens it ever does. */
import type {
  DisplayCommand,
  DisplaySettings,
  DisplayView,
  StoredDisplay,
} from "../../domain/contract/displays.ts";
import type { Site } from "../../domain/site.ts";
import { LAYOUT_SLIDES } from "../../domain/walls/slides.ts";
import type { KeptReport } from "./store.ts";

/** A wall tells of itself every ten seconds. */
const SILENT_MS = 30_000;

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const DEFAULT_SETTINGS: DisplaySettings = {
  layout: "floor",
  slides: [...LAYOUT_SLIDES.floor],
  diagonalInch: 55,
  distanceM: 10,
  rotate: 0,
  language: "en",
  sound: false,
  volume: 50,
  outsideShifts: "dim",
  brightness: 40,
};

/** Another layout brings its own slides, unless they are named too. */
export function changedSettings(
  before: DisplaySettings,
  wish: Partial<DisplaySettings>,
): DisplaySettings {
  const isOther = wish.layout !== undefined && wish.layout !== before.layout;
  const slides = isOther && { slides: [...LAYOUT_SLIDES[wish.layout ?? before.layout]] };
  const { theme, ...rest } = { ...before, ...slides, ...wish };
  // dark is what is not said: servers of the version before know no themes, and read such a display while both run
  return theme === undefined || theme === "dark" ? rest : { ...rest, theme };
}

function stateOf(display: StoredDisplay, kept: KeptReport | null, now: number) {
  if (display.revokedAt !== null) return "revoked" as const;
  if (kept === null) return "new" as const;
  return now - kept.at > SILENT_MS ? ("silent" as const) : ("live" as const);
}

const messageOf = ({ message }: StoredDisplay, now: number) =>
  message !== null && message.until > now ? message : null;

function reportOf(kept: KeptReport | null): Pick<DisplayView, "seenAt" | "address" | "report"> {
  if (kept === null) return { seenAt: null, address: null, report: null };
  const { frame: _frame, ...report } = kept.report;
  return { seenAt: iso(kept.at), address: kept.address, report };
}

export function viewOf(display: StoredDisplay, kept: KeptReport | null, now: number): DisplayView {
  const { id, name, site, settings, blank, claimedBy, claimedAt, revokedBy } = display;
  const message = messageOf(display, now);
  return {
    id,
    name,
    site,
    state: stateOf(display, kept, now),
    settings,
    blank,
    message: message === null ? null : { text: message.text, until: iso(message.until) },
    claimedBy,
    claimedAt: iso(claimedAt),
    ...(revokedBy !== undefined && { revokedBy }),
    revokedAt: isoOrNull(display.revokedAt),
    ...reportOf(kept),
  };
}

/** All that a wall must know of itself: no name of a person is among it. */
export function layoutCommand(display: StoredDisplay, site: Site, now: number): DisplayCommand {
  const { name, settings, blank, reloadAt } = display;
  return {
    command: "layout",
    name,
    site: site.id,
    siteName: site.name,
    timeZone: site.timeZone,
    settings,
    blank,
    message: messageOf(display, now),
    reloadAt,
  };
}
