/** The server with everything but a Redis: an inbox in memory of the same contract, boards that a test fills by hand. */
import type { FastifyInstance } from "fastify";
import { buildApp, type AppDeps } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import type { Inbox, SiteBoard } from "../../server/decorators.ts";
import type { StoredOrder } from "../../server/live/site-store.ts";
import { createIntake } from "../../server/inbox/intake.ts";
import { createPersonal } from "../../server/personal.ts";
import { createOpenSecret, createSealSecret } from "../../server/webhooks/seal.ts";
import { createLiveBoard, type LiveBoard } from "../../server/live/live-board.ts";
import { noSums } from "../../domain/contract/board-sums.ts";
import { plugin } from "../../server/plugin.ts";
import { createSites } from "../../server/sites/book.ts";
import { readSitesFile } from "../../server/sites/file.ts";
import { expandSites } from "../../server/sites/holidays.ts";
import { memorySites } from "./memory-sites.ts";
import { decodeDoorEntry, type InboxEvent } from "../../domain/contract/inbox-event.ts";
import type { Row } from "../../domain/board.ts";
import { type MemoryAudit, memoryAudit } from "./memory-audit.ts";
import { memoryCaptures } from "./memory-captures.ts";
import { memoryDisplays, type MemoryDisplays } from "./memory-displays.ts";
import { memoryForesight, type MemoryForesight } from "./memory-foresight.ts";
import { memoryHistory, type MemoryHistory } from "./memory-history.ts";
import { noPersonalData } from "./no-personal-data.ts";
import { type MemoryIncidents, memoryIncidents } from "./memory-incidents.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { memoryHooks, type MemoryHooks } from "./memory-hooks.ts";
import { pageOfClosed } from "./memory-closed.ts";
import { memoryKeys } from "./memory-keys.ts";
import { type MemoryChannels, memoryChannels } from "./memory-channels.ts";
import { memoryViews } from "./memory-views.ts";
import { type MemoryWebhooks, memoryWebhooks } from "./memory-webhooks.ts";
import { type MemoryPeople, memoryPeople } from "./memory-people.ts";

export const KEY = "key-of-the-tests-with-32-characters!";
export const BEARER = { authorization: `Bearer ${KEY}` };

const SECRET = Buffer.alloc(32, "test");
/** As secrets of connectors are kept in it. */
export const sealed = createSealSecret(SECRET);
const personal = createPersonal(SECRET);

const takeNothing = () =>
  Promise.resolve({ status: 202 as const, body: { accepted: 0, duplicates: 0, inbox: {} } });

/** Remembers what was appended, duplicates by source and id as the door does. */
export function createFakeInbox() {
  const taken: InboxEvent[] = [];
  const door = new Map<string, string>();
  const decided = new Map<string, string>();
  const inbox: Inbox = {
    async append(site, entries) {
      return entries.map((entry) => {
        const field = `${site} ${entry.event.source} ${entry.event.id}`;
        const before = door.get(field);
        if (before !== undefined) {
          const known = decodeDoorEntry(before);
          const isSame = known.hash === entry.hash;
          return { outcome: isSame ? "duplicate" : "conflict", position: known.position };
        }
        taken.push(entry);
        const position = `${Date.now()}-${taken.length}`;
        door.set(
          field,
          `${entry.hash}|${position}|${"orderId" in entry.event ? entry.event.orderId : ""}`,
        );
        return { outcome: "accepted", position };
      });
    },
    take: takeNothing,
    takePosted: (posted, options) =>
      createIntake({
        personal,
        append: (site, { entries }) => inbox.append(site, entries),
      }).takePosted(posted, options),
    async fate(site, source, id) {
      const known = door.get(`${site} ${source} ${id}`);
      if (known === undefined) return null;
      const { position, orderId } = decodeDoorEntry(known);
      const recordedAt = new Date(Number(position.split("-")[0])).toISOString();
      return { source, id, site, orderId, position, recordedAt, state: "accepted" };
    },
    async decide(site, orderId, version, action) {
      const name = `${site} ${orderId} ${version}`;
      if (!decided.has(name)) decided.set(name, action);
      return decided.get(name) === action;
    },
    deadLetters: async () => ({ items: [], next: null }),
    queues: async () => [],
    replay: async () => ({ replayed: [], missing: [] }),
  };
  return { inbox, taken, door };
}

