/** What each site's walls are told: made at most once a second however many walls there are, and from how its days began, which Redis keeps. */
import type { FastifyInstance } from "fastify";
import type { WallSample } from "../../domain/contract/walls.ts";
import type { Site } from "../../domain/site.ts";
import { localDay, startOfDay } from "../../domain/wall-clock.ts";
import { todayOf, type DayStart } from "../../domain/walls/days.ts";
import { wallSample } from "../../domain/walls/sample.ts";
import { shiftAt } from "../../domain/walls/shift.ts";
import type { SiteBoard } from "../decorators.ts";
import { incidentFor } from "../incidents/audience.ts";

const KEPT_MS = 900;
/** How often it is looked whether a day has begun, and how often what other servers wrote down is read. */
const DAY_CHECK_MS = 10_000;

type App = Pick<FastifyInstance, "boards" | "displays" | "sites" | "now" | "log">;
type Days = Map<number, DayStart>;

function sampleOf(app: App, site: Site, view: SiteBoard, days: Days, now: number): WallSample {
  const shift = shiftAt(site, now);
  const day = localDay(site.timeZone, now);
  const midnight = startOfDay(site.timeZone, day);
  return wallSample({
    site,
    rows: [...view.rows.values()],
    metrics: view.metrics(now),
    pickups: view.pickups(),
    outlooks: view.trucks(now),
    today: todayOf(days, view.shipped(), day, midnight),
    shippedInShift: shift === null ? null : view.handedOverSince(shift.from, now),
    notice: app.displays.book.notice(site.id, now),
    said: (task) => app.displays.book.said(site.id, task, now),
    incidents: [...view.incidents.values()].map((incident) => incidentFor("reduced", incident)),
    now,
  });
}

/** The beginnings of a site's days, and writing down that of a new one. */
function createDayWatch(app: App) {
  const bySite = new Map<string, Days>();

  async function read(site: string): Promise<void> {
    const texts = await app.displays.store.days(site);
    const days = Object.entries(texts).map(
      ([day, text]) => [Number(day), JSON.parse(text) as DayStart] as const,
    );
    bySite.set(site, new Map(days));
  }

  async function check({ id, timeZone }: Site): Promise<void> {
    const board = app.boards.get(id);
    if (!board?.isLoaded()) return;
    const now = app.now();
    const day = localDay(timeZone, now);
    if (bySite.get(id)?.has(day) === true) return;
    await app.displays.store.noteDay(id, day, { ...board.view.shipped(), at: now });
    await read(id);
  }

  return {
    of: (site: string): Days => bySite.get(site) ?? new Map(),
    async checkAll(): Promise<void> {
      for (const site of app.sites.all())
        await check(site).catch((error: unknown) =>
          app.log.debug({ err: error, site: site.id }, "the beginning of a day cannot be kept now"),
        );
    },
  };
}

export function createWallSamples(app: App) {
  const days = createDayWatch(app);
  const kept = new Map<string, WallSample>();
  let timer: NodeJS.Timeout | undefined;
  return {
    /** null until the site's board was read */
    of(id: string, now: number): WallSample | null {
      const known = kept.get(id);
      if (known !== undefined && now - known.at < KEPT_MS && now >= known.at) return known;
      const board = app.boards.get(id);
      const site = app.sites.get(id)?.site;
      if (site === undefined || !board?.isLoaded()) return null;
      const made = sampleOf(app, site, board.view, days.of(id), now);
      kept.set(id, made);
      return made;
    },
    start(): void {
      void days.checkAll();
      timer = setInterval(() => void days.checkAll(), DAY_CHECK_MS);
    },
    stop: () => clearInterval(timer),
  };
}
