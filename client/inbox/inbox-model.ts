/** The inbox as a person reads it: who an incident is with, in which order they are worked on, and the one line that says it. Pure. */
import type { IncidentView } from "../../domain/contract/incidents.ts";
import { actByOf, isTooLate } from "../../domain/incidents/act-by.ts";
import { listedInFlood } from "../../domain/incidents/flood-mode.ts";
import { count, duration, type SiteFormat } from "../ui/format.ts";

/** What a list needs of an incident; parts that a role may not see are absent. */
export type InboxItem = IncidentView;

export const FOLDERS = ["unowned", "mine", "team", "shelved", "resolved"] as const;
export type Folder = (typeof FOLDERS)[number];
export const FOLDER_WORDS: Readonly<Record<Folder, string>> = {
  unowned: "Unowned",
  mine: "Mine",
  team: "Team",
  shelved: "Shelved",
  resolved: "Resolved",
};
export const isFolder = (word: unknown): word is Folder => FOLDERS.some((known) => known === word);

export function folderOf({ state, owner }: InboxItem, me: string): Folder {
  if (state === "resolved") return "resolved";
  if (state === "shelved") return "shelved";
  if (state === "open") return "unowned";
  return owner === me ? "mine" : "team";
}

/** Nothing of it can be saved any more: folded below what can. */
export const isLost = ({ counts }: InboxItem): boolean =>
  counts.orders > 0 && counts.lost >= counts.orders;

/** What stands in front, and what is folded below it: in a flood of alarms everything but the gravest causes that can still be saved. */
export function folded(
  items: readonly InboxItem[],
  isFlood: boolean,
  now: number,
): { first: InboxItem[]; rest: InboxItem[] } {
  const listed = isFlood ? listedInFlood(items, now) : null;
  const isFirst = (item: InboxItem) => listed?.has(item) ?? !isLost(item);
  return { first: items.filter(isFirst), rest: items.filter((item) => !isFirst(item)) };
}

const LAST = Number.MAX_SAFE_INTEGER;

/** What is still seen before what is not; what can be saved first, by what a minute of work saves; then by when somebody must act; what is lost last. A total order. */
export const compareIncidents =
  (now: number) =>
  (a: InboxItem, b: InboxItem): number =>
    Number(isLost(a)) - Number(isLost(b)) ||
    Number(fadedSince(a, now) !== null) - Number(fadedSince(b, now) !== null) ||
    b.savingRate - a.savingRate ||
    (a.actBy ?? LAST) - (b.actBy ?? LAST) ||
    b.priority - a.priority ||
    a.openedAt - b.openedAt ||
    Number(a.id > b.id) - Number(a.id < b.id);

/** The newest first. */
const compareClosed = (a: InboxItem, b: InboxItem): number =>
  (b.resolution?.at ?? b.changedAt) - (a.resolution?.at ?? a.changedAt) || (a.id < b.id ? 1 : -1);

export type Inbox = { folders: Record<Folder, InboxItem[]> };

export function sortInto(items: Iterable<InboxItem>, me: string, now: number): Inbox {
  const folders: Inbox["folders"] = { unowned: [], mine: [], team: [], shelved: [], resolved: [] };
  for (const item of items) folders[folderOf(item, me)].push(item);
  for (const folder of FOLDERS)
    folders[folder].sort(folder === "resolved" ? compareClosed : compareIncidents(now));
  return { folders };
}

/** A cause that is there is written every two minutes; what was not for longer than any look takes is not there. */
const FADED_AFTER_MS = 5 * 60_000;

/** Since when the rules do not see its cause any more: it closes by itself unless that comes back, and what it counts is of then. null: it is there, or a person says so. */
export function fadedSince({ kind, state, seenAt }: InboxItem, now: number): number | null {
  const isSeen = kind === "manual" || state === "resolved" || now - seenAt < FADED_AFTER_MS;
  return isSeen ? null : seenAt;
}