export type FakeTower = {
  app: FastifyInstance;
  taken: InboxEvent[];
  /** what the inbox remembers of what was taken */
  door: Map<string, string>;
  boards: Map<string, LiveBoard>;
  orders: Map<string, StoredOrder>;
  closed: Row[];
  /** what `waitForPosition` answers */
  applies: { soon: boolean };
  audit: MemoryAudit;
  people: MemoryPeople;
  foresight: MemoryForesight;
  webhooks: MemoryWebhooks;
  channels: MemoryChannels;
  hooks: MemoryHooks;
  displays: MemoryDisplays;
  incidents: MemoryIncidents;
  fill: (site: string, rows: Row[], seq?: number, incidents?: Incident[]) => void;
  history: MemoryHistory;
  /** the cookie of a person who logged in */
  login: (name: string, password: string) => Promise<string>;
};

const notLoaded = (board: LiveBoard | undefined): SiteBoard | undefined =>
  board?.isLoaded() === true ? board.view : undefined;

/**
 * `logger`: where its lines go, nowhere by default. `prepare` is run before it is ready: for hooks of a test's own. `before`: another one, whose people and audit this
 * one takes up.
 */
export async function fakeTower(
  env: NodeJS.ProcessEnv = {},
  logger: AppDeps["logger"] = false,
  prepare: (app: FastifyInstance) => void = () => undefined,
  before?: Pick<FakeTower, "audit" | "people">,
): Promise<FakeTower> {
  const config = readConfig({ CT_DEMO: "1", CT_BOOTSTRAP_KEY: KEY, ...env });
  const file = await readSitesFile(undefined);
  const sites = createSites(await expandSites(file, 2026));
  const { inbox, taken, door } = createFakeInbox();
  const orders = new Map<string, StoredOrder>();
  const closed: Row[] = [];
  const applies = { soon: true };
  const audit = before?.audit ?? memoryAudit();
  const people = before?.people ?? memoryPeople(audit);
  const foresight = memoryForesight(audit);
  const webhooks = memoryWebhooks(audit);
  const channels = memoryChannels(audit);
  const hooks = memoryHooks(audit);
  const displays = memoryDisplays(audit);
  const incidents = memoryIncidents(audit);
  const history = memoryHistory();
  const boards = new Map(
    sites
      .all()
      .map(
        (site) =>
          [site.id, createLiveBoard(() => sites.get(site.id)?.site ?? site, site.id)] as const,
      ),
  );
  const live = plugin("live", [], (app) => {
    app.decorate("reloadListeners", []);
    app.decorate("boards", boards);
    app.decorate("live", {
      board: (site) => notLoaded(boards.get(site)),
      waitForPosition: async () => applies.soon,
      readOrder: async (site, id) => orders.get(`${site}/${id}`) ?? null,
      closedRows: async (_site, from, limit) => pageOfClosed(closed, from, limit),
      canaryAgeMs: () => 1_000,
      canaryAt: () => 1,
      feedAgeMs: () => 10,
      isLoaded: () => [...boards.values()].every((board) => board.isLoaded()),
    });
  });
  const app = await buildApp(config, {
    sites,
    sitesStore: memorySites(audit, { version: 1, sites: sites.all() }, file),
    people,
    inbox: plugin("inbox", [], (instance) => {
      instance.decorate("inbox", inbox);
      instance.decorate("personal", {
        ...personal,
        open: (_site: string, _id: string, sealed: string) => JSON.parse(sealed) as object,
      } as never);
    }),
    audit: audit.store,
    captures: memoryCaptures(),
    personalData: noPersonalData,
    keys: memoryKeys(audit),
    displays,
    foresight,
    history: {
      reader: { ask: history.ask, stop: async () => undefined },
      told: async (site) => history.said.get(site) ?? null,
    },
    webhooks: { store: webhooks, seal: (_id, secret) => `sealed ${secret.length}` },
    hooks: { store: hooks, seal: sealed, open: createOpenSecret(SECRET) },
    channels,
    views: memoryViews(),
    live,
    incidents,
    canary: false,
    logger,
  });
  prepare(app);
  await app.ready();
  const fill: FakeTower["fill"] = (site, rows, seq = 1, found = []) => {
    const totals = { ...noSums(), epoch: "e1", seq };
    boards.get(site)?.load(totals, new Map(rows.map((row) => [row.id, row])), found);
  };
  async function login(name: string, password: string): Promise<string> {
    const answer = await app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { name, password },
    });
    return String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  }
  return {
    app,
    taken,
    door,
    boards,
    orders,
    closed,
    applies,
    audit,
    people,
    foresight,
    webhooks,
    channels,
    hooks,
    displays,
    incidents,
    history,
    fill,
    login,
  };
}
