/** Wall displays: kept in memory here, read again every 2 s, changed only together with the audit. */
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { createDisplayBook, RELOAD_MS, type DisplayBook } from "../displays/book.ts";
import { createDisplayDesk, type DisplayDesk } from "../displays/desk.ts";
import { createPairings, type Pairings } from "../displays/pairing.ts";
import type { DisplayStore } from "../displays/store.ts";
import { createPhotos, type Photos } from "../floor/photos.ts";
import type { PeopleStore } from "../people/store.ts";
import { plugin } from "../plugin.ts";
import { createTokenBuckets } from "../token-buckets.ts";

/** New codes for one address: a hall that is set up at once, and no more. */
const ASK_RATE = { perSecond: 0.1, burst: 30 };

/** Photos older than their orders' personal fields go with them. */
const SWEEP_MS = 3_600_000;

export type Displays = {
  photos: Photos;
  store: DisplayStore;
  book: DisplayBook;
  pairings: Pairings;
  desk: DisplayDesk;
  /** seconds until this address may ask for another code; 0 = now */
  waitToAsk: (address: string) => number;
};

function reloadAlways(app: FastifyInstance, book: DisplayBook): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onReady", async () => {
    // a store that is not there yet is no reason not to start: until it is, no wall is let in
    await book.reload().catch(() => undefined);
    timer = setInterval(() => void book.reload().catch(() => undefined), RELOAD_MS);
  });
  app.addHook("onClose", async () => clearInterval(timer));
}

export const displaysPlugin = (
  store: DisplayStore,
  guesses: Pick<PeopleStore, "addGuess" | "dropGuess">,
) =>
  plugin("displays", ["errors"], (app) => {
    const now = Date.now;
    const book = createDisplayBook({
      store,
      now,
      onUnreadable: (id, error) => app.log.error({ err: error, id }, "a display opens nothing"),
    });
    const onReused = (id: string): Promise<void> => app.displays.desk.endCopied(id);
    const pairings = createPairings({ store, guesses, book, now, onReused });
    const desk = createDisplayDesk({
      book,
      pairings,
      audit: () => app.audit,
      sites: () => app.sites.all().map(({ id }) => id),
      dropTokens: (id) => store.dropTokens(id),
      now,
    });
    const asked = createTokenBuckets(ASK_RATE);
    const isLimited = app.config.rates.addresses !== null;
    const photos = createPhotos({
      store,
      folder: join(app.config.dataDir, "photos"),
      now,
      onLeft: (site, err) =>
        app.log.error({ site, err }, "a photo whose time is over is still there"),
    });
    let sweeper: NodeJS.Timeout | undefined;
    app.addHook("onReady", async () => {
      const sweep = () => photos.sweep(app.sites.all()).catch(() => undefined);
      sweeper = setInterval(() => void sweep(), SWEEP_MS).unref();
    });
    app.addHook("onClose", async () => clearInterval(sweeper));
    app.decorate("displays", {
      photos,
      store,
      book,
      pairings,
      desk,
      waitToAsk: (address) => (isLimited ? asked.take(address, now()) : 0),
    });
    reloadAlways(app, book);
  });

declare module "fastify" {
  interface FastifyInstance {
    displays: Displays;
  }
}
