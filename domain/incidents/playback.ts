/**
 * The incidents that rules make of a site's scenes, one after the other, when nobody does anything about them: what a rehearsal compares, and what is scored against days whose truth
 * is known.
 */
import { DAY_MS } from "../wall-clock.ts";
import { detect } from "./detect.ts";
import type { Detection, OpenCause, Scene } from "./detection.ts";
import { MAX_NAMED_ORDERS, asOpened, type Incident } from "./incident.ts";
import type { Policies } from "./policies.ts";
import type { KnownIncident } from "./matching.ts";
import { reconcile, type Step } from "./reconcile.ts";
import { emptyUsual, noteUsual, usualAt, type UsualState } from "./usual.ts";

/** An incident as it went. */
export type Episode = {
  id: string;
  kind: Incident["kind"];
  openedAt: number;
  closedAt: number | null;
  titles: string[];
  /** `name=value` of every attribute that it ever had */
  attributes: Set<string>;
  /** every order that ever was in it, with when it came */
  members: Map<string, number>;
  rangAt: number[];
};

export type Playback = {
  /** one look; scenes come in order of time. What is usual is learned on the way */
  take: (scene: Omit<Scene, "policies" | "open" | "usual">) => void;
  episodes: readonly Episode[];
};

type Entry = { known: KnownIncident; episode: Episode };

function incidentOf(found: Detection, id: string, now: number): Incident {
  const { members, isFaint: _faint, isQuiet: _quiet, habit: _habit, tiers, ...facts } = found;
  return {
    ...facts,
    tiers: [...tiers],
    attributes: [...found.attributes],
    sources: [...found.sources],
    reasons: [...found.reasons],
    inputs: { ...found.inputs },
    orders: members.slice(0, MAX_NAMED_ORDERS),
    ...asOpened(now),
    id,
    site: "",
    generation: 1,
    timeline: [],
  };
}

type Book = { entries: Map<string, Entry>; episodes: Episode[]; usual: UsualState | null };

function note({ episode }: Entry, { title, attributes, members }: Detection, now: number): void {
  if (episode.titles.at(-1) !== title) episode.titles.push(title);
  for (const { name, value } of attributes) episode.attributes.add(`${name}=${value}`);
  for (const id of members) if (!episode.members.has(id)) episode.members.set(id, now);
}

function ring({ known, episode }: Entry, { counts, severity }: Detection, now: number): void {
  episode.rangAt.push(now);
  known.incident.announcedOrders = counts.orders;
  known.incident.announcedSeverity = severity;
}

function renew(entry: Entry, detection: Detection, rings: boolean, now: number): void {
  const { incident } = entry.known;
  const { id, openedAt, announcedOrders, announcedSeverity } = incident;
  const next = { ...incidentOf(detection, id, now), openedAt, announcedOrders };
  entry.known = {
    incident: announcedSeverity === undefined ? next : { ...next, announcedSeverity },
    members: detection.members,
  };
  entry.episode.closedAt = null;
  note(entry, detection, now);
  if (rings) ring(entry, detection, now);
}

function open(
  { entries, episodes }: Book,
  detection: Detection,
  rings: boolean,
  now: number,
): void {
  const id = `INC-${episodes.length + 1}`;
  const episode: Episode = {
    id,
    kind: detection.kind,
    openedAt: now,
    closedAt: null,
    titles: [],
    attributes: new Set(),
    members: new Map(),
    rangAt: [],
  };
  const known = { incident: incidentOf(detection, id, now), members: detection.members };
  const entry = { known, episode };
  entries.set(id, entry);
  episodes.push(episode);
  note(entry, detection, now);
  if (rings) ring(entry, detection, now);
}

function close({ entries }: Book, id: string, now: number): void {
  const entry = entries.get(id);
  if (entry === undefined) return;
  entry.episode.closedAt = now;
  Object.assign(entry.known.incident, {
    state: "resolved",
    resolution: { at: now, code: "cleared", words: "" },
  });
}

function apply(book: Book, step: Step, now: number): void {
  if (step.do === "open") return open(book, step.detection, step.rings, now);
  if (step.do === "close") return close(book, step.id, now);
  const entry = book.entries.get(step.id);
  if (entry !== undefined && step.do !== "faint") renew(entry, step.detection, step.rings, now);
}

function openCauses({ entries }: Book): OpenCause[] {
  return [...entries.values()].flatMap(({ known: { incident, members } }) => {
    const { kind, cause, attributes, state } = incident;
    return state === "resolved" ? [] : [{ kind, cause, attributes, members: new Set(members) }];
  });
}

function forget({ entries }: Book, now: number): void {
  for (const [id, { known, episode }] of entries)
    if (known.incident.state === "resolved" && now - (episode.closedAt ?? now) > DAY_MS)
      entries.delete(id);
}

export function createPlayback(policies: Policies): Playback {
  const book: Book = { entries: new Map(), episodes: [], usual: null };
  return {
    take: (scene) => {
      const { now, policy } = scene;
      const zone = policy.site.timeZone;
      book.usual ??= emptyUsual(now);
      const usual = usualAt(book.usual, zone, now);
      const found = detect({ ...scene, policies, open: openCauses(book), usual });
      noteUsual(book.usual, zone, found, now);
      const known = [...book.entries.values()].map((entry) => entry.known);
      for (const step of reconcile(known, found, now, policies)) apply(book, step, now);
      forget(book, now);
    },
    episodes: book.episodes,
  };
}
