/** How an incident is opened, changed, brought back and closed by what is found of its cause (`reconcile.ts` says which). People's part of it stays theirs. */
import type { Detection } from "./detection.ts";
import { MAX_NAMED_ORDERS, asOpened, type Incident } from "./incident.ts";
import { begunAnew, timed } from "./ladder.ts";
import { rung } from "./ringing.ts";
import type { Rulebook } from "./rulebook.ts";
import { effectOf, noticeOf, type Told, untold, withLine } from "./telling.ts";

type Facts = Pick<
  Incident,
  | "kind"
  | "cause"
  | "title"
  | "severity"
  | "priority"
  | "savingRate"
  | "actBy"
  | "valueAtStake"
  | "counts"
  | "orders"
  | "attributes"
  | "sources"
  | "tiers"
  | "reasons"
  | "doThis"
  | "rule"
  | "inputs"
>;

function factsOf(detection: Detection): Facts {
  const { kind, cause, title, severity, priority, savingRate, actBy, valueAtStake } = detection;
  const { counts, members, attributes, sources, tiers, reasons, doThis, rule, inputs } = detection;
  return {
    kind,
    cause,
    title,
    severity,
    priority,
    savingRate,
    actBy,
    valueAtStake,
    counts,
    orders: members.slice(0, MAX_NAMED_ORDERS),
    attributes: [...attributes],
    sources: [...sources],
    tiers: [...tiers],
    reasons: [...reasons],
    doThis,
    rule,
    inputs: { ...inputs },
  };
}

export type Found = { detection: Detection; rings: boolean; now: number };

export function openedBySystem(
  { id, site }: { id: string; site: string },
  { detection, rings, now }: Found,
  words: string,
  book: Rulebook,
): Told {
  const incident: Incident = {
    ...factsOf(detection),
    ...asOpened(now),
    id,
    site,
    timeline: [{ at: now, what: "opened", words }],
  };
  // one that is only listed climbs no ladder until it gets worse
  const opened = rings ? begunAnew(rung(incident), book, now) : incident;
  return { ...untold(opened), effects: [effectOf(opened, "incident.opened", now, "0")] };
}

/** The same incident again, at the place of its ladder where it was; from the start when it rings. */
export function reopenedBySystem(
  incident: Incident,
  { detection, rings, now }: Found,
  words: string,
  book: Rulebook,
): Told {
  const { lastChange: _over, ...rest } = incident;
  const reopened = incident.reopened + 1;
  const open: Incident = {
    ...rest,
    ...factsOf(detection),
    state: "open",
    owner: null,
    ackUntil: null,
    shelved: null,
    resolution: null,
    noise: null,
    activeAt: now,
    changedAt: now,
    seenAt: now,
    reopened,
    ladder: incident.ladder && { ...incident.ladder, since: now },
  };
  const back = withLine(open, { at: now, what: "reopened", words });
  const next = rings ? begunAnew(rung(back), book, now) : timed(back, book);
  return { ...untold(next), effects: [effectOf(next, "incident.opened", now, String(reopened))] };
}

/** It rings again: whoever has it, or put it away, is told; from the shelf it comes back. */
function worse(incident: Incident, words: string, book: Rulebook, now: number): Told {
  const people = [incident.owner ?? incident.shelved?.by].filter((name) => name !== undefined);
  const isBack = incident.state === "shelved";
  const { lastChange, ...rest } = incident;
  const back: Incident = isBack
    ? { ...rest, state: "open", shelved: null }
    : { ...rest, ...(lastChange !== undefined && { lastChange }) };
  const next = begunAnew(rung(back), book, now);
  if (people.length === 0) return untold(next);
  const why = { why: "worse", at: now, words, people, important: true } as const;
  return { ...untold(next), notices: [noticeOf(next, { ...why, people }, "")] };
}

export function changedBySystem(
  incident: Incident,
  { detection, rings, now }: Found,
  words: string | null,
  book: Rulebook,
): Told {
  const next: Incident = { ...incident, ...factsOf(detection), changedAt: now, seenAt: now };
  const said = words === null ? next : withLine(next, { at: now, what: "changed", words });
  return rings ? worse(said, words ?? said.title, book, now) : untold(timed(said, book));
}

export function closedBySystem(
  incident: Incident,
  words: string,
  book: Rulebook,
  now: number,
): Told {
  const { lastChange: _over, ...rest } = incident;
  const over: Incident = {
    ...rest,
    state: "resolved",
    owner: null,
    ackUntil: null,
    shelved: null,
    resolution: { at: now, code: "cleared", words },
    changedAt: now,
  };
  const next = timed(withLine(over, { at: now, what: "resolved", words }), book);
  const key = String(incident.reopened);
  return {
    ...untold(next),
    effects: [effectOf(next, "incident.resolved", now, key, { code: "cleared" })],
  };
}
