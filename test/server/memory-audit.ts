/** The audit store in memory, of the same contract as the one in Redis: heads are compared, writes happen with their entry or not at all. */
import {
  type AuditHead,
  type AuditLink,
  encodeHead,
  entryOf,
  headOf,
} from "../../server/audit/chain.ts";
import type { AuditState, AuditStore, AuditWrite } from "../../server/audit/store.ts";
import type { AuditEntry } from "../../domain/contract/audit.ts";

export type MemoryAudit = {
  store: AuditStore;
  /** the entries so far, the oldest first */
  entries(): AuditEntry[];
  /** hash key -> field -> value: what `change` wrote; a test may put its own in */
  hashes: Map<string, Map<string, string>>;
  /** rises with every change, as `ct:{tower}:access-version` */
  version(): number;
};

export function memoryAudit(now: () => number = Date.now): MemoryAudit {
  const links: AuditLink[] = [];
  const hashes = new Map<string, Map<string, string>>();
  let head: AuditHead | null = null;
  let version = 0;

  const state = (): AuditState => ({
    head,
    stands: head === null ? "" : encodeHead(head),
    now: now(),
  });
  const heldBy = ({ key, field }: AuditWrite): string | null => hashes.get(key)?.get(field) ?? null;

  function write(one: AuditWrite): void {
    const fields = hashes.get(one.key) ?? new Map<string, string>();
    hashes.set(one.key, fields);
    if (one.value === null) fields.delete(one.field);
    else fields.set(one.field, one.value);
  }

  const store: AuditStore = {
    state: async () => state(),
    async append(stands, added, writes, must) {
      if (stands !== state().stands) return { is: "moved", ...state() };
      if (must !== undefined && Number(must) !== version) return { is: "changed", field: "" };
      const changed = writes.find((one) => one.was !== undefined && heldBy(one) !== one.was);
      if (changed !== undefined) return { is: "changed", field: changed.field };
      links.push(...added);
      for (const link of added) head = headOf(link);
      for (const one of writes) write(one);
      if (writes.length > 0) version += 1;
      return { is: "ok" };
    },
    async read(from, count, direction = "up") {
      if (direction === "up") return links.filter(({ n }) => n >= from).slice(0, count);
      return links
        .filter(({ n }) => n <= from)
        .toReversed()
        .slice(0, count);
    },
  };
  return { store, entries: () => links.map(entryOf), hashes, version: () => version };
}
