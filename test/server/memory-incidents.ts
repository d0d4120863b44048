/** The incident store in memory: a test puts in what the workers would have written; policies and handovers are read from what the audit in memory wrote. */
import { pageOfClosed } from "./memory-closed.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { IncidentStore } from "../../server/incidents/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryIncidents = IncidentStore & {
  /** `site/id` */
  membersOf: Map<string, string[]>;
  resolved: Incident[];
  told: Map<string, Record<string, string>>;
  called: { site: string; at: number; text: string }[];
  orders: Map<string, string>;
  logs: Map<string, [id: string, fields: string[]][]>;
  audits: Map<string, string>;
};

export function memoryIncidents({ hashes }: Pick<MemoryAudit, "hashes">): MemoryIncidents {
  const membersOf = new Map<string, string[]>();
  const resolved: Incident[] = [];
  const told: MemoryIncidents["told"] = new Map();
  const called: MemoryIncidents["called"] = [];
  const orders = new Map<string, string>();
  const logs: MemoryIncidents["logs"] = new Map();
  const audits = new Map<string, string>();
  const batches = new Map<string, string>();
  /** until when, ms */
  const used = new Map<string, number>();
  const isUsed = (id: string): boolean => (used.get(id) ?? 0) > Date.now();
  const closedAt = ({ resolution }: Incident): number => resolution?.at ?? 0;
  const closedOf = (site: string): Incident[] =>
    resolved.filter((one) => one.site === site).sort((a, b) => closedAt(b) - closedAt(a));
  return {
    membersOf,
    resolved,
    told,
    called,
    orders,
    logs,
    audits,
    members: async (site, id) => membersOf.get(`${site}/${id}`) ?? null,
    past: async (site, id) => closedOf(site).find((one) => one.id === id) ?? null,
    closed: async (site, from, limit) => pageOfClosed(closedOf(site), from, limit),
    closedSince: async (site, from, most) =>
      closedOf(site)
        .filter((one) => closedAt(one) >= from)
        .slice(0, most),
    notices: async (site, id) => told.get(`${site}/${id}`) ?? {},
    calls: async (site, from, most) =>
      called
        .filter((one) => one.site === site && one.at >= from)
        .slice(-most)
        .map(({ text }) => text),
    ofOrder: async (site, order) => orders.get(`${site}/${order}`) ?? null,
    audit: async (site) => audits.get(site) ?? null,
    async log(site, after, count) {
      const all = logs.get(site) ?? [];
      const place = all.findIndex(([id]) => id === after);
      return all.slice(place + 1, place + 1 + count);
    },
    policiesOf: async () => null,
    policies: async (site) => hashes.get(GLOBAL_KEYS.policies)?.get(site) ?? null,
    handovers: async (site) => Object.fromEntries(hashes.get(GLOBAL_KEYS.handovers(site)) ?? []),
    handover: async (site, id) => hashes.get(GLOBAL_KEYS.handovers(site))?.get(id) ?? null,
    keepBatch: async (site, id, text) => void batches.set(`${site}/${id}`, text),
    batch: async (site, id) => batches.get(`${site}/${id}`) ?? null,
    async useOnce(id, ttlMs) {
      if (isUsed(id)) return false;
      used.set(id, Date.now() + ttlMs);
      return true;
    },
    keepUsed: async (id, ttlMs) => void used.set(id, Date.now() + ttlMs),
    unuse: async (id) => void used.delete(id),
    isUsed: async (id) => isUsed(id),
  };
}
