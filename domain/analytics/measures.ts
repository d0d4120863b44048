/**
 * What orders count for in the roll-ups: a pure function of their facts, so that anything learned later moves each sum by the difference. Service is counted at the hour
 * it was due, work at the hour it was done, cohorts (cancelled, returned) at the hour their order came in or arrived. Names are explained in `definition.ts`.
 *
 * `MEASURES_VERSION` rises with every change of what is counted or kept of an order: roll-ups and rows of another version are made anew.
 */
import { holdsNothing } from "../contribution.ts";
import type { OrderFacts } from "./facts.ts";
import type { Leg } from "./legs.ts";
import type { Ledger } from "./ledger.ts";
import type { Dimension, Place } from "./places.ts";
import { isAboutData } from "./losses.ts";
import { countPackaging } from "./measures-packaging.ts";
import { deliverVerdict, shipVerdict, wholeOf, type Verdict } from "./service.ts";
import { within } from "./spans.ts";
import { ofVerdict } from "./sums.ts";

export const MEASURES_VERSION = 10;

const ALL: Place = ["all", ""];

const KEPT_LISTS = 5_000;
const lists = new Map<string, readonly Place[]>();

/** Where an order counts, whatever it did. The same list for the same places: what is counted there is found by it (`ledger.ts`). */
export function placesOf({ carrier, service, channel, client }: OrderFacts): readonly Place[] {
  const name = JSON.stringify([carrier, service, channel, client]);
  const known = lists.get(name);
  if (known !== undefined) return known;
  if (lists.size >= KEPT_LISTS) lists.clear();
  const own: readonly Place[] = client === undefined ? [] : [["client", client]];
  const made: readonly Place[] = [
    ALL,
    ["carrier", carrier],
    ["service", service],
    ["channel", channel],
    ...own,
  ];
  lists.set(name, made);
  return made;
}

/** Lists of one place, by its value. */
const ofOnePlace = (dim: Dimension) => {
  const known = new Map<string, readonly Place[]>();
  return (value: string): readonly Place[] => {
    const list = known.get(value);
    if (list !== undefined) return list;
    if (known.size >= KEPT_LISTS) known.clear();
    const made = [[dim, value]] as const;
    known.set(value, made);
    return made;
  };
};
const inStage = ofOnePlace("stage");
const atStation = ofOnePlace("station");
const forReason = ofOnePlace("reason");

/** By stage, then by station. */
const stations = new Map<string, Map<string, readonly Place[]>>();

function inStageAt(stage: string, station: string | undefined): readonly Place[] {
  if (station === undefined) return inStage(stage);
  let known = stations.get(stage);
  if (known === undefined || known.size >= KEPT_LISTS)
    stations.set(stage, (known = new Map<string, readonly Place[]>()));
  let list = known.get(station);
  if (list === undefined) known.set(station, (list = [...inStage(stage), ...atStation(station)]));
  return list;
}

type Count = { ledger: Ledger; places: readonly Place[]; by: 1 | -1 };

function countVerdict({ ledger, places, by }: Count, name: string, verdict: Verdict): void {
  if (verdict === null) return;
  const names = ofVerdict(name);
  const spot = ledger.at(verdict.at, places);
  spot.add(names.due, by);
  if (verdict.isOk) spot.add(names.ok, by);
}

/** Of a customer's order as a whole. */
function countService(parts: readonly OrderFacts[], count: Count): void {
  countVerdict(count, "ots", shipVerdict(parts, "netShipBy"));
  countVerdict(count, "otsGross", shipVerdict(parts, "shipBy"));
  countVerdict(count, "otd", deliverVerdict(parts, "netDeliverBy"));
  countVerdict(count, "otdGross", deliverVerdict(parts, "deliverBy"));
  const whole = wholeOf(parts);
  if (whole === null) return;
  const { at, isInFull, isOtif, isPerfect } = whole;
  countVerdict(count, "inFull", { at, isOk: isInFull });
  countVerdict(count, "otif", { at, isOk: isOtif });
  countVerdict(count, "perfect", { at, isOk: isPerfect });
  const { ledger, places, by } = count;
  ledger.add(at, places, "otifUnits.due", by * whole.units);
  ledger.add(at, places, "otifUnits.ok", by * whole.unitsInTime);
}

