/** The part of a turn that is about incidents: what it starts from and what it writes. */
import type { Row } from "../board.ts";
import type { KeptFate } from "../contract/stored.ts";
import type { Floods } from "../incidents/flood-mode.ts";
import type { Call } from "../incidents/call.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Notice } from "../incidents/notice.ts";
import type { Rulebook } from "../incidents/rulebook.ts";
import type { IncidentEffect } from "../incidents/telling.ts";

/** What a turn knows of incidents before it begins: of those it may touch. */
export type IncidentStart = {
  book: Rulebook;
  /** of the newest incident */
  number: number;
  known: ReadonlyMap<string, Incident>;
  members: ReadonlyMap<string, readonly string[]>;
  /** rows of the orders concerned, as they were last written, and the incidents they stand in */
  rows: ReadonlyMap<string, Row>;
  belongs: ReadonlyMap<string, string>;
  /** id of the newest incident of each of the causes asked for */
  causes: ReadonlyMap<string, string>;
};

function overlaid<T>(
  before: ReadonlyMap<string, T>,
  fresh: ReadonlyMap<string, T>,
  read: readonly string[],
): ReadonlyMap<string, T> {
  const all = new Map(before);
  for (const id of read) {
    const value = fresh.get(id);
    if (value === undefined) all.delete(id);
    else all.set(id, value);
  }
  return all;
}

/** What was read before, with the newest of those incidents and orders that were read again. */
export const renewed = (
  before: IncidentStart,
  fresh: IncidentStart,
  read: { incidents: readonly string[]; orders: readonly string[] },
): IncidentStart => ({
  ...before,
  number: fresh.number,
  known: overlaid(before.known, fresh.known, read.incidents),
  members: overlaid(before.members, fresh.members, read.incidents),
  rows: overlaid(before.rows, fresh.rows, read.orders),
  belongs: overlaid(before.belongs, fresh.belongs, read.orders),
});

export type IncidentPart = {
  changed: Map<string, Incident>;
  members: Map<string, readonly string[]>;
  /** cause -> id of the newest incident that has it */
  causes: Map<string, string>;
  /** order -> the most urgent incident it stands in; null takes it out */
  belongs: Map<string, string | null>;
  /** rows that change for no other reason */
  rows: Map<string, Row>;
  effects: IncidentEffect[];
  notices: Notice[];
  calls: Call[];
  /** by inbox position */
  fates: Map<string, KeptFate>;
  /** entries of `incident-due` against what the incident says: it cannot be escalated now, or is not there */
  notDue: Map<string, number | null>;
  /** those that began in this turn */
  openings: Map<string, number>;
  /** of the newest incident, when one was opened */
  number: number | null;
  /** second, and steps that had waited long fired in it */
  firings: { second: number; count: number } | null;
  /** what is known of floods of alarms, when that changed */
  floods: Floods | null;
};

export const emptyIncidentPart = (): IncidentPart => ({
  changed: new Map(),
  members: new Map(),
  causes: new Map(),
  belongs: new Map(),
  rows: new Map(),
  effects: [],
  notices: [],
  calls: [],
  fates: new Map(),
  notDue: new Map(),
  openings: new Map(),
  number: null,
  firings: null,
  floods: null,
});

export const idOfNumber = (number: number): string => `INC-${number}`;