/** 1, 2, 3: what to do first. */
export const rankOf = ({ severity }: Pick<InboxItem, "severity">): 1 | 2 | 3 => {
  if (severity === "S1") return 1;
  return severity === "S2" ? 2 : 3;
};

export type CountChip = { kind: "late" | "at_risk" | "lost_cause" | "unknown"; words: string };

/** Counts by how orders stand, gravest first; nothing where an incident is about no promise, or its cause is not seen any more. */
export function chipsOf(item: InboxItem, now: number): CountChip[] {
  if (fadedSince(item, now) !== null) return [];
  const { counts } = item;
  const chips: CountChip[] = [
    { kind: "late", words: `▲ ${count(counts.late)} late` },
    { kind: "at_risk", words: `◆ ${count(counts.atRisk)} savable` },
    { kind: "lost_cause", words: `■ ${count(counts.lost)} lost` },
    { kind: "unknown", words: `? ${count(counts.blind)} blind` },
  ];
  const numbers = [counts.late, counts.atRisk, counts.lost, counts.blind];
  return chips.filter((_, at) => (numbers[at] ?? 0) > 0);
}

type Reading = { now: number; me: string; format: SiteFormat };

const nameOf = ({ owner }: InboxItem, { me }: Reading): string | null =>
  owner === me ? "you" : owner;

function openWords(item: InboxItem, reading: Reading): string {
  const { owner, openedAt, activeAt } = item;
  const since = duration(Math.max(0, reading.now - (owner === null ? openedAt : activeAt)));
  return owner === null ? `unowned ${since}` : `unowned ${since}, ${nameOf(item, reading)} had it`;
}

function ownedWords(item: InboxItem, reading: Reading): string {
  const name = nameOf(item, reading) ?? "owned";
  const { format, now } = reading;
  return item.ackUntil === null ? name : `${name}, until ${format.near(item.ackUntil, now)}`;
}

const OWNER_WORDS: Readonly<
  Record<InboxItem["state"], (item: InboxItem, reading: Reading) => string>
> = {
  open: openWords,
  acknowledged: ownedWords,
  shelved: ({ shelved }, { format, now }) =>
    shelved === null ? "shelved" : `shelved, back ${format.near(shelved.until, now)}`,
  resolved: ({ resolution, changedAt }, { format, now }) =>
    `ended ${format.near(resolution?.at ?? changedAt, now)}`,
};

function actWords(item: InboxItem, { now, format }: Reading): string | null {
  const actBy = actByOf(item);
  if (actBy === null) return null;
  if (actBy > now) return `act before ${format.near(actBy, now)} (${duration(actBy - now)})`;
  return isTooLate(item) ? `too late since ${format.near(actBy, now)}` : "act now";
}

function ordersWords(orders: number): string | null {
  if (orders === 0) return null;
  return orders === 1 ? "1 order" : `${count(orders)} orders`;
}

function timeWords(item: InboxItem, reading: Reading): string | null {
  if (item.state === "resolved") return null;
  const faded = fadedSince(item, reading.now);
  if (faded === null) return actWords(item, reading);
  return `not seen since ${reading.format.near(faded, reading.now)}`;
}

/** Who has it and until when: `unowned 3 min`, `bo, until 14:12 CET`, `shelved, back 18:00 CET`. */
export const ownerWords = (item: InboxItem, reading: Reading): string =>
  OWNER_WORDS[item.state](item, reading);

/** `18 orders · act before 14:12 (6 min) · unowned 3 min`. */
export function lineWords(item: InboxItem, reading: Reading): string {
  const act = timeWords(item, reading);
  const orders = ordersWords(item.counts.orders);
  // most titles end with it
  const isSaid = orders !== null && item.title.endsWith(` ${orders}`);
  const parts = [isSaid ? null : orders, act, ownerWords(item, reading)];
  return parts.filter((part) => part !== null).join(" · ");
}

export const isNew = (item: InboxItem, now: number): boolean =>
  item.state === "open" && now - item.openedAt < 60_000;
