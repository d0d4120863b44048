/** The sites while the tower runs: followed as the store has them, changed together with the audit, and the sites file brought into the store. */
import type { FastifyInstance } from "fastify";
import type { Site } from "../../domain/site.ts";
import { plugin } from "../plugin.ts";
import { createCalendarDesk, type CalendarDesk } from "../sites/calendar.ts";
import type { SitesBook } from "../sites/book.ts";
import { createSitesDesk, type SitesDesk } from "../sites/desk.ts";
import { createSitesFollower, type SitesFollower } from "../sites/follower.ts";
import { createSitesHistory, type SitesHistory } from "../sites/history.ts";
import { createPublishing } from "../sites/publish.ts";
import type { SitesStore } from "../sites/store.ts";

const FOLLOW_MS = 1_000;

function followAlways(app: FastifyInstance, { follow }: SitesFollower): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onReady", async () => {
    // while the store is away, what holds goes on holding
    timer = setInterval(() => void follow().catch(() => undefined), FOLLOW_MS);
  });
  app.addHook("onClose", async () => clearInterval(timer));
}

export const sitesPlugin = (book: SitesBook, store: SitesStore) =>
  plugin("sites", ["errors"], (app) => {
    const follower = createSitesFollower(book, store, (sites) =>
      app.log.warn({ sites }, "these sites are in force and not here: restart this server"),
    );
    const common = { store, follower, audit: () => app.audit, now: app.now };
    const openOrders = (site: string) => app.live.board(site)?.rows.size ?? null;
    const desk = createSitesDesk({ ...common, book, openOrders });
    app.decorate("sitesDesk", desk);
    app.decorate("calendarDesk", createCalendarDesk(desk, app.now));
    app.decorate("sitesHistory", createSitesHistory(store));
    const warn = (sentence: string) => app.log.warn(sentence);
    app.decorate("publishSites", createPublishing({ ...common, warn }));
    followAlways(app, follower);
  });

declare module "fastify" {
  interface FastifyInstance {
    sitesDesk: SitesDesk;
    sitesHistory: SitesHistory;
    calendarDesk: CalendarDesk;
    /** what the sites file says, into the store; tried again when it rejects */
    publishSites: (sites: Site[]) => Promise<void>;
  }
}
