/** The incidents of a run: what `reconcile` says is done, and remembered for the scores. */
import type { Detection, OpenCause } from "../../../domain/incidents/detection.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import type { Policies } from "../../../domain/incidents/policies.ts";
import { reconcile, type KnownIncident, type Step } from "../../../domain/incidents/reconcile.ts";

const DAY = 86_400_000;

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

export type Book = {
  take: (detections: readonly Detection[], now: number) => void;
  open: () => OpenCause[];
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
    orders: members.slice(0, 20),
    id,
    site: "",
    v: 0,
    state: "open",
    openedAt: now,
    changedAt: now,
    owner: null,
    ackUntil: null,
    activeAt: now,
    shelved: null,
    resolution: null,
    reopened: 0,
    seenAt: now,
    generation: 1,
    ladder: null,
    announcedOrders: 0,
    played: [],
    noise: null,
    timeline: [],
  };
}

export function createBook(policies: Policies): Book {
  const entries = new Map<string, Entry>();
  const episodes: Episode[] = [];

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

  function open(detection: Detection, rings: boolean, now: number): void {
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

  function close(id: string, now: number): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entry.episode.closedAt = now;
    Object.assign(entry.known.incident, {
      state: "resolved",
      resolution: { at: now, code: "cleared", words: "" },
    });
  }

  function apply(step: Step, now: number): void {
    if (step.do === "open") return open(step.detection, step.rings, now);
    if (step.do === "close") return close(step.id, now);
    const entry = entries.get(step.id);
    if (entry !== undefined && step.do !== "faint") renew(entry, step.detection, step.rings, now);
  }

  return {
    take: (detections, now) => {
      const known = [...entries.values()].map((entry) => entry.known);
      for (const step of reconcile(known, detections, now, policies)) apply(step, now);
      for (const [id, { known: one, episode }] of entries)
        if (one.incident.state === "resolved" && now - (episode.closedAt ?? now) > DAY)
          entries.delete(id);
    },
    open: () =>
      [...entries.values()].flatMap(({ known: { incident, members } }) => {
        const { kind, cause, attributes, state } = incident;
        return state === "resolved" ? [] : [{ kind, cause, attributes, members: new Set(members) }];
      }),
    episodes,
  };
}
