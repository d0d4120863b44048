/** The audit log as the page shows it: filters in the address, entries with readable differences. */
import type { AuditEntry } from "../../domain/contract/audit.ts";

export type AuditView = Omit<AuditEntry, "at"> & { at: number };
export type AuditWire = Omit<AuditEntry, "at"> & { at: string };
export const readEntry = (wire: AuditWire): AuditView => ({ ...wire, at: Date.parse(wire.at) });

export const FILTERS = ["who", "what", "site", "subject", "from", "to"] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Record<FilterName, string>;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
export const filtersOf = (query: Record<string, unknown>): Filters =>
  Object.fromEntries(FILTERS.map((name) => [name, textOf(query[name])])) as Filters;

/** Only what was filled in. */
export const given = (filters: Filters): Partial<Filters> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));

/** A local day and time of the fields becomes an instant; the last minute asked for is in it. */
function instantOf(name: FilterName, value: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  return new Date(name === "to" ? at + 59_999 : at).toISOString();
}

export function queryOf(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = filters[name];
    const isTime = name === "from" || name === "to";
    if (value !== "") query.set(name, isTime ? instantOf(name, value) : value);
  }
  return query;
}

/** One field of a difference; null where it was not there. */
export type Difference = { field: string; before: string | null; after: string | null };

/** Fields that hold an instant, in epoch ms: `claimedAt`, `ackUntil`. */
const INSTANT = /(?:^at|^until|At|Until)$/;
const EARLIEST = Date.UTC(2000, 0, 1);

function shown(field: string, value: unknown, timeWords: (at: number) => string): string {
  if (typeof value === "number" && value > EARLIEST && INSTANT.test(field)) return timeWords(value);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const fieldsOf = (value: unknown): Record<string, unknown> => {
  if (value === undefined || value === null) return {};
  const isRecord = typeof value === "object" && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : { value };
};

/** Fields that differ, those that were there first; a field without a before was only set. */
export function differences(
  { before, after }: Pick<AuditEntry, "before" | "after">,
  timeWords: (at: number) => string,
): Difference[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const fields = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...fields].flatMap((field) => {
    const pair = [old, now].map((side) =>
      field in side ? shown(field, side[field], timeWords) : null,
    );
    const [was = null, is = null] = pair;
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}
