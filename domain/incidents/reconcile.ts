/**
 * What becomes of the incidents of a site when its causes are looked at again. Pure; one call a look.
 *
 * - A detection is an incident that is open when the cause is the same, or the attributes are, or of the members of both at least three in ten are the same (Jaccard): then the
 *   incident goes on under its id, with the cause as it is now. Each incident takes one detection, each detection one incident, so a cause never has two that are not resolved.
 * - What is not there any more closes by itself: a single order's cause when it was held for its minimum, a common one when it was not seen for 15 minutes. What is faint (below
 *   the thresholds that open it, above those that close it) neither opens nor closes anything. Gone but not long enough: nothing happens to it (`faint`).
 * - What comes back within an hour is the same incident. One that a person resolved comes back only when it grew or that hour is over; one that a person called noise not for eight.
 * - It rings when it opens, when it grew by half and by ten since it last rang, and when it is graver than it ever was while it rang (design page 4.4). One whose orders were told
 *   of already, at least half of them, under another name within the last hour does not ring until it grows or gets graver.
 */
import { ordersIn } from "../counted.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";
import type { Incident, IncidentKind } from "./incident.ts";
import { jaccard, match, type KnownIncident } from "./matching.ts";
import { thresholdsOf, type Policies } from "./policies.ts";
import { hasGrown, isNews, isToRing, toldOrders, type TellsOf } from "./ringing.ts";
import { isGraver } from "./severity.ts";
import { THRESHOLDS } from "./thresholds.ts";

/** How an order ended, as far as is known: for what is said when an incident closes. */
export type Fate = "met" | "missed" | "cancelled" | "open";

type FateOf = (id: string) => Fate | undefined;

type At = { now: number; policies: Policies; fateOf: FateOf; isTold: TellsOf };

export type Step =
  | { do: "open"; detection: Detection; rings: boolean; words: string }
  | { do: "reopen"; id: string; detection: Detection; rings: boolean; words: string }
  /** `words`: what a person would want to read in its timeline; null when it only counts differently */
  | { do: "change"; id: string; detection: Detection; rings: boolean; words: string | null }
  | { do: "faint"; id: string }
  | { do: "close"; id: string; words: string };

/** So often an incident that is still there is written, though nothing of it changed. */
const REFRESH_MS = 2 * MINUTE_MS;
const NOISE_MS = 8 * HOUR_MS;

/** Thresholds that any kind may have, in ms. */
function timesOf(policies: Policies, kind: IncidentKind) {
  const has = thresholdsOf(policies, kind) as Partial<Record<string, number>>;
  return {
    holdMs: (has["minimumHoldMin"] ?? 0) * MINUTE_MS,
    reopenMs: (has["reopenMin"] ?? THRESHOLDS.common_cause.reopenMin) * MINUTE_MS,
    closeMs: (has["closeAfterMin"] ?? 0) * MINUTE_MS,
  };
}

/** What changed, in words; null when it is not worth a line. */
function changeInWords(incident: Incident, { title, severity, counts }: Detection): string | null {
  const said: string[] = [];
  if (isGraver(severity, incident.severity))
    said.push(`Graver: ${severity} instead of ${incident.severity}`);
  if (hasGrown(counts.orders, incident.counts.orders))
    said.push(`Grew from ${ordersIn(incident.counts.orders)} to ${counts.orders}`);
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

function change(known: KnownIncident, detection: Detection, { now, isTold }: At): Step[] {
  const { incident } = known;
  const rings = isToRing(incident, detection, isTold);
  const words = changeInWords(incident, detection);
  if (!rings && words === null && !isWorthWriting(known, detection, now)) return [];
  return [{ do: "change", id: incident.id, detection, rings, words }];
}

/** How an incident ended: what became of its orders, as far as anybody knows. */
function endInWords(members: readonly string[], fateOf: FateOf): string {
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
  return `The cause is gone; of its last ${ordersIn(members.length)} ${parts.join(", ")}`;
}

function gone({ incident, members }: KnownIncident, { now, policies, fateOf }: At): Step {
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

function returnOf(incident: Incident, detection: Detection, { now, policies }: At): Return {
  const { resolution, noise, kind } = incident;
  if (noise !== null) return now - noise.at < NOISE_MS ? "silent" : "new";
  const isLate = now - (resolution?.at ?? 0) > timesOf(policies, kind).reopenMs;
  if (resolution?.by !== undefined) return afterPerson(incident, detection, isLate);
  return isLate ? "new" : "again";
}

const isResolved = ({ incident }: KnownIncident): boolean => incident.state === "resolved";

function opened(detection: Detection, { isTold }: At): Step[] {
  if (detection.isFaint) return [];
  const rings = !detection.isQuiet && isNews(detection, isTold);
  return [{ do: "open", detection, rings, words: detection.title }];
}

function returned({ incident }: KnownIncident, detection: Detection, at: At): Step[] {
  if (detection.isFaint) return [];
  const comes = returnOf(incident, detection, at);
  if (comes === "silent") return [];
  if (comes === "new") return opened(detection, at);
  // back within the hour is the same story: it rings only when it is worse than what was told
  const isAgainst = !detection.isQuiet && incident.resolution?.by !== undefined;
  const rings = isAgainst || isToRing(incident, detection, at.isTold);
  const words = `It is back: ${detection.title}`;
  return [{ do: "reopen", id: incident.id, detection, rings, words }];
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
  fateOf: FateOf = () => undefined,
): Step[] {
  const found = known.filter(({ incident }) => incident.kind !== "manual");
  const at: At = { now, policies, fateOf, isTold: toldOrders(found, now) };
  const isOpen = (one: KnownIncident): boolean => !isResolved(one);
  const open = match(found.filter(isOpen), detections);
  const before = match(found.filter(isResolved), open.left);
  return [
    ...found.filter(isOpen).flatMap((one) => {
      const detection = open.taken.get(one);
      return detection === undefined ? [gone(one, at)] : change(one, detection, at);
    }),
    ...[...before.taken].flatMap(([one, detection]) => returned(one, detection, at)),
    ...before.left.flatMap((detection) => opened(detection, at)),
  ];
}
