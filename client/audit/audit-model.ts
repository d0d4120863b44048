/** The audit log as the page asks for it: filters in the address, entries with their instants. */
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
