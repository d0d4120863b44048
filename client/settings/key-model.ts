/** A machine key as the page shows it, and what may be done about one. Pure; instants are RFC 3339. */
import type { KeyView } from "../../domain/contract/machine-keys.ts";
import { MACHINE_SCOPES, type MachineScope } from "../../domain/permissions.ts";

export type KeyAction = "change" | "rotate" | "revoke";

export const KEY_ACTION_WORDS: Readonly<Record<KeyAction, string>> = {
  change: "Name, reach and expiry",
  rotate: "New secret",
  revoke: "Revoke",
};

/** The server decides; this leaves out what it would refuse. */
export const actionsForKey = ({ state }: Pick<KeyView, "state">): KeyAction[] =>
  state === "revoked" ? [] : ["change", "rotate", "revoke"];

export const SCOPE_WORDS: Readonly<Record<MachineScope, string>> = {
  "events:write": "send events",
  "events:read": "ask what became of an event",
  "board:read": "see the board, trucks and live figures",
  "orders:read": "read orders",
  "orders:act": "act on orders: hold, assign, cancel",
  "incidents:read": "see incidents",
  "incidents:note": "comment on incidents and record what was done",
  "incidents:act": "own, shelve, escalate and resolve incidents",
  "handover:read": "read the handover of a shift",
  "alarms:read": "see how many alarms reached whom",
  "people:read": "see who did what: owners and actors",
  "personal:read": "see names and addresses of customers",
  "personal:export": "export what is known of a customer",
  "personal:erase": "erase a customer",
  "dead-letters:read": "read dead letters",
  "dead-letters:replay": "replay dead letters",
  "config:read": "read the sites' rules",
  "config:write": "change the sites' rules",
  "plans:write": "change the people planned",
  "policies:write": "change rules, escalation and duty schedules",
  "metrics:read": "read metrics for monitoring",
  "audit:read": "read the audit log",
  "users:manage": "manage people",
  "keys:manage": "manage machine keys",
  "webhooks:manage": "manage webhooks",
  "floor:act": "take what walls show, say that it is done, add photos of damage",
  "displays:claim": "pair wall displays",
  "displays:manage": "steer and disconnect wall displays",
  "views:share": "keep the saved views of a site",
};

export type Preset = {
  id: string;
  label: string;
  scopes: readonly MachineScope[];
  sources?: string;
};

export const CUSTOM = "custom";
export const PRESETS: readonly Preset[] = [
  { id: "sender", label: "Shop or WMS: sends events", scopes: ["events:write", "events:read"] },
  {
    id: "carrier",
    label: "Carrier feed: sends its own",
    scopes: ["events:write"],
    sources: "carrier/",
  },
  {
    id: "dashboard",
    label: "Dashboard: reads the board, no people",
    scopes: ["board:read", "orders:read", "config:read"],
  },
  { id: "monitoring", label: "Monitoring: reads metrics", scopes: ["metrics:read"] },
  { id: "everything", label: "Everything you may do", scopes: MACHINE_SCOPES },
];

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

/** What of a preset can be given by somebody who has `own`. */
export const scopesOf = (
  { scopes }: Preset,
  own: (scope: MachineScope) => boolean,
): MachineScope[] => scopes.filter(own);

/** The preset that these scopes are, `custom` when none. */
export const presetOf = (
  scopes: readonly string[],
  own: (scope: MachineScope) => boolean,
): string => PRESETS.find((preset) => isSame(scopesOf(preset, own), scopes))?.id ?? CUSTOM;

/** `send events, read orders`; of many the first and how many more. */
export function scopeWords(scopes: readonly string[]): string {
  const words = scopes.map((scope) => SCOPE_WORDS[scope as MachineScope] ?? scope);
  return words.length <= 3
    ? words.join(", ")
    : `${words.slice(0, 2).join(", ")} and ${words.length - 2} more`;
}

export const keySiteWords = (sites: KeyView["sites"]): string =>
  sites === "all" ? "all sites" : sites.join(", ");

/** Prefixes as they are typed: separated by commas or spaces; undefined for none. */
export function sourcesIn(text: string): string[] | undefined {
  const found = text.split(/[\s,]+/).filter((one) => one !== "");
  return found.length === 0 ? undefined : [...new Set(found)];
}

const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;

/** Whether somebody should renew it now: it works, and ends within two weeks. */
export const endsSoon = ({ state, expiresAt }: KeyView, now: number): boolean =>
  state === "active" && expiresAt !== null && Date.parse(expiresAt) - now < SOON_MS;

export type Lifetime = "kept" | "never" | "90" | "365";
export const LIFETIME_WORDS: Readonly<Record<Exclude<Lifetime, "kept">, string>> = {
  "365": "in a year",
  "90": "in 90 days",
  never: "never: revoke it when it is not needed",
};

/** When a key of this lifetime ends; undefined leaves it as it is. */
export function expiryOf(lifetime: Lifetime, now: number): string | null | undefined {
  if (lifetime === "kept") return undefined;
  return lifetime === "never" ? null : new Date(now + Number(lifetime) * DAY_MS).toISOString();
}

export const OLD_SECRET_CHOICES: readonly { ms: number; label: string }[] = [
  { ms: DAY_MS, label: "24 hours" },
  { ms: 3_600_000, label: "1 hour" },
  { ms: 7 * DAY_MS, label: "7 days" },
  { ms: 0, label: "no longer: it was seen by somebody" },
];
