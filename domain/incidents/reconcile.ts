/**
 * What becomes of the incidents of a site when its causes are looked at again. Pure; one call a look.
 *
 * - A detection is an incident that is open when the cause is the same, or the attributes are, or of the members of both at least three in ten are the same (Jaccard): then the
 *   incident goes on under its id, with the cause as it is now. Each incident takes one detection, each detection one incident, so a cause never has two that are not resolved.
 * - What is not there any more closes by itself: a single order's cause when it was held for its minimum, a common one when it was not seen for 15 minutes. What is faint (below
 *   the thresholds that open it, above those that close it) neither opens nor closes anything. Gone but not long enough: nothing happens to it (`faint`).
 * - What comes back within an hour is the same incident. One that a person resolved comes back only when it grew or that hour is over; one that a person called noise not for eight.
 * - It rings when it opens, when it grew by half and by ten since it last rang, and when it is graver than it ever was while it rang (design page 4.4).
 */
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";
import type { Attribute, Incident, IncidentKind } from "./incident.ts";
import { thresholdsOf, THRESHOLDS, type Policies } from "./policies.ts";
import { isGraver } from "./severity.ts";

export type KnownIncident = { incident: Incident; members: readonly string[] };

/** How an order ended, as far as is known: for what is said when an incident closes. */
export type Fate = "met" | "missed" | "cancelled" | "open";

export type Step =
  | { do: "open"; detection: Detection; rings: boolean; words: string }
  | { do: "reopen"; id: string; detection: Detection; rings: boolean; words: string }
  /** `words`: what a person would want to read in its timeline; null when it only counts differently */
  | { do: "change"; id: string; detection: Detection; rings: boolean; words: string | null }
  | { do: "faint"; id: string }
  | { do: "close"; id: string; words: string };

const LEAST_JACCARD = 0.3;
/** So often an incident that is still there is written, though nothing of it changed. */
const REFRESH_MS = 2 * MINUTE_MS;
const NOISE_MS = 8 * HOUR_MS;
const RINGS_FROM = { factor: 1.5, orders: 10 };

export function jaccard(a: ReadonlySet<string>, b: readonly string[]): number {
  let both = 0;
  for (const id of b) if (a.has(id)) both += 1;
  const either = a.size + b.length - both;
  return either === 0 ? 0 : both / either;
}

/** Thresholds that any kind may have, in ms. */
function timesOf(policies: Policies, kind: IncidentKind) {
  const has = thresholdsOf(policies, kind) as Partial<Record<string, number>>;
  return {
    holdMs: (has["minimumHoldMin"] ?? 0) * MINUTE_MS,
    reopenMs: (has["reopenMin"] ?? THRESHOLDS.common_cause.reopenMin) * MINUTE_MS,
    closeMs: (has["closeAfterMin"] ?? 0) * MINUTE_MS,
  };
}

const itemOf = (attributes: readonly Attribute[]): string =>
  attributes
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join("|");

/** 0 = another one; the higher, the surer. */
function sameness({ incident, members }: KnownIncident, detection: Detection): number {
  if (incident.cause === detection.cause) return 3;
  const isCommon = MANY.has(incident.kind) && MANY.has(detection.kind);
  if (!isCommon) return 0;
  if (itemOf(incident.attributes) === itemOf(detection.attributes)) return 2;
  const share = jaccard(new Set(members), detection.members);
  return share >= LEAST_JACCARD ? share : 0;
}

/** Kinds whose causes are told by their orders, and may be named differently from one look to the next. */
const MANY: ReadonlySet<IncidentKind> = new Set(["common_cause", "pickup_endangered"]);

type Pair = { known: KnownIncident; detection: Detection; by: number };

/** The surest pairs first; each side is taken once. Open ones are looked at before those that are resolved. */
function match(known: readonly KnownIncident[], detections: readonly Detection[]) {
  const pairs: Pair[] = [];
  for (const one of known)
    for (const detection of detections) {
      const by = sameness(one, detection);
      if (by > 0) pairs.push({ known: one, detection, by });
    }
  pairs.sort((a, b) => b.by - a.by || b.known.incident.openedAt - a.known.incident.openedAt);
  const taken = new Map<KnownIncident, Detection>();
  const used = new Set<Detection>();
  for (const { known: one, detection } of pairs) {
    if (taken.has(one) || used.has(detection)) continue;
    taken.set(one, detection);
    used.add(detection);
  }
  return { taken, left: detections.filter((detection) => !used.has(detection)) };
}

const hasGrown = (orders: number, before: number): boolean =>
  orders >= before * RINGS_FROM.factor && orders - before >= RINGS_FROM.orders;

/** Whether anybody is to be called: not for what is quiet, and again only for what got worse. */
export function isToRing(incident: Incident, { isQuiet, counts, severity }: Detection): boolean {
  if (isQuiet) return false;
  const { announcedOrders, announcedSeverity } = incident;
  if (announcedSeverity === undefined && announcedOrders === 0) return true;
  return (
    hasGrown(counts.orders, announcedOrders) ||
    isGraver(severity, announcedSeverity ?? incident.severity)
  );
}

const sizeInWords = (orders: number): string => `${orders} ${orders === 1 ? "order" : "orders"}`;

/** What changed, in words; null when it is not worth a line. */
function changeInWords(incident: Incident, { title, severity, counts }: Detection): string | null {
  const said: string[] = [];
  if (isGraver(severity, incident.severity))
    said.push(`Graver: ${severity} instead of ${incident.severity}`);
  if (hasGrown(counts.orders, incident.counts.orders))
    said.push(`Grew from ${sizeInWords(incident.counts.orders)} to ${counts.orders}`);
  if (said.length === 0) return null;
  return `${said.join(". ")}. ${title}`;
}

