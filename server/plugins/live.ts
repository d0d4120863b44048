/** The live side: one board a site, kept by the change feed, read by routes and by the gateway. */
import type { FastifyInstance } from "fastify";
import type { Live } from "../decorators.ts";
import { createChangeFeed } from "../live/change-feed.ts";
import type { FollowedSite } from "../live/feed-place.ts";
import { createLiveBoard, type LiveBoard, type Reload } from "../live/live-board.ts";
import { createSiteStore, type StoredOrder } from "../live/site-store.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import { plugin } from "../plugin.ts";
import { problem } from "../problem.ts";
import { createBlockingClient, type RedisClient } from "../redis.ts";
import type { Site } from "../../domain/site.ts";

export type LiveDeps = {
  /** for commands that must not wait; the server's own */
  client: RedisClient;
  redisUrl: string;
};

const unavailable = (cause: unknown) =>
  problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
    retryAfterSeconds: 1,
    cause,
  });

const orUnavailable = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw unavailable(cause);
  });

function follow(app: FastifyInstance, site: Site, client: RedisClient): FollowedSite {
  // rules are looked up anew each time: a later change of settings must reach the board
  const current = (): Site => app.sites.get(site.id)?.site ?? site;
  return {
    id: site.id,
    board: createLiveBoard(current, site.id, {
      paces: () => app.foresight.statuses.paces(site.id),
      silent: () => app.foresight.statuses.fresh(site.id)?.silent ?? [],
    }),
    store: createSiteStore(site.id, client),
  };
}

type Archived = (
  site: string,
  id: string,
  stored: StoredOrder | null,
) => Promise<StoredOrder | null>;

/** An order that left Redis, as history keeps it; null when it never did, or history does not answer. */
const archivedOf =
  (app: FastifyInstance): Archived =>
  async (site, id, stored) => {
    const kept = await app.history.ask("order", { site, id }).catch(() => null);
    if (kept === null || kept.archived_at === null) return null;
    const record = decodeOrderRecord(kept.record, site, id);
    const policy =
      kept.rules === null ? null : { version: record.policy, site: JSON.parse(kept.rules) as Site };
    const { sealed = null, personalKeys = null, personalErasedAt = null } = stored ?? {};
    return { record, waiting: false, sealed, personalKeys, personalErasedAt, policy };
  };

function liveOf(
  sites: ReadonlyMap<string, FollowedSite>,
  feedAgeMs: (now: number) => number,
  archived: Archived,
): Live {
  const known = (site: string): FollowedSite => {
    const found = sites.get(site);
    if (found === undefined) throw problem("CT_ERR_NOT_FOUND", "There is no such site for you.");
    return found;
  };
  return {
    board(site) {
      const found = sites.get(site);
      return found?.board.isLoaded() ? found.board.view : undefined;
    },
    waitForPosition: (site, position, timeoutMs) => known(site).board.waitFor(position, timeoutMs),
    readOrder: async (site, id) => {
      const stored = await orUnavailable(known(site).store.readOrder(id));
      // one that left, and one that is on its way back: history has it, when it answers
      return stored === null || stored.waiting
        ? ((await archived(site, id, stored)) ?? stored)
        : stored;
    },
    closedRows: (site, from, limit) => orUnavailable(known(site).store.readClosed(from, limit)),
    canaryAt: (site) => sites.get(site)?.board.canaryAt() ?? 0,
    canaryAgeMs: (site, now) => sites.get(site)?.board.canaryAgeMs(now) ?? null,
    feedAgeMs,
    isLoaded: () => [...sites.values()].every(({ board }) => board.isLoaded()),
  };
}

export const livePlugin = ({ client, redisUrl }: LiveDeps) =>
  plugin("live", ["errors", "foresight", "history"], (app) => {
    const sites = new Map(
      app.sites.all().map((site) => [site.id, follow(app, site, client)] as const),
    );
    const blocking = createBlockingClient(redisUrl, (error) =>
      app.log.debug({ err: error }, "the follower's connection failed"),
    );
    const onReload = (site: string, reload: Reload): void => {
      for (const listener of app.reloadListeners) listener(site, reload);
    };
    const feed = createChangeFeed({
      sites: [...sites.values()],
      blocking,
      reconnect: async () => {
        blocking.destroy();
        await blocking.connect();
      },
      now: app.now,
      log: app.log,
      onReload,
    });
    app.decorate("reloadListeners", []);
    app.decorate("boards", new Map([...sites].map(([id, { board }]) => [id, board])));
    app.decorate("live", liveOf(sites, feed.ageMs, archivedOf(app)));
    app.addHook("onReady", async () => {
      // it connects when it can; nobody waits for it
      void blocking.connect().catch(() => undefined);
      feed.start();
    });
    app.addHook("onClose", async () => {
      feed.stop();
      blocking.destroy();
    });
  });

declare module "fastify" {
  interface FastifyInstance {
    boards: ReadonlyMap<string, LiveBoard>;
    reloadListeners: ((site: string, reload: Reload) => void)[];
  }
}
