/**
 * Two twin sites with equal order numbers, and everybody who may ask: each role and a machine key of each scope at either site, and who may not come in at
 * all. What belongs to a site carries its mark, so that a leak can be seen in any answer.
 */
import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { DeadLetter } from "../../../domain/contract/stored.ts";
import type { StoredDisplay } from "../../../domain/contract/displays.ts";
import type { StoredChannel } from "../../../domain/contract/channels.ts";
import { connectorSeal, type StoredConnectors } from "../../../domain/contract/connectors.ts";
import type { StoredDelivery, StoredWebhook } from "../../../domain/contract/webhooks.ts";
import { MACHINE_SCOPES, type MachineScope, type Role } from "../../../domain/permissions.ts";
import { makeAccess } from "../../../server/displays/secret.ts";
import { DEFAULT_SETTINGS } from "../../../server/displays/views.ts";
import { createIntake } from "../../../server/inbox/intake.ts";
import type { AppendRequest, EntryOutcome } from "../../../server/inbox/append.ts";
import { makeSecret } from "../../../server/machines/secret.ts";
import type { StoredKey } from "../../../server/machines/stored-key.ts";
import type { Account } from "../../../server/people/account.ts";
import { createPersonal } from "../../../server/personal.ts";
import { aRow } from "../../support/board-rows.ts";
import { anEvent, anOrderReceived } from "../../support/builders.ts";
import { anIncident } from "../../support/incidents.ts";
import { fakeTower, KEY, sealed, type FakeTower } from "../fake-app.ts";

export const SITES = ["BER1", "NYC1"] as const;
export type SiteName = (typeof SITES)[number];
export const TWIN = "SO-TWIN";
export const TWIN_INCIDENT = "INC-1";

/** Things of a site, or things that are nowhere. */
export type Place = {
  site: string;
  /** an order whose number only this site has */
  order: string;
  /** an incident whose number only this site has */
  incident: string;
  event: { source: string; id: string };
  letter: string;
  /** keys and users of this site: one to be changed, one to be ended */
  key: string;
  endedKey: string;
  user: string;
  endedUser: string;
  webhook: string;
  endedWebhook: string;
  channel: string;
  endedChannel: string;
  display: string;
  endedDisplay: string;
};

export type Subject = {
  /** as a failed case names it */
  name: string;
  kind: "anonymous" | "refused" | "person" | "machine" | "display";
  role?: Role;
  scopes?: readonly MachineScope[];
  home: SiteName;
  headers: () => Record<string, string>;
  /** makes it able to ask again after it logged itself out */
  renew: () => Promise<void>;
};

export type World = {
  tower: FakeTower;
  app: FastifyInstance;
  subjects: Subject[];
  places: Record<SiteName, Place>;
  nowhere: Place;
  /** what was appended under which site since it was last asked */
  mark: (site: SiteName) => string;
  revive: (place: Place) => Promise<void>;
};

export const markOf = (site: SiteName): string => `MARK-${site}`;
const hexId = (number: number): string => number.toString(16).padStart(12, "0");

/** The roles as they are written down, not as the table under test has them. */
const ROLES: Role[] = ["viewer", "wall", "associate", "coordinator", "lead", "admin", "auditor"];

function placeOf(site: SiteName): Place {
  const at = SITES.indexOf(site);
  return {
    site,
    order: `SO-ONLY-${site}`,
    incident: `INC-${10 + at}`,
    event: { source: "wms/test", id: `event-of-${site}` },
    letter: `dl-${site}`,
    key: hexId(100 + at),
    endedKey: hexId(200 + at),
    user: `user-of-${site.toLowerCase()}`,
    endedUser: `ended-of-${site.toLowerCase()}`,
    webhook: hexId(300 + at),
    endedWebhook: hexId(400 + at),
    channel: `room-${at}`,
    endedChannel: `gone-${at}`,
    display: hexId(500 + at),
    endedDisplay: hexId(600 + at),
  };
}