const sameCounts = (a: Incident["counts"], b: Incident["counts"]): boolean =>
  a.orders === b.orders &&
  a.atRisk === b.atRisk &&
  a.late === b.late &&
  a.lost === b.lost &&
  a.blind === b.blind;

function isWorthWriting({ incident, members }: KnownIncident, detection: Detection, now: number) {
  return (
    now - incident.seenAt >= REFRESH_MS ||
    incident.title !== detection.title ||
    incident.severity !== detection.severity ||
    incident.cause !== detection.cause ||
    !sameCounts(incident.counts, detection.counts) ||
    members.length !== detection.members.length ||
    jaccard(new Set(members), detection.members) < 1
  );
}

function change(known: KnownIncident, detection: Detection, now: number): Step[] {
  const { incident } = known;
  const rings = isToRing(incident, detection);
  const words = changeInWords(incident, detection);
  if (!rings && words === null && !isWorthWriting(known, detection, now)) return [];
  return [{ do: "change", id: incident.id, detection, rings, words }];
}

/** How an incident ended: what became of its orders, as far as anybody knows. */
function endInWords(members: readonly string[], fateOf: (id: string) => Fate | undefined): string {
  const counts: Record<Fate, number> = { met: 0, missed: 0, cancelled: 0, open: 0 };
  for (const id of members) {
    const fate = fateOf(id);
    if (fate !== undefined) counts[fate] += 1;
  }
  const parts = [
    counts.met > 0 ? `${counts.met} kept the promise` : "",
    counts.missed > 0 ? `${counts.missed} missed it` : "",
    counts.open > 0 ? `${counts.open} ${counts.open === 1 ? "is" : "are"} out of danger` : "",
    counts.cancelled > 0
      ? `${counts.cancelled} ${counts.cancelled === 1 ? "was" : "were"} cancelled`
      : "",
  ].filter((part) => part !== "");
  if (parts.length === 0) return "The cause is gone";
  return `The cause is gone; of its last ${sizeInWords(members.length)} ${parts.join(", ")}`;
}

function gone(
  { incident, members }: KnownIncident,
  now: number,
  policies: Policies,
  fateOf: (id: string) => Fate | undefined,
): Step {
  const { holdMs, closeMs } = timesOf(policies, incident.kind);
  const isHeld = now - incident.openedAt < holdMs || now - incident.seenAt < closeMs;
  return isHeld
    ? { do: "faint", id: incident.id }
    : { do: "close", id: incident.id, words: endInWords(members, fateOf) };
}

/** `silent`: a person has decided it, and nothing new is known. */
type Return = "new" | "again" | "silent";

function afterPerson(incident: Incident, detection: Detection, isLate: boolean): Return {
  const { counts, severity } = incident;
  const isWorse =
    hasGrown(detection.counts.orders, counts.orders) || isGraver(detection.severity, severity);
  return isWorse || isLate ? "again" : "silent";
}

function returnOf(
  incident: Incident,
  detection: Detection,
  now: number,
  policies: Policies,
): Return {
  const { resolution, noise, kind } = incident;
  if (noise !== null) return now - noise.at < NOISE_MS ? "silent" : "new";
  const isLate = now - (resolution?.at ?? 0) > timesOf(policies, kind).reopenMs;
  if (resolution?.by !== undefined) return afterPerson(incident, detection, isLate);
  return isLate ? "new" : "again";
}

const isResolved = ({ incident }: KnownIncident): boolean => incident.state === "resolved";

function opened(detection: Detection): Step[] {
  if (detection.isFaint) return [];
  return [{ do: "open", detection, rings: !detection.isQuiet, words: detection.title }];
}

function returned(
  { incident }: KnownIncident,
  detection: Detection,
  now: number,
  policies: Policies,
): Step[] {
  if (detection.isFaint) return [];
  const comes = returnOf(incident, detection, now, policies);
  if (comes === "silent") return [];
  if (comes === "new") return opened(detection);
  // back within the hour is the same story: it rings only when it is worse than what was told
  const rings =
    isToRing(incident, detection) || (!detection.isQuiet && incident.resolution?.by !== undefined);
  return [
    { do: "reopen", id: incident.id, detection, rings, words: `It is back: ${detection.title}` },
  ];
}

/**
 * `known`: the incidents that are not resolved, and those that were resolved lately (as far back as anything may come back: a day is enough). `fateOf` tells of orders that are
 * not open any more. Those that a person opened are left alone.
 */
export function reconcile(
  known: readonly KnownIncident[],
  detections: readonly Detection[],
  now: number,
  policies: Policies,
  fateOf: (id: string) => Fate | undefined = () => undefined,
): Step[] {
  const found = known.filter(({ incident }) => incident.kind !== "manual");
  const open = match(
    found.filter((one) => !isResolved(one)),
    detections,
  );
  const steps: Step[] = [];
  for (const one of found) {
    if (isResolved(one)) continue;
    const detection = open.taken.get(one);
    steps.push(
      ...(detection === undefined
        ? [gone(one, now, policies, fateOf)]
        : change(one, detection, now)),
    );
  }
  const before = match(found.filter(isResolved), open.left);
  for (const [one, detection] of before.taken)
    steps.push(...returned(one, detection, now, policies));
  for (const detection of before.left) steps.push(...opened(detection));
  return steps;
}