/** M26: what came in, and what of it was cancelled as a whole, by whom; what is cancelled in part shows in the units. */
function countReceived(parts: readonly OrderFacts[], { ledger, places, by }: Count): void {
  const receivedAt = Math.min(...parts.map((part) => part.receivedAt));
  ledger.add(receivedAt, places, "received", by);
  if (parts.some(({ cancelled }) => cancelled === null)) return;
  const isOurs = parts.some(({ cancelled }) => cancelled?.by === "seller");
  ledger.add(receivedAt, places, isOurs ? "cancelled.seller" : "cancelled.customer", by);
}

function countReceivedUnits(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { receivedAt, units, cancelled } = facts;
  const lost = cancelled?.by === "seller" ? units.ordered : units.short;
  const spot = ledger.at(receivedAt, places);
  spot.add("received.parts", by);
  spot.add("received.units", by * units.ordered);
  spot.add("cancelled.sellerUnits", by * lost);
}

/** M2, M15, M17, M27: at departure. */
function countDeparture(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { departedAt: at, dockedOutAt, units, receivedAt, parcels, clickWorkMs } = facts;
  if (at === null) return;
  const sent = units.ordered - units.short;
  const spot = ledger.at(at, places);
  spot.add("shipped", by);
  spot.add("shipped.units", by * sent);
  spot.add("shipped.whole", units.short === 0 ? by : 0);
  spot.add("shipped.lines", by * units.lines);
  spot.add("shipped.linesWhole", by * units.linesComplete);
  spot.add("shipped.unitsOrdered", by * units.ordered);
  spot.add("damaged.inside", facts.isDamagedInside ? by : 0);
  spot.add("tracked.shipped", by * parcels.shipped);
  spot.add("tracked.scanned", by * parcels.scanned);
  if (dockedOutAt !== null) spot.duration("click", dockedOutAt - receivedAt, by);
  if (clickWorkMs !== null) spot.duration("clickWork", clickWorkMs, by);
}

/** M1, M17, M28: at delivery. */
function countDelivery(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { deliveredAt: at, receivedAt, dockedOutAt, customerHoldMs } = facts;
  if (at === null) return;
  const spot = ledger.at(at, places);
  spot.add("delivered", by);
  spot.add("damaged.transit", facts.isDamagedInTransit ? by : 0);
  spot.add("documents.missing", facts.isWithoutDocuments ? by : 0);
  spot.add("returned", facts.isReturned ? by : 0);
  spot.duration("cycle", at - receivedAt, by);
  spot.duration("cycleNet", Math.max(0, at - receivedAt - customerHoldMs), by);
  if (dockedOutAt !== null) spot.duration("transit", at - dockedOutAt, by);
}

/** M14 and M20: by the truck, and by the carrier's own commitment. */
function countDeadlines(facts: OrderFacts, count: Count): void {
  const { truck, readyAt, commitBy, deliveredAt, cancelled, shipBy } = facts;
  if (truck !== null && shipBy !== null && cancelled === null)
    countVerdict(count, "truck", {
      at: shipBy,
      isOk: readyAt !== null && readyAt <= truck.readyBy,
    });
  if (commitBy !== null && cancelled === null)
    countVerdict(count, "carrier", {
      at: commitBy,
      isOk: deliveredAt !== null && deliveredAt <= commitBy,
    });
}

/** M21 and M29, when it is over. */
function countClosing(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { closedAt: at, exceptions, scans } = facts;
  if (at === null) return;
  const real = exceptions.filter((code) => !isAboutData(code));
  const spot = ledger.at(at, places);
  spot.add("closed", by);
  spot.add("closed.excepted", real.length > 0 ? by : 0);
  spot.add("closed.dataExcepted", exceptions.length > real.length ? by : 0);
  spot.add("scans.expected", by * scans.expected);
  spot.add("scans.recorded", by * scans.recorded);
  for (const code of exceptions) ledger.add(at, forReason(code), "excepted", by);
}