const NOWHERE: Place = {
  site: "NOPE1",
  order: "SO-NOWHERE",
  incident: "INC-999",
  event: { source: "wms/test", id: "event-of-nowhere" },
  letter: "dl-nowhere",
  key: hexId(999),
  endedKey: hexId(998),
  user: "nobody",
  endedUser: "nobody",
  webhook: hexId(997),
  endedWebhook: hexId(996),
  channel: "room-nowhere",
  endedChannel: "gone-nowhere",
  display: hexId(995),
  endedDisplay: hexId(994),
};

const anAccount = (name: string, role: Role, site: SiteName): Account => ({
  name,
  origin: "local",
  role,
  sites: [site],
  disabled: false,
  createdAt: 1,
  generation: 1,
});

function aKey(id: string, name: string, site: SiteName, change: Partial<StoredKey>): StoredKey {
  return {
    id,
    name,
    scopes: ["board:read"],
    sites: [site],
    createdBy: "bootstrap",
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    secrets: [],
    ...change,
  };
}

const aWebhook = (id: string, site: SiteName): StoredWebhook => ({
  id,
  name: markOf(site),
  site,
  url: "https://receiver.example.com/in",
  types: ["order.late"],
  enabled: true,
  generation: 1,
  createdBy: "bootstrap",
  createdAt: 1,
  secrets: [{ sealed: "sealed", createdAt: 1, endsAt: null }],
});

const aDisplay = (id: string, site: SiteName): StoredDisplay => ({
  id,
  name: markOf(site),
  site,
  settings: DEFAULT_SETTINGS,
  blank: false,
  message: null,
  reloadAt: 0,
  nexts: 0,
  claimedBy: "bootstrap",
  claimedAt: 1,
  revokedAt: null,
});

/** One that was told of something. */
const aDelivery = (webhook: string, site: SiteName): StoredDelivery => ({
  id: `told-${webhook}`,
  effect: { id: `told-${webhook}`, type: "order.late", at: 1, orderId: TWIN, data: { site } },
  state: "delivered",
  attempts: 1,
  lastAt: 1,
  nextAt: null,
  status: 200,
  durationMs: 5,
});

type Access = {
  put: (key: string, field: string, value: object) => void;
  save: () => Promise<void>;
};

/** Users and keys go in by the road they always go: the audit's. */
function createAccess(app: FastifyInstance): Access {
  let writes: { key: string; field: string; value: string }[] = [];
  return {
    put: (key, field, value) => void writes.push({ key, field, value: JSON.stringify(value) }),
    async save() {
      await app.audit.change({ who: "test", what: "user.created" }, writes);
      writes = [];
      await app.displays.book.reload(true);
      await app.users.refresh();
      await app.keyBook.reload(true);
    },
  };
}

function fillSites(tower: FakeTower): void {
  for (const site of SITES) {
    const mark = markOf(site);
    const { order, incident } = placeOf(site);
    const incidents = [incident, TWIN_INCIDENT].map((id) =>
      anIncident({ id, site, title: mark, orders: [order, TWIN], v: 7 }),
    );
    for (const { id, orders } of incidents) tower.incidents.membersOf.set(`${site}/${id}`, orders);
    tower.fill(
      site,
      [order, TWIN].map((id) =>
        aRow({ id, customerOrder: `${mark}-C`, station: mark, find: [`${mark}-SKU`], v: 7 }),
      ),
      7,
      incidents,
    );
    for (const orderId of [order, TWIN]) {
      const at = { orderId, site };
      const events = [
        anOrderReceived("9:00", { customerOrder: `${mark}-C` }, at),
        anEvent("note.added", "9:05", { text: mark }, at),
      ];
      tower.orders.set(`${site}/${orderId}`, {
        record: { v: 7, policy: 1, events, sent: [] },
        waiting: false,
        sealed: null,
        policy: null,
      });
    }
  }
}

/** Events are taken as they really are; only Redis is not there. */
function realDoor({ app }: FakeTower): void {
  const append = async (site: string, { entries }: AppendRequest): Promise<EntryOutcome[]> =>
    app.inbox.append(site, [...entries]) as Promise<EntryOutcome[]>;
  Object.assign(app.inbox, createIntake({ personal: createPersonal(randomBytes(32)), append }));
}

