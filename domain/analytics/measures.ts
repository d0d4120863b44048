/**
 * What orders count for in the roll-ups: a pure function of their facts, so that anything learned later moves each sum by the difference. Service is counted at the hour
 * it was due, work at the hour it was done, cohorts (cancelled, returned) at the hour their order came in or arrived. Names are explained in `definition.ts`.
 *
 * `MEASURES_VERSION` rises with every change of what is counted: roll-ups of another version are made anew.
 */
import { holdsNothing } from "../contribution.ts";
import type { OrderFacts } from "./facts.ts";
import type { Leg } from "./legs.ts";
import type { Ledger, Place } from "./ledger.ts";
import { isAboutData } from "./losses.ts";
import { countPackaging } from "./measures-packaging.ts";
import { deliverVerdict, shipVerdict, wholeOf, type Verdict } from "./service.ts";
import { within } from "./spans.ts";
import { ofVerdict } from "./sums.ts";

export const MEASURES_VERSION = 2;

const ALL: Place = ["all", ""];

const KEPT_LISTS = 5_000;
const lists = new Map<string, readonly Place[]>();

/** The same list for the same places: what is counted there is found by it (`ledger.ts`). */
function listOf(name: string, make: () => readonly Place[]): readonly Place[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  if (lists.size >= KEPT_LISTS) lists.clear();
  const made = make();
  lists.set(name, made);
  return made;
}

/** Where an order counts, whatever it did. */
export const placesOf = ({ carrier, service, channel, client }: OrderFacts): readonly Place[] =>
  listOf(JSON.stringify([carrier, service, channel, client]), () => [
    ALL,
    ["carrier", carrier],
    ["service", service],
    ["channel", channel],
    ...(client === undefined ? [] : [["client", client] as const]),
  ]);

const placeOf = (...place: Place): readonly Place[] => listOf(place.join("\n"), () => [place]);

const stageOf = (stage: string, station: string | undefined): readonly Place[] =>
  station === undefined
    ? placeOf("stage", stage)
    : listOf(`${stage}\n${station}\n`, () => [
        ["stage", stage],
        ["station", station],
      ]);

type Count = { ledger: Ledger; places: readonly Place[]; by: 1 | -1 };

function countVerdict({ ledger, places, by }: Count, name: string, verdict: Verdict): void {
  if (verdict === null) return;
  const names = ofVerdict(name);
  ledger.add(verdict.at, places, names.due, by);
  if (verdict.isOk) ledger.add(verdict.at, places, names.ok, by);
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
  ledger.add(receivedAt, places, "received.parts", by);
  ledger.add(receivedAt, places, "received.units", by * units.ordered);
  ledger.add(receivedAt, places, "cancelled.sellerUnits", by * lost);
}

/** M2, M15, M17, M27: at departure. */
function countDeparture(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { departedAt: at, units, receivedAt, parcels, clickWorkMs } = facts;
  if (at === null) return;
  const sent = units.ordered - units.short;
  ledger.add(at, places, "shipped", by);
  ledger.add(at, places, "shipped.units", by * sent);
  ledger.add(at, places, "shipped.whole", units.short === 0 ? by : 0);
  ledger.add(at, places, "shipped.lines", by * units.lines);
  ledger.add(at, places, "shipped.linesWhole", by * units.linesComplete);
  ledger.add(at, places, "shipped.unitsOrdered", by * units.ordered);
  ledger.add(at, places, "damaged.inside", facts.isDamagedInside ? by : 0);
  ledger.add(at, places, "tracked.shipped", by * parcels.shipped);
  ledger.add(at, places, "tracked.scanned", by * parcels.scanned);
  ledger.duration(at, places, "click", at - receivedAt, by);
  if (clickWorkMs !== null) ledger.duration(at, places, "clickWork", clickWorkMs, by);
}

/** M1, M17, M28: at delivery. */
function countDelivery(facts: OrderFacts, { ledger, places, by }: Count): void {
  const { deliveredAt: at, receivedAt, departedAt, customerHoldMs } = facts;
  if (at === null) return;
  ledger.add(at, places, "delivered", by);
  ledger.add(at, places, "damaged.transit", facts.isDamagedInTransit ? by : 0);
  ledger.add(at, places, "returned", facts.isReturned ? by : 0);
  ledger.duration(at, places, "cycle", at - receivedAt, by);
  ledger.duration(at, places, "cycleNet", Math.max(0, at - receivedAt - customerHoldMs), by);
  if (departedAt !== null) ledger.duration(at, places, "transit", at - departedAt, by);
}

/** M14 and M20: by the truck, and by the carrier's own commitment. */
function countDeadlines(facts: OrderFacts, count: Count): void {
  const { truck, readyAt, commitBy, departedAt, deliveredAt, cancelled, shipBy } = facts;
  if (truck !== null && shipBy !== null && cancelled === null)
    countVerdict(count, "truck", {
      at: shipBy,
      isOk: readyAt !== null && readyAt <= truck.readyBy,
    });
  if (commitBy !== null && departedAt !== null)
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
  ledger.add(at, places, "closed", by);
  ledger.add(at, places, "closed.excepted", real.length > 0 ? by : 0);
  ledger.add(at, places, "closed.dataExcepted", exceptions.length > real.length ? by : 0);
  ledger.add(at, places, "scans.expected", by * scans.expected);
  ledger.add(at, places, "scans.recorded", by * scans.recorded);
  for (const code of exceptions) ledger.add(at, placeOf("reason", code), "excepted", by);
}

/** M16 and M18: at picking and at the first inspection. */
function countQuality({ picks, checks }: OrderFacts, { ledger, places, by }: Count): void {
  if (picks.at !== null) {
    const wrong = picks.caught + picks.escaped;
    ledger.add(picks.at, places, "picks", by);
    ledger.add(picks.at, places, "picks.lines", by * picks.lines);
    ledger.add(picks.at, places, "picks.caught", by * picks.caught);
    ledger.add(picks.at, places, "picks.escaped", by * picks.escaped);
    ledger.add(picks.at, places, "picks.wrong", wrong > 0 ? by : 0);
  }
  if (checks === null) return;
  const { at, isPassed, count, station } = checks;
  const everywhere = station === undefined ? [places] : [places, placeOf("station", station)];
  for (const where of everywhere) {
    ledger.add(at, where, "checked", by);
    ledger.add(at, where, "checked.ok", isPassed ? by : 0);
  }
  ledger.add(at, places, "checked.again", by * (count - 1));
}

function countLeg(leg: Leg, units: number, { ledger, by }: Count): void {
  const { stage, at, work, wait, hold, night, ms, attempt, station } = leg;
  const own = stageOf(stage, station);
  ledger.add(at, own, attempt === 1 ? "done" : "reworked", by);
  if (attempt === 1) ledger.add(at, own, "done.units", by * units);
  ledger.duration(at, own, "work", work, by);
  ledger.duration(at, own, "leg", ms, by);
  ledger.add(at, own, "hold.ms", by * hold);
  ledger.add(at, own, "night.ms", by * night);
  if (wait === null) return;
  ledger.duration(at, own, "wait", wait, by);
  ledger.duration(at, own, "touch", work - wait, by);
}

/** M4 and M5: who stands where, and which of them on hold. */
function countStays({ visits, holds }: OrderFacts, { ledger, by }: Count): void {
  for (const [place, [stage, at]] of visits.entries()) {
    const next = visits[place + 1];
    const own = placeOf("stage", stage);
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
    ledger.add(at, places, "lost", by);
    ledger.add(at, places, "lost.ms", by * ms);
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
