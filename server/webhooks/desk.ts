/** Making, changing, renewing and ending webhooks: each change is one step with its audit entry. A webhook of another's site does not exist. */
import { randomBytes } from "node:crypto";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import {
  liveWebhookSecrets,
  OLD_WEBHOOK_SECRET_MS,
  TEST_TYPE,
  type EffectEntry,
  type StoredWebhook,
  type WebhookCreate,
  type WebhookPatch,
} from "../../domain/contract/webhooks.ts";
import { hasSite } from "../../domain/permissions.ts";
import { targetObjection } from "../../domain/webhook-target.ts";
import type { Audit } from "../audit.ts";
import { writeAudited, type Asker } from "../audit/write-audited.ts";
import { aboutField, problem } from "../problem.ts";
import { makeWebhookSecret, type SealSecret } from "./seal.ts";
import type { WebhookStore } from "./store.ts";
import { auditView } from "./views.ts";

export const MOST_WEBHOOKS = 100;

export type { Asker } from "../audit/write-audited.ts";
export type WithSecret = { webhook: StoredWebhook; secret: string };

type Deps = {
  store: WebhookStore;
  seal: SealSecret;
  audit: () => Pick<Audit, "change" | "record">;
  /** ids of the configured sites */
  sites: () => string[];
  /** origins inside that may be told */
  allowed: ReadonlySet<string>;
  now: () => number;
};

const noSuchWebhook = () => problem("CT_ERR_NOT_FOUND", "There is no such webhook for you.");

const noSuchSite = (site: string) =>
  problem(
    "CT_ERR_UNKNOWN_SITE",
    `There is no site ${site} for you.`,
    aboutField("/site", `has no site ${site}`),
  );

function checkUrl(text: string, allowed: ReadonlySet<string>): string {
  const url = URL.parse(text);
  const objection = url === null ? "is no address" : targetObjection(url, allowed);
  if (url !== null && objection === null) return url.href;
  const hint = "To reach a receiver inside your network, allow its origin in CT_WEBHOOK_ALLOW.";
  throw problem(
    "CT_ERR_WEBHOOK_ADDRESS",
    `It ${objection}. ${hint}`,
    aboutField("/url", `body ${objection}`),
  );
}

function createWork({ store, audit, allowed }: Deps) {
  async function find({ principal }: Asker, id: string): Promise<StoredWebhook> {
    const webhook = await store.get(id);
    if (webhook === null || !hasSite(principal, webhook.site)) throw noSuchWebhook();
    return webhook;
  }

  const write = (
    asker: Asker,
    what: string,
    before: StoredWebhook | null,
    after: StoredWebhook | null,
  ): Promise<void> =>
    writeAudited(audit(), asker, what, {
      key: GLOBAL_KEYS.webhooks,
      before,
      after,
      view: auditView,
    });
  return { find, write, checkUrl: (url: string) => checkUrl(url, allowed) };
}

type Secrets = StoredWebhook["secrets"];

/** The new one signs at once, the one before as well until its time is over. */
function rotated(webhook: StoredWebhook, sealed: string, oldForMs: number, now: number): Secrets {
  const fresh = { sealed, createdAt: now, endsAt: null };
  const live = liveWebhookSecrets(webhook, now);
  if (oldForMs === 0) return [fresh];
  if (live.length > 1)
    throw problem(
      "CT_ERR_CONFLICT",
      `Two secrets sign until ${new Date(live[1]?.endsAt ?? now).toISOString()}. Wait, or end the others with oldForMs 0.`,
    );
  return [fresh, ...live.map((old) => ({ ...old, endsAt: now + oldForMs }))];
}

async function makeRoom(store: WebhookStore): Promise<void> {
  const { length } = await store.all();
  if (length < MOST_WEBHOOKS) return;
  throw problem("CT_ERR_CONFLICT", `There are ${MOST_WEBHOOKS} webhooks. Delete some first.`);
}

type Work = ReturnType<typeof createWork>;

function createMaking(deps: Deps, { find, write, checkUrl }: Work) {
  const { store, seal, sites, now } = deps;
  return {
    async create(asker: Asker, wish: WebhookCreate): Promise<WithSecret> {
      const { principal } = asker;
      if (!hasSite(principal, wish.site) || !sites().includes(wish.site))
        throw noSuchSite(wish.site);
      const url = checkUrl(wish.url);
      await makeRoom(store);
      const id = randomBytes(6).toString("hex");
      const secret = makeWebhookSecret();
      const at = now();
      const secrets = [{ sealed: seal(id, secret), createdAt: at, endsAt: null }];
      const by = { createdBy: principal.name, createdAt: at };
      const webhook = { id, ...wish, url, enabled: true, generation: 1, ...by, secrets };
      await write(asker, "webhook.created", null, webhook);
      return { webhook, secret };
    },
    async patch(asker: Asker, id: string, wish: WebhookPatch): Promise<StoredWebhook> {
      const before = await find(asker, id);
      const url = wish.url === undefined ? before.url : checkUrl(wish.url);
      const generation = before.generation + 1;
      const after = { ...before, ...wish, url, generation };
      await write(asker, "webhook.changed", before, after);
      return after;
    },
    async rotate(asker: Asker, id: string, oldForMs = OLD_WEBHOOK_SECRET_MS): Promise<WithSecret> {
      const before = await find(asker, id);
      const secret = makeWebhookSecret();
      const secrets = rotated(before, seal(id, secret), oldForMs, now());
      const webhook = { ...before, secrets };
      await write(asker, "webhook.rotated", before, webhook);
      return { webhook, secret };
    },
    async remove(asker: Asker, id: string): Promise<void> {
      const before = await find(asker, id);
      await write(asker, "webhook.deleted", before, null);
      await store.forget(before);
    },
  };
}

/** What goes out by hand takes the same road as everything else. */
function createSending({ store, audit, now }: Deps, { find }: Work) {
  async function send(
    { principal, where }: Asker,
    what: string,
    to: StoredWebhook,
    entry: EffectEntry,
  ) {
    const { id: subject, site } = to;
    const why = entry.effect.id;
    await audit().record({ who: principal.name, what, where, site, subject, why });
    await store.send(site, { ...entry, only: subject });
    return entry.effect.id;
  }
  return {
    /** the `webhook-id` that it is sent with */
    async test(asker: Asker, id: string): Promise<string> {
      const to = await find(asker, id);
      const data = { site: to.site, webhook: id };
      const effectId = `test-${randomBytes(8).toString("hex")}`;
      const effect = { id: effectId, type: TEST_TYPE, at: now(), orderId: "", data };
      return send(asker, "webhook.tested", to, { effect });
    },
    async replay(asker: Asker, id: string, delivery: string): Promise<string> {
      const to = await find(asker, id);
      const found = await store.delivery(to, delivery);
      if (found === null) throw problem("CT_ERR_NOT_FOUND", "There is no such delivery any more.");
      const copy = `r${randomBytes(4).toString("hex")}`;
      return send(asker, "webhook.replayed", to, { effect: found.effect, copy });
    },
  };
}

export function createWebhookDesk(deps: Deps) {
  const work = createWork(deps);
  const { store } = deps;
  return {
    find: work.find,
    /** those of the asker's sites, the newest first */
    async all({ principal }: Asker): Promise<StoredWebhook[]> {
      const visible = (await store.all()).filter(({ site }) => hasSite(principal, site));
      return visible.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
    },
    ...createMaking(deps, work),
    ...createSending(deps, work),
  };
}
export type WebhookDesk = ReturnType<typeof createWebhookDesk>;