/** M16 and M18: at picking and at the first inspection. */
function countQuality({ picks, checks }: OrderFacts, { ledger, places, by }: Count): void {
  if (picks.at !== null) {
    const wrong = picks.caught + picks.escaped;
    const spot = ledger.at(picks.at, places);
    spot.add("picks", by);
    spot.add("picks.lines", by * picks.lines);
    spot.add("picks.caught", by * picks.caught);
    spot.add("picks.escaped", by * picks.escaped);
    spot.add("picks.wrong", wrong > 0 ? by : 0);
  }
  if (checks === null) return;
  const { at, isPassed, count, station } = checks;
  const everywhere = station === undefined ? [places] : [places, atStation(station)];
  for (const where of everywhere) {
    ledger.add(at, where, "checked", by);
    ledger.add(at, where, "checked.ok", isPassed ? by : 0);
  }
  ledger.add(at, places, "checked.again", by * (count - 1));
}

/** What came through is counted where the milestone was scanned; the time belongs to it together with what nobody scanned before it. */
function countLeg(leg: Leg, units: number, { ledger, by }: Count): void {
  const { stage, to, at, work, wait, hold, night, ms, attempt, station } = leg;
  const through = ledger.at(at, inStageAt(to, station));
  through.add(attempt === 1 ? "done" : "reworked", by);
  if (attempt === 1) through.add("done.units", by * units);
  const spot = stage === to ? through : ledger.at(at, inStageAt(stage, station));
  spot.duration("work", work, by);
  spot.duration("leg", ms, by);
  spot.add("hold.ms", by * hold);
  spot.add("night.ms", by * night);
  if (wait === null) return;
  spot.duration("wait", wait, by);
  spot.duration("touch", work - wait, by);
}

/** M4 and M5: who stands where, and which of them on hold. */
function countStays({ visits, holds }: OrderFacts, { ledger, by }: Count): void {
  for (const [place, [stage, at]] of visits.entries()) {
    const next = visits[place + 1];
    const own = inStage(stage);
    ledger.passage(at, own, "in", by);
    if (next !== undefined) ledger.passage(next[1], own, "out", by);
    if (holdsNothing(stage)) continue;
    for (const [from, to] of within(holds, at, next?.[1] ?? Infinity)) {
      ledger.passage(from, own, "heldIn", by);
      if (to !== Infinity) ledger.passage(to, own, "heldOut", by);
    }
  }
}

function countLosses({ losses, shipBy, deliverBy, carrier }: OrderFacts, count: Count): void {
  const { ledger, by } = count;
  for (const { about, reason, stage, owner, ms } of losses) {
    const at = about === "ship" ? shipBy : deliverBy;
    if (at === null) continue;
    const places: Place[] = [
      ALL,
      ["reason", reason],
      ["lossStage", stage],
      ["owner", owner],
      ["carrier", carrier],
    ];
    const spot = ledger.at(at, places);
    spot.add("lost", by);
    spot.add("lost.ms", by * ms);
  }
}

function countOne(facts: OrderFacts, ledger: Ledger, by: 1 | -1): void {
  const count: Count = { ledger, places: placesOf(facts), by };
  countVerdict(count, "otsPart", shipVerdict([facts], "netShipBy"));
  countReceivedUnits(facts, count);
  countDeparture(facts, count);
  countDelivery(facts, count);
  countDeadlines(facts, count);
  countClosing(facts, count);
  countQuality(facts, count);
  for (const leg of facts.legs) countLeg(leg, facts.units.ordered, count);
  countStays(facts, count);
  countLosses(facts, count);
  countPackaging(facts, count);
}

/** Only what is counted by a deadline: of the hour that is running that part is not decided which is due later. */
export function countDue(parts: readonly OrderFacts[], ledger: Ledger, by: 1 | -1): void {
  const [first] = parts;
  if (first === undefined) return;
  countService(parts, { ledger, places: placesOf(first), by });
  for (const part of parts) {
    const count: Count = { ledger, places: placesOf(part), by };
    countVerdict(count, "otsPart", shipVerdict([part], "netShipBy"));
    countDeadlines(part, count);
  }
}

/** Counts (or takes back, `by` -1) all orders that a site ships for one customer's order. */
export function countOrders(parts: readonly OrderFacts[], ledger: Ledger, by: 1 | -1): void {
  const [first] = parts;
  if (first === undefined) return;
  const whole: Count = { ledger, places: placesOf(first), by };
  countReceived(parts, whole);
  countService(parts, whole);
  for (const part of parts) countOne(part, ledger, by);
}
