/** Titles, reasons and next steps of common causes: what is known of the cause, who it concerns, and what helps until when. */
import { countOf, ordersIn } from "../counted.ts";
import { inPlainWords } from "../codes.ts";
import { processOf } from "../forecast/plan.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import type { Pace } from "../forecast/pace.ts";
import type { Arrivals, OpenCause, TruckNews } from "./detection.ts";
import type { Finding, Look } from "./finding.ts";
import type { Attribute } from "./incident.ts";
import type { Standing } from "./standing.ts";
import {
  attributeInWords,
  carrierName,
  clock,
  percent,
  startWithCapital,
  truckName,
  workAt,
} from "./words.ts";

type Texts = Pick<Finding, "title" | "reasons" | "doThis">;

const worstOf = (members: readonly Standing[]): Standing | undefined => {
  let worst = members[0];
  for (const one of members)
    if (worst !== undefined && one.priority.score > worst.priority.score) worst = one;
  return worst;
};

const worstWhy = (members: readonly Standing[]): string[] => {
  const worst = worstOf(members);
  return worst?.row.why === undefined ? [] : [`${worst.id}: ${worst.row.why}`];
};

const notPacked = (members: readonly Standing[]): number =>
  members.filter(({ row }) => row.parcels.packed === 0 || row.parcels.packed < row.parcels.total)
    .length;

function lateTruck(look: Look, news: TruckNews, members: readonly Standing[]): Texts {
  const truck = truckName(news.id, look);
  const carrier = carrierName(look, news.carrier);
  const orders = ordersIn(members.length);
  if (news.expected === null)
    return {
      title: `${truck} has not come: ${countOf(members.length, "order waits", "orders wait")}`,
      reasons: [`It should have left at ${clock(look, news.planned)}, and nobody told of it since`],
      doThis: `Call ${carrier} now: when does it come, or who takes the ${orders}`,
    };
  const minutes = Math.round((news.expected - news.planned) / MINUTE_MS);
  return {
    title: `${truck} leaves ${minutes} min late: ${orders}`,
    reasons: [
      `${carrier} leaves at ${clock(look, news.expected)} instead of ${clock(look, news.planned)}`,
    ],
    doThis: `Ask ${carrier} before ${clock(look, news.planned)} for another truck; tell the customers of what is due sooner`,
  };
}

function moveWords(look: Look, lane: string): string {
  const process = processOf(lane);
  const truck = look.trucks.find(
    ({ bottleneck, moves }) => bottleneck === process && moves.length > 0,
  );
  return truck?.words ?? `Move people to ${workAt(lane)}`;
}

const needIt = (orders: number): string =>
  orders === 0
    ? "nothing due soon needs it"
    : `${ordersIn(orders)} ${orders === 1 ? "needs" : "need"} it soon`;

function slowLane(look: Look, pace: Pace, members: readonly Standing[], exposed: number): Texts {
  const place = startWithCapital(
    pace.station === undefined ? workAt(pace.lane) : `${workAt(pace.lane)} ${pace.station}`,
  );
  const share = percent(pace.perHour / pace.planned);
  const what = pace.perHour < 0.05 * pace.planned ? "stands still" : `at ${share} of its pace`;
  const orders = members.length > 0 ? ordersIn(members.length) : needIt(exposed);
  const how = pace.told ? "The floor says so" : "As measured";
  return {
    title: `${place} ${what} since ${clock(look, pace.since)}: ${orders}`,
    reasons: [
      `${how}: ${Math.round(pace.perHour)} an hour instead of ${Math.round(pace.planned)}`,
      ...(exposed > 0 ? [`${ordersIn(exposed)} due within 4 hours still need it`] : []),
      ...worstWhy(members),
    ],
    doThis: (when) => `${moveWords(look, pace.lane)} ${when}, most urgent orders first`,
  };
}

