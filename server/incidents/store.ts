/** What routes read of incidents in Redis besides what is in memory, and the little that the server keeps for them. Everything else of them is written by the workers' commits alone. */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { problem } from "../problem.ts";
import { closedIds, type ClosedFrom, type ClosedPlace } from "../closed-place.ts";
import type { RedisClient } from "../redis.ts";

export type ClosedIncidents = {
  items: Incident[];
  last: ClosedPlace | null;
  hasMore: boolean;
};

export type IncidentStore = {
  /** ids of its orders; null when they are not kept any more */
  members(site: string, id: string): Promise<string[] | null>;
  /** one that is resolved for longer than memory holds it */
  past(site: string, id: string): Promise<Incident | null>;
  /** resolved ones, the last resolved first; a number counts from there */
  closed(site: string, from: ClosedFrom, limit: number): Promise<ClosedIncidents>;
  /** resolved at that moment or later, the last resolved first, at most `most` */
  closedSince(site: string, from: number, most: number): Promise<Incident[]>;
  /** notice and way -> what came of it, as JSON */
  notices(site: string, id: string): Promise<Record<string, string>>;
  /** who was called for what since that moment, as JSON, oldest first */
  calls(site: string, from: number, most: number): Promise<string[]>;
  /** the incident that an order stands in */
  ofOrder(site: string, order: string): Promise<string | null>;
  /** what the auditor of the ladders said last, as JSON */
  audit(site: string): Promise<string | null>;
  /** the policies of that version, for ladders that began under them, as JSON */
  policiesOf(site: string, version: number): Promise<string | null>;
  /** entries of the log after that place, as `<id>` and fields, the oldest first; empty at its end */
  log(site: string, after: string, count: number): Promise<[id: string, fields: string[]][]>;
  /** `StoredPolicies` as JSON */
  policies(site: string): Promise<string | null>;
  /** handovers of a site by id, as JSON */
  handovers(site: string): Promise<Record<string, string>>;
  handover(site: string, id: string): Promise<string | null>;
  /** what one call did to many orders, for as long as it can be undone */
  keepBatch(site: string, id: string, text: string, ttlMs: number): Promise<void>;
  batch(site: string, id: string): Promise<string | null>;
  /** true for the first who asks with this id within that time, and for nobody else */
  useOnce(id: string, ttlMs: number): Promise<boolean>;
  /** it was used for good: nobody else for so long */
  keepUsed(id: string, ttlMs: number): Promise<void>;
  /** takes that back: what it was used for did not happen */
  unuse(id: string): Promise<void>;
  isUsed(id: string): Promise<boolean>;
};

async function orRefuse<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });
}

const decode = (text: string): Incident => JSON.parse(text) as Incident;

async function byIds(
  client: RedisClient,
  site: string,
  ids: readonly string[],
): Promise<Incident[]> {
  if (ids.length === 0) return [];
  const { incidents, incidentsClosed } = keysOf(site);
  const [recent, past] = await Promise.all([
    client.hmGet(incidents, [...ids]),
    client.hmGet(incidentsClosed, [...ids]),
  ]);
  return ids.flatMap((_, at) => {
    const text = recent[at] ?? past[at];
    return text == null ? [] : [decode(text)];
  });
}

type Entry = { message: Record<string, string> };

/** Reading. */
function createReads(client: RedisClient) {
  return {
    async members(site: string, id: string) {
      const text = await client.hGet(keysOf(site).incidentMembers, id);
      return text == null ? null : (JSON.parse(text) as string[]);
    },
    async past(site: string, id: string) {
      const [found] = await byIds(client, site, [id]);
      return found ?? null;
    },
    async closed(site: string, from: ClosedFrom, limit: number) {
      const { incidentClosings } = keysOf(site);
      const { ids, ...rest } = await closedIds(client, incidentClosings, from, limit);
      return { items: await byIds(client, site, ids), ...rest };
    },
    async closedSince(site: string, from: number, most: number) {
      const ids = await client.zRange(keysOf(site).incidentClosings, "+inf", from, {
        BY: "SCORE",
        REV: true,
        LIMIT: { offset: 0, count: most },
      });
      return byIds(client, site, ids);
    },
    async calls(site: string, from: number, most: number) {
      const found = await client.xRevRange(keysOf(site).annunciations, "+", String(from), {
        COUNT: most,
      });
      return (found as Entry[]).map(({ message }) => message["f"] ?? "{}").reverse();
    },
  };
}

export function createIncidentStore(client: RedisClient): IncidentStore {
  const reads = createReads(client);
  return {
    members: (site, id) => orRefuse(reads.members(site, id)),
    past: (site, id) => orRefuse(reads.past(site, id)),
    closed: (site, from, limit) => orRefuse(reads.closed(site, from, limit)),
    closedSince: (site, from, most) => orRefuse(reads.closedSince(site, from, most)),
    notices: (site, id) => orRefuse(client.hGetAll(keysOf(site).notices(id))),
    calls: (site, from, most) => orRefuse(reads.calls(site, from, most)),
    ofOrder: (site, order) => orRefuse(client.hGet(keysOf(site).orderIncidents, order)),
    audit: (site) => orRefuse(client.get(keysOf(site).escalationAudit)),
    policiesOf: (site, version) =>
      orRefuse(client.hGet(keysOf(site).incidentPolicies, String(version))),
    log: (site, after, count) =>
      orRefuse(
        client.sendCommand<[string, string[]][]>([
          "XRANGE",
          keysOf(site).log,
          `(${after}`,
          "+",
          "COUNT",
          String(count),
        ]),
      ),
    policies: (site) => orRefuse(client.hGet(GLOBAL_KEYS.policies, site)),
    handovers: (site) => orRefuse(client.hGetAll(GLOBAL_KEYS.handovers(site))),
    handover: (site, id) => orRefuse(client.hGet(GLOBAL_KEYS.handovers(site), id)),
    async keepBatch(site, id, text, ttlMs) {
      const expiration = { type: "PX", value: ttlMs } as const;
      await orRefuse(client.set(keysOf(site).batch(id), text, { expiration }));
    },
    batch: (site, id) => orRefuse(client.get(keysOf(site).batch(id))),
    async useOnce(id, ttlMs) {
      const expiration = { type: "PX", value: ttlMs } as const;
      const set = client.set(GLOBAL_KEYS.usedLink(id), "1", { expiration, condition: "NX" });
      return (await orRefuse(set)) !== null;
    },
    async keepUsed(id, ttlMs) {
      const expiration = { type: "PX", value: ttlMs } as const;
      await orRefuse(client.set(GLOBAL_KEYS.usedLink(id), "1", { expiration }));
    },
    async unuse(id) {
      await orRefuse(client.del(GLOBAL_KEYS.usedLink(id)));
    },
    isUsed: async (id) => (await orRefuse(client.exists(GLOBAL_KEYS.usedLink(id)))) > 0,
  };
}
