/** A handover as it is kept, and as it is shown to whoever asks. */
import type { HandedIncident, HandoverView } from "../../domain/contract/handover.ts";
import type { HandedOver, HandoverReport } from "../../domain/incidents/handover.ts";
import type { ShiftOf } from "../../domain/incidents/shifts.ts";

type Signature = { name: string; at: number };
export type StoredHandover = {
  id: string;
  site: string;
  version: number;
  shift: ShiftOf;
  notes: string;
  remarks: Record<string, string>;
  stays: string[];
  leaving: Signature | null;
  coming: Signature | null;
  /** as it was when who leaves signed it; null while it is a draft */
  report: HandoverReport | null;
  /** incidents whose owner changes with the second signature, by who owned them */
  moved: Record<string, string[]>;
  history: { at: number; by: string; words: string }[];
};

export type HandoverAsker = { name: string; where: string; seesPeople: boolean };

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const emptyHandover = (site: string, shift: ShiftOf): StoredHandover => ({
  id: shift.id,
  site,
  version: 0,
  shift,
  notes: "",
  remarks: {},
  stays: [],
  leaving: null,
  coming: null,
  report: null,
  moved: {},
  history: [],
});

/** What of it names nobody and was typed by nobody. */
const openPart = ({ title, kind, ...rest }: HandedOver): HandedOver => ({
  ...rest,
  kind,
  title: kind === "manual" ? "Opened by a person" : title,
  owner: null,
  last: null,
  shelved: rest.shelved && { ...rest.shelved, by: "", reason: "" },
});

function incidentView(
  { remarks, stays }: StoredHandover,
  of: HandedOver,
  seesPeople: boolean,
): HandedIncident {
  const { openedAt, actBy, ackUntil, shelved, ...incident } = seesPeople ? of : openPart(of);
  const remark = seesPeople ? remarks[of.id] : undefined;
  return {
    ...incident,
    openedAt: iso(openedAt),
    actBy: isoOrNull(actBy),
    ackUntil: isoOrNull(ackUntil),
    shelved: shelved && { ...shelved, until: iso(shelved.until) },
    ...(remark !== undefined && { remark }),
    moves: of.owner !== null && !stays.includes(of.id),
  };
}

const stateOf = ({ leaving, coming }: StoredHandover): HandoverView["state"] => {
  if (coming !== null) return "signed";
  return leaving === null ? "draft" : "half-signed";
};

const signature = (of: Signature | null, seesPeople: boolean) =>
  of && { name: seesPeople ? of.name : "", at: iso(of.at) };

export function handoverView(
  stored: StoredHandover,
  report: HandoverReport,
  { seesPeople }: HandoverAsker,
): HandoverView {
  const view = (one: HandedOver) => incidentView(stored, one, seesPeople);
  const { id, site, version, shift, notes, leaving, coming, moved, history } = stored;
  return {
    id,
    site,
    version,
    shift: {
      name: shift.name,
      date: shift.date,
      startsAt: iso(shift.startsAt),
      endsAt: iso(shift.endsAt),
    },
    state: stateOf(stored),
    writtenAt: iso(report.writtenAt),
    open: report.open.map(view),
    owned: report.owned.map(view),
    shelved: report.shelved.map(view),
    resolved: report.resolved,
    promises: report.promises.map((one) => ({ ...one, at: iso(one.at) })),
    blind: report.blind.map(({ source, since }) => ({ source, since: iso(since) })),
    alarms: report.alarms,
    figures: report.figures,
    notes: seesPeople ? notes : "",
    signatures: {
      leaving: signature(leaving, seesPeople),
      coming: signature(coming, seesPeople),
    },
    moved: coming === null ? [] : Object.values(moved).flat(),
    history: seesPeople ? history.map((line) => ({ ...line, at: iso(line.at) })) : [],
  };
}