function surge(look: Look, arrivals: Arrivals, members: readonly Standing[]): Texts {
  const times = (arrivals.perHour / arrivals.usual).toFixed(1);
  const atRisk = members.length === 0 ? "none at risk yet" : `${ordersIn(members.length)} at risk`;
  return {
    title: `${times} times the usual orders since ${clock(look, arrivals.since)}: ${atRisk}`,
    reasons: [
      `${Math.round(arrivals.perHour)} orders an hour instead of ${Math.round(arrivals.usual)}`,
      ...worstWhy(members),
    ],
    doThis: (when) => `Bring people in or move the cut-off ${when}; ask carriers for room`,
  };
}

/** `DHL 16:00: 9 parcels not packed`, `SKU 4711: 23 orders`. */
function itemTitle(look: Look, parts: readonly Attribute[], members: readonly Standing[]): string {
  const name = startWithCapital(parts.map((part) => attributeInWords(part, look)).join(", "));
  const [only] = parts;
  const unpacked = notPacked(members);
  if (parts.length === 1 && only?.name === "pickup" && unpacked * 2 > members.length)
    return `${name}: ${countOf(unpacked, "parcel")} not packed`;
  if (parts.some(({ value, name: of }) => of === "process" && value === "transit"))
    return `${name}: ${countOf(members.length, "parcel")} will come late`;
  return `${name}: ${ordersIn(members.length)}`;
}

function itemStep(
  look: Look,
  parts: readonly Attribute[],
  members: readonly Standing[],
  when: string,
): string {
  const of = (name: string): string | undefined => parts.find((part) => part.name === name)?.value;
  const sku = of("sku");
  if (sku !== undefined) return `Find stock of ${sku} or offer another article ${when}`;
  const hold = of("hold");
  if (hold !== undefined) return `Clear what is on hold for ${inPlainWords(hold)} ${when}`;
  if (members[0]?.row.dueKind === "deliver")
    return `Ask ${carrierName(look, members[0].row.carrier)} what happened, and tell the customers`;
  const lane = of("process");
  if (lane !== undefined && lane !== "dock") return `${moveWords(look, lane)} ${when}`;
  const truck = of("pickup");
  if (truck !== undefined)
    return `Expedite what is due with ${truckName(truck, look)} ${when}, or ask the carrier to wait`;
  return `Look at what they have in common ${when}, and expedite the most urgent`;
}

function item(
  look: Look,
  parts: readonly Attribute[],
  members: readonly Standing[],
  size: number,
  hints: readonly string[],
): Texts {
  const of = size > members.length ? [`${members.length} of ${ordersIn(size)} are at risk`] : [];
  return {
    title: itemTitle(look, parts, members),
    reasons: [...of, ...hints, ...worstWhy(members)],
    doThis: (when) => itemStep(look, parts, members, when),
  };
}

function remains(look: Look, open: OpenCause, members: readonly Standing[]): Texts {
  const name =
    open.attributes.length === 0
      ? "The same orders"
      : startWithCapital(open.attributes.map((part) => attributeInWords(part, look)).join(", "));
  return {
    title: `${name}: ${ordersIn(members.length)} left`,
    reasons: [
      "The cause itself is not seen any more; these orders are still in trouble",
      ...worstWhy(members),
    ],
    doThis: (when) => `Expedite what is left ${when}`,
  };
}

export const causeTexts = { lateTruck, slowLane, surge, item, remains };

const SLOW = 0.6;
const HOLDS = 0.5;

/** What else is going on there that may be the reason. */
export function hintsOf(look: Look, members: readonly Standing[]): string[] {
  const hints: string[] = [];
  const held = members.filter(({ row }) => row.holds.length > 0 || row.stage === "backordered");
  if (held.length > HOLDS * members.length)
    hints.push(`${held.length} of ${members.length} are on hold or wait for stock`);
  for (const { lane, perHour, planned, since } of look.paces)
    if (planned > 0 && perHour < SLOW * planned)
      hints.push(
        `${startWithCapital(workAt(lane))} is slow or stopped since ${clock(look, since)}`,
      );
  const { arrivals } = look;
  if (arrivals !== null && arrivals.perHour > 2 * arrivals.usual)
    hints.push(`Surge: ${(arrivals.perHour / arrivals.usual).toFixed(1)} times the usual orders`);
  for (const { name, since } of look.silent)
    hints.push(`${name} silent since ${clock(look, since)}`);
  return hints;
}