function serveLetters({ app }: FakeTower): void {
  const letterOf = (site: string): DeadLetter => ({
    id: `dl-${site}`,
    site,
    at: 1,
    cause: { code: "CT_ERR_RULES_THREW", message: `MARK-${site}` },
    tries: 1,
    orderId: TWIN,
  });
  app.inbox.deadLetters = async (site) => ({ items: [letterOf(site)], next: null });
  app.inbox.replay = async (site, ids) => ({
    replayed: ids.filter((id) => id === `dl-${site}`),
    missing: ids.filter((id) => id !== `dl-${site}`),
  });
}

async function person(tower: FakeTower, access: Access, role: Role, home: SiteName) {
  const name = `${role}-of-${home.toLowerCase()}`;
  access.put(GLOBAL_KEYS.users, name, anAccount(name, role, home));
  let cookie = "";
  const subject: Subject = {
    name: `${role}@${home}`,
    kind: "person",
    role,
    home,
    headers: () => ({ cookie }),
    async renew() {
      const generation = tower.app.users.get(name)?.generation ?? 1;
      const visit = { address: "127.0.0.1", device: "test" };
      cookie = `ct=${await tower.app.sessions.start({ name, generation, ...visit })}`;
    },
  };
  return subject;
}

let nextKey = 1;

function machine(
  access: Access,
  name: string,
  home: SiteName,
  change: Partial<StoredKey> & { scopes: readonly MachineScope[] },
): Subject {
  const id = hexId(1_000 + nextKey++);
  const { text, sha256 } = makeSecret(id);
  const secrets = [{ sha256, createdAt: 1, endsAt: null }];
  access.put(
    GLOBAL_KEYS.machineKeys,
    id,
    aKey(id, name, home, { secrets, ...change, scopes: [...change.scopes] }),
  );
  return {
    name: `${name}@${home}`,
    kind: change.revokedAt || change.expiresAt ? "refused" : "machine",
    scopes: change.scopes,
    home,
    headers: () => ({ authorization: `Bearer ${text}` }),
    renew: async () => undefined,
  };
}

/** A wall of a site: its token was made as a pairing makes it. */
function display(tower: FakeTower, access: Access, home: SiteName, isRevoked: boolean): Subject {
  const id = hexId((isRevoked ? 700 : 800) + SITES.indexOf(home));
  const { text, sha256: token } = makeAccess(id);
  access.put(GLOBAL_KEYS.displays, id, {
    ...aDisplay(id, home),
    revokedAt: isRevoked ? 2 : null,
  });
  tower.displays.kept.set(id, {
    access: token,
    endsAt: Number.MAX_SAFE_INTEGER,
    refresh: "0".repeat(64),
    previous: "",
    confirmed: true,
    at: 1,
  });
  return {
    name: `${isRevoked ? "revoked " : ""}display@${home}`,
    kind: isRevoked ? "refused" : "display",
    scopes: ["board:read"],
    home,
    headers: () => ({ authorization: `Bearer ${text}` }),
    renew: async () => undefined,
  };
}

/** What a scope needs beside it to be of any use: nobody gives what they do not have. */
const BESIDE: Partial<Record<MachineScope, MachineScope[]>> = {
  "keys:manage": ["board:read"],
  "users:manage": ["board:read", "orders:read", "incidents:read", "config:read"],
};

async function everybody(tower: FakeTower, access: Access): Promise<Subject[]> {
  const subjects: Subject[] = [];
  const nobody = { home: "BER1" as const, renew: async () => undefined };
  const still = (headers: Record<string, string>) => () => headers;
  subjects.push({ ...nobody, name: "anonymous", kind: "anonymous", headers: still({}) });
  for (const [name, headers] of Object.entries({
    "wrong key": { authorization: `Bearer ct_${"0".repeat(12)}_${"A".repeat(43)}` },
    "wrong cookie": { cookie: `ct=${"A".repeat(43)}` },
    "a bit more than the key": { authorization: `Bearer ${KEY}x` },
  }))
    subjects.push({ ...nobody, name, kind: "refused", headers: still(headers) });
  for (const home of SITES) {
    for (const role of ROLES) subjects.push(await person(tower, access, role, home));
    for (const scope of MACHINE_SCOPES) {
      const scopes = [scope, ...(BESIDE[scope] ?? [])];
      subjects.push(machine(access, `key ${scope}`, home, { scopes }));
    }
    const scopes = MACHINE_SCOPES;
    subjects.push(machine(access, "key of everything", home, { scopes }));
    subjects.push(machine(access, "expired key", home, { scopes, expiresAt: 2 }));
    subjects.push(machine(access, "revoked key", home, { scopes, revokedAt: 2 }));
    subjects.push(display(tower, access, home, false), display(tower, access, home, true));
  }
  return subjects;
}

