/** The live side on a real Redis, on a real port, with commits written as the commit script writes them. */
import { toldBy } from "../../server/plugins/history.ts";
import { memoryHistory } from "./memory-history.ts";
import { io, type Socket } from "socket.io-client";
import type { Row } from "../../domain/board.ts";
import type { BoardOpen, BoardOpened } from "../../domain/contract/realtime.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { Change } from "../../domain/contract/stored.ts";
import { buildApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { createAuditStore } from "../../server/audit/store.ts";
import { createKeyStore } from "../../server/machines/key-store.ts";
import { createPeopleStore } from "../../server/people/store.ts";
import { livePlugin } from "../../server/plugins/live.ts";
import { plugin } from "../../server/plugin.ts";
import { createFastClient } from "../../server/redis.ts";
import { createSites } from "../../server/sites/book.ts";
import { readSites } from "../../server/sites/file.ts";
import { createSitesStore } from "../../server/sites/store.ts";
import type { TestClient } from "../support/redis-client.ts";
import { createViewStore } from "../../server/views/store.ts";
import { createWebhookStore } from "../../server/webhooks/store.ts";
import { createChannelStore } from "../../server/channels/store.ts";
import { createDisplayStore } from "../../server/displays/store.ts";
import { createForesightStore } from "../../server/forecast/store.ts";
import { createHookStore } from "../../server/hooks/store.ts";
import { createIncidentStore } from "../../server/incidents/store.ts";
import { createFakeInbox, KEY } from "./fake-app.ts";
import { memoryAudit } from "./memory-audit.ts";
import { memoryCaptures } from "./memory-captures.ts";
import { noPersonalData } from "./no-personal-data.ts";
import { memoryChannels } from "./memory-channels.ts";
import { memoryDisplays } from "./memory-displays.ts";
import { memoryKeys } from "./memory-keys.ts";
import { memoryPeople } from "./memory-people.ts";

export const SITE = "BER1";
const keys = keysOf(SITE);

/** Commits to a site as `commit.lua` does: rows, sums and one log entry, under the next number, in one step. */
export function createCommitter(redis: TestClient, start = { epoch: "epoch-1", seq: 0 }) {
  const at = { ...start };
  return {
    at,
    async commit(upserts: Row[], removed: string[] = [], change: Partial<Change> = {}) {
      at.seq += 1;
      const rows = upserts.map((row) => ({ ...row, v: at.seq }));
      const cursor = `${at.seq}-0`;
      const multi = redis.multi().set(keys.epoch, at.epoch).set(keys.seq, String(at.seq));
      multi.set(keys.cursor, cursor);
      for (const row of rows) multi.hSet(keys.rows, row.id, JSON.stringify(row));
      for (const id of removed) multi.hDel(keys.rows, id);
      for (const [field, by] of Object.entries(change.totals ?? {}))
        multi.hIncrBy(keys.totals, field, by);
      const full: Omit<Change, "seq" | "epoch"> = {
        at: Date.now(),
        rows,
        removed,
        counters: {},
        totals: {},
        sources: {},
        facts: {},
        dead: 0,
        waiting: 0,
        cursor,
        ...change,
      };
      multi.xAdd(keys.log, `${at.seq}-0`, { e: at.epoch, c: JSON.stringify(full) });
      await multi.exec();
    },
  };
}

export type Stand = Awaited<ReturnType<typeof startStand>>;

/** Users, sessions, keys and audit in memory, or in Redis, where several servers share them. */
function storesOf(client: ReturnType<typeof createFastClient>, isShared: boolean) {
  const audit = memoryAudit();
  return isShared
    ? {
        audit: createAuditStore(client),
        keys: createKeyStore(client),
        displays: createDisplayStore(client),
        channels: createChannelStore(client),
        people: createPeopleStore(client),
      }
    : {
        audit: audit.store,
        keys: memoryKeys(audit),
        people: memoryPeople(audit),
        displays: memoryDisplays(audit),
        channels: memoryChannels(audit),
      };
}

export async function startStand(
  redisUrl: string,
  env: NodeJS.ProcessEnv = {},
  { isShared = false } = {},
) {
  const config = readConfig({ CT_DEMO: "1", CT_BOOTSTRAP_KEY: KEY, REDIS_URL: redisUrl, ...env });
  const client = createFastClient(redisUrl, () => undefined);
  await client.connect();
  const { inbox } = createFakeInbox();
  const app = await buildApp(config, {
    ...storesOf(client, isShared),
    captures: memoryCaptures(),
    personalData: noPersonalData,
    sites: createSites(await readSites(undefined, 2026)),
    sitesStore: createSitesStore(client),
    inbox: plugin("inbox", [], (one) => {
      one.decorate("inbox", inbox);
      one.decorate("personal", {} as never);
    }),
    foresight: createForesightStore(client),
    history: {
      reader: { ask: memoryHistory().ask, stop: async () => undefined },
      told: toldBy(client),
    },
    webhooks: { store: createWebhookStore(client), seal: () => "sealed" },
    hooks: { store: createHookStore(client), seal: () => "sealed", open: () => "" },
    views: createViewStore(client),
    incidents: createIncidentStore(client),
    live: livePlugin({ client, redisUrl }),
    canary: false,
    logger: false,
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  await until(() => app.live.isLoaded());
  return {
    app,
    url,
    async stop() {
      await app.close();
      client.destroy();
    },
  };
}

/** Waits until it is so, at most 10 s. */
export async function until(isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`it did not come true: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Ended = { kind: "connected" } | { kind: "refused"; message: string };

export function openSocket(url: string, options: Record<string, unknown> = {}): Socket {
  return io(url, {
    transports: ["websocket"],
    auth: { token: KEY },
    reconnection: false,
    forceNew: true,
    ...options,
  });
}

/** How a connection attempt ends. */
export const outcomeOf = (socket: Socket): Promise<Ended> =>
  new Promise((resolve) => {
    socket.once("connect", () => resolve({ kind: "connected" }));
    socket.once("connect_error", ({ message }) => resolve({ kind: "refused", message }));
  });

export const openBoard = (socket: Socket, request: BoardOpen): Promise<BoardOpened> =>
  socket.timeout(10_000).emitWithAck("board:open", request) as Promise<BoardOpened>;
