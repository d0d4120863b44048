/**
 * By which way a person is told of a notice, and when: their own rules against what it is about. Pure.
 *
 * - Who is named (assigned, mentioned, their acknowledgement ended) is always told; for everybody else their rules on severity, sites and carriers count. Something important
 *   passes the rule on severity.
 * - Quiet hours are local to the site. S1 and what is important pass them, the rest waits for their end.
 * - A digest collects what is S3 or S4 until seven in the morning; what fell due long ago (`group`) goes to a person as one message a minute.
 * - On the page itself everybody sees everything: in-app is no way of this table.
 */
import { MINUTE_MS, localDay, parseWallTime, wallInstant } from "../wall-clock.ts";
import { dayWithin } from "./duty.ts";
import type { Role } from "../permissions.ts";
import type { IncidentSeverity } from "./incident.ts";
import type { Notice } from "./notice.ts";

export type Way = "email" | "push";
export const DIGEST_AT = "07:00";

/** What a person wants to be told of; kept with the account (`contract/people.ts`). */
export type Wishes = {
  minSeverity: IncidentSeverity;
  /** empty: all of theirs */
  sites: readonly string[];
  /** absent or empty: all */
  carriers?: readonly string[] | undefined;
  quietHours: { from: string; to: string } | null;
  digest: boolean;
  email: string | null;
};
/** A person as far as telling them goes. `pushes`: browsers that they gave. */
export type Recipient = { name: string; role?: Role; preferences: Wishes; pushes: number };

/** `at` later than now: held until then and sent with whatever else is held for the same moment. */
export type Route = { way: Way; at: number; why?: string };
/** `none`: why they are not told. */
export type Routing = { routes: Route[]; none?: string };

const NAMED: ReadonlySet<Notice["why"]> = new Set([
  "assigned",
  "mentioned",
  "ack-expired",
  "handover",
]);

const isNamed = ({ why, people }: Notice, name: string): boolean =>
  NAMED.has(why) && people.includes(name);

/** Whether it is about carriers, and none of them is theirs. */
function isOthersCarrier({ carriers: about = [] }: Notice, { carriers = [] }: Wishes): boolean {
  const isAsked = carriers.length > 0 && about.length > 0;
  return isAsked && !about.some((one) => carriers.includes(one));
}

/** Why their rules leave it out; null: they do not. */
function leftOut(notice: Notice, { name, role, preferences }: Recipient): string | null {
  const { sites, minSeverity } = preferences;
  const { site, severity, important } = notice;
  if (sites.length > 0 && !sites.includes(site)) return `${site} is none of their sites`;
  if (isNamed(notice, name)) return null;
  if (role !== undefined && notice.heldFor?.roles.includes(role) === true)
    return "held back in a flood of alarms: only causes that can still be saved call somebody";
  if (!important && severity > minSeverity) return `they are told of ${minSeverity} and worse`;
  return isOthersCarrier(notice, preferences) ? "its carrier is none of theirs" : null;
}

/** The end of the quiet hours that hold at `at`; null outside them. */
function quietUntil({ quietHours }: Wishes, zone: string, at: number): number | null {
  if (quietHours === null) return null;
  const { from, to } = quietHours;
  const day = dayWithin(zone, { from, to }, at);
  if (day === null) return null;
  const isOverMidnight = parseWallTime(to) <= parseWallTime(from);
  return wallInstant(zone, isOverMidnight ? day + 1 : day, parseWallTime(to));
}

function nextDigest(zone: string, at: number): number {
  const today = localDay(zone, at);
  const first = wallInstant(zone, today, parseWallTime(DIGEST_AT));
  return first > at ? first : wallInstant(zone, today + 1, parseWallTime(DIGEST_AT));
}

const isLow = ({ severity, important }: Notice): boolean =>
  !important && (severity === "S3" || severity === "S4");
const isLoud = ({ severity, important }: Notice): boolean => severity === "S1" || important;

/** When it may go, and why not now. */
function moment(notice: Notice, { name, preferences }: Recipient, zone: string, now: number) {
  const quiet = isLoud(notice) ? null : quietUntil(preferences, zone, now);
  if (preferences.digest && isLow(notice) && !isNamed(notice, name))
    return { at: nextDigest(zone, quiet ?? now), why: "their digest" };
  if (quiet !== null) return { at: quiet, why: "their quiet hours" };
  if (notice.group === undefined) return { at: now };
  return { at: (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS, why: "together with others" };
}

export function routeTo(notice: Notice, person: Recipient, zone: string, now: number): Routing {
  const none = leftOut(notice, person);
  if (none !== null) return { routes: [], none };
  const ways: Way[] = [
    ...(person.preferences.email === null ? [] : (["email"] as const)),
    ...(person.pushes === 0 ? [] : (["push"] as const)),
  ];
  if (ways.length === 0) return { routes: [], none: "they gave no address and allowed no push" };
  const when = moment(notice, person, zone, now);
  return { routes: ways.map((way) => ({ way, ...when })) };
}