const aChannel = (id: string, site: SiteName): StoredChannel => ({
  id,
  name: id,
  site,
  kind: "email",
  sealed: "sealed",
  where: "dock@example.org",
  createdBy: "admin",
  createdAt: 1,
});

const aConnector = (site: SiteName): StoredConnectors => ({
  site,
  version: 1,
  connectors: [
    {
      id: "shop",
      kind: "shopify",
      name: markOf(site),
      enabled: true,
      source: "shopify/shop",
      options: {},
      secrets: [
        {
          id: "s1",
          sealed: sealed(connectorSeal(site, "shop"), "nobody here knows it"),
          createdAt: 1,
          endsAt: null,
        },
      ],
    },
  ],
  history: [],
});

function putThings(access: Access, { webhooks }: FakeTower): void {
  for (const site of SITES) {
    const { key, endedKey, user, endedUser, webhook, endedWebhook } = placeOf(site);
    const { display, endedDisplay } = placeOf(site);
    for (const id of [display, endedDisplay])
      access.put(GLOBAL_KEYS.displays, id, aDisplay(id, site));
    for (const id of [webhook, endedWebhook])
      access.put(GLOBAL_KEYS.webhooks, id, aWebhook(id, site));
    webhooks.kept.set(webhook, [aDelivery(webhook, site)]);
    const { channel, endedChannel } = placeOf(site);
    for (const id of [channel, endedChannel])
      access.put(GLOBAL_KEYS.channels, id, aChannel(id, site));
    access.put(GLOBAL_KEYS.connectors, site, aConnector(site));
    for (const id of [key, endedKey])
      access.put(GLOBAL_KEYS.machineKeys, id, aKey(id, markOf(site), site, {}));
    for (const name of [user, endedUser])
      access.put(GLOBAL_KEYS.users, name, anAccount(name, "viewer", site));
  }
}

export async function createWorld(env: NodeJS.ProcessEnv = {}): Promise<World> {
  const off = {
    CT_RATE_KEYS: "0",
    CT_RATE_PEOPLE: "0",
    CT_RATE_ADDRESSES: "0",
    CT_RATE_SITES: "0",
  };
  const tower = await fakeTower({ CT_DEMO: "0", ...off, ...env });
  const { app } = tower;
  const access = createAccess(app);
  fillSites(tower);
  realDoor(tower);
  serveLetters(tower);
  putThings(access, tower);
  const subjects = await everybody(tower, access);
  await access.save();
  for (const subject of subjects) await subject.renew();
  for (const site of SITES) {
    const { event, order } = placeOf(site);
    const entry = {
      event: { ...anEvent("note.added", "9:06", {}, { ...event, site }), orderId: order },
      hash: "h",
    };
    await app.inbox.append(site, [entry]);
  }
  return {
    tower,
    app,
    subjects,
    places: { BER1: placeOf("BER1"), NYC1: placeOf("NYC1") },
    nowhere: NOWHERE,
    mark: markOf,
    async revive({ site, endedUser, endedWebhook, endedDisplay, endedChannel }) {
      const home = SITES.find((one) => one === site);
      if (home === undefined) return;
      access.put(GLOBAL_KEYS.users, endedUser, anAccount(endedUser, "viewer", home));
      access.put(GLOBAL_KEYS.webhooks, endedWebhook, aWebhook(endedWebhook, home));
      access.put(GLOBAL_KEYS.channels, endedChannel, aChannel(endedChannel, home));
      access.put(GLOBAL_KEYS.displays, endedDisplay, aDisplay(endedDisplay, home));
      await access.save();
    },
  };
}
