/**
 * What the outside is told of an order: the difference between how it was and how it is (architecture, rule 8). Pure.
 *
 * - Each effect has a cause in the folded order (a hand-over, a hold, an exception) or in its severity. A cause that is new is told once; one that was told
 *   and is gone, because an event was corrected or a missing scan came, is taken back by `<type>.cancelled`; one that comes back is told anew.
 * - `sent` is kept with the order: for each cause told, how often it was told or taken back (odd = told and standing). The id of an effect is made of site, order,
 *   cause and that number: folding again, in whatever order events came, never tells the same twice.
 * - A cause older than 24 h is not told: an import of last year's orders tells nobody anything. A severity is told when it rises, by time or forecast, or by events of
 *   which the newest is not older than that. What was told before is taken back however late.
 * - Never in it: names, addresses, owners, notes, reasons, or any other text that somebody typed.
 */
import type { Row } from "./board.ts";
import { digest } from "./effects/digest.ts";
import { type Ledger, isStanding, ledgerOf, sentOf } from "./effects/ledger.ts";
import { INCIDENT_EFFECT_TYPES } from "./incidents/telling.ts";
import { leftAt, type Hold, type Order, type OrderException } from "./order.ts";
import type { Severity } from "./stages.ts";
import { DAY_MS } from "./wall-clock.ts";

/** In the words of the contract. `order.shipped`: all of it is with the carrier, for the first time. What is told of incidents stands in `incidents/telling.ts`. */
export const EFFECT_TYPES = [
  "order.received",
  "order.shipped",
  "order.delivered",
  "order.cancelled",
  "order.at_risk",
  "order.late",
  "order.lost_cause",
  "hold.placed",
  "hold.released",
  "exception.raised",
  "exception.cleared",
  ...INCIDENT_EFFECT_TYPES,
] as const;
export type EffectType = (typeof EFFECT_TYPES)[number];
export type EffectKind = EffectType | `${EffectType}.cancelled`;

/** Instants are epoch ms. */
export type EffectData = {
  site: string;
  orderId: string;
  customerOrder?: string;
  channel?: string;
  service?: string;
  stage?: string;
  severity?: Severity;
  due?: number | null;
  dueKind?: "ship" | "deliver";
  actBy?: number | null;
  carrier?: string;
  /** of a hold or an exception, and what it is about: a stage, a parcel, a line */
  code?: string;
  about?: string;
  until?: number;
  parcels?: { parcelId: string; carrier?: string; trackingCode?: string }[];
};

export type Effect = {
  id: string;
  type: EffectKind;
  at: number;
  orderId: string;
  data: EffectData;
};

export const EFFECT_WINDOW_MS = DAY_MS;
/** Whatever goes to and fro more often than this is not told any more. */
const MAX_GENERATION = 40;
const MAX_PARCELS = 50;

/** An order at one moment; `row` null where it is not known. */
export type Seen = { order: Order | null; row: Row | null; isOpen: boolean };

export type Circumstances = {
  site: string;
  orderId: string;
  sent: readonly string[];
  /** what somebody wants to be told of */
  wanted: ReadonlySet<EffectType>;
  now: number;
  /** when the newest of what changed it happened; `now` when time or a forecast did */
  newestAt: number;
};

type Cause = { at: number; about?: Partial<EffectData> };
type Causes = Map<string, Cause>;

const typeOf = (cause: string): EffectType => cause.split("|", 1)[0] as EffectType;

function holdCauses(causes: Causes, { code, placedAt, until, releasedAt }: Hold): void {
  const about = { code, ...(until !== undefined && { until }) };
  causes.set(`hold.placed|${code}|${placedAt}`, { at: placedAt, about });
  if (releasedAt !== undefined)
    causes.set(`hold.released|${code}|${placedAt}`, { at: releasedAt, about });
}

function exceptionCauses(causes: Causes, exception: OrderException): void {
  const { code, about: place, raisedAt, clearedAt } = exception;
  const about = { code, ...(place !== undefined && { about: place }) };
  const which = `${code}|${raisedAt}|${place ?? ""}`;
  causes.set(`exception.raised|${which}`, { at: raisedAt, about });
  if (clearedAt !== undefined) causes.set(`exception.cleared|${which}`, { at: clearedAt, about });
}

const parcelsOf = ({ parcels }: Order): EffectData["parcels"] =>
  parcels.slice(0, MAX_PARCELS).map(({ parcelId, carrier, trackingCode }) => ({
    parcelId,
    ...(carrier !== undefined && { carrier }),
    ...(trackingCode !== undefined && { trackingCode }),
  }));

/** What its carrier alone told of was handed over too, also where the site scans no hand-over; of what came back without any scan on its way that is all that is known. */
const shippedAtOf = (order: Order): number | undefined =>
  leftAt(order) ??
  (order.timeline.some(({ stage }) => stage === "handed_over") ? order.stageSince : undefined);

/** Everything about it that can be told, by cause. */
function causesOf(order: Order | null): Causes {
  const causes: Causes = new Map();
  if (order === null) return causes;
  const about = { parcels: parcelsOf(order) ?? [] };
  causes.set("order.received", { at: order.receivedAt });
  const shippedAt = shippedAtOf(order);
  if (shippedAt !== undefined) causes.set("order.shipped", { at: shippedAt, about });
  if (order.deliveredAt !== undefined)
    causes.set("order.delivered", { at: order.deliveredAt, about });
  if (order.stage === "cancelled") causes.set("order.cancelled", { at: order.stageSince });
  for (const hold of order.holds) holdCauses(causes, hold);
  for (const exception of order.exceptions) exceptionCauses(causes, exception);
  return causes;
}

const RANKS: Readonly<Partial<Record<Severity, number>>> = {
  on_time: 0,
  at_risk: 1,
  late: 2,
  lost_cause: 3,
};
const RISEN = ["order.at_risk", "order.late", "order.lost_cause"] as const;

function dataOf({ order, row }: Seen, { site, orderId }: Circumstances): EffectData {
  if (order === null) return { site, orderId };
  const { customerOrder, channel, service, stage } = order;
  const known = { site, orderId, customerOrder, channel, service, stage };
  if (row === null) return known;
  const { sev: severity, due, dueKind, actBy, carrier } = row;
  return { ...known, severity, due, dueKind, actBy, carrier };
}

/** Writes effects down, each with its number in the ledger. */
function createTelling(ledger: Ledger, circumstances: Circumstances) {
  const effects: Effect[] = [];
  const { site, orderId, wanted, now } = circumstances;

  function add(cause: string, type: EffectKind, at: number, data: EffectData): void {
    const generation = (ledger.get(cause) ?? 0) + 1;
    if (generation > MAX_GENERATION) return;
    ledger.set(cause, generation);
    const id = digest([site, orderId, cause, String(generation)].join("\n"));
    effects.push({ id, type, at, orderId, data });
  }
  const isWanted = (cause: string): boolean => wanted.has(typeOf(cause));
  return {
    effects,
    tell: (cause: string, { at, about }: Cause, seen: Seen): void => {
      if (!isWanted(cause) || isStanding(ledger, cause)) return;
      add(cause, typeOf(cause), at, { ...dataOf(seen, circumstances), ...about });
    },
    takeBack: (cause: string, seen: Seen): void => {
      if (!isWanted(cause) || !isStanding(ledger, cause)) return;
      const [, code] = cause.split("|");
      const about = code === undefined ? {} : { code };
      const type = `${typeOf(cause)}.cancelled` as const;
      add(cause, type, now, { ...dataOf(seen, circumstances), ...about });
    },
  };
}
type Telling = ReturnType<typeof createTelling>;

function tellCauses(telling: Telling, before: Seen, after: Seen, asked: Circumstances): void {
  if (before.order === after.order) return;
  const known = causesOf(before.order);
  const causes = causesOf(after.order);
  for (const [cause, one] of causes)
    if (!known.has(cause) && asked.now - one.at <= EFFECT_WINDOW_MS)
      telling.tell(cause, one, after);
  const seen = after.order === null ? before : after;
  for (const cause of ledgerOf(asked.sent).keys())
    if (!causes.has(cause) && !(RISEN as readonly string[]).includes(cause))
      telling.takeBack(cause, seen);
}

/** Null where it was not known: then nothing rises. */
function rankBefore({ order, row, isOpen }: Seen): number | null {
  if (order === null || !isOpen) return 0;
  return row === null ? null : (RANKS[row.sev] ?? 0);
}

/** A closed order, and one of which nothing is known, tells and takes back nothing. */
function tellSeverity(telling: Telling, before: Seen, after: Seen, asked: Circumstances): void {
  if (!after.isOpen || after.row === null) return;
  const rank = RANKS[after.row.sev];
  const was = rankBefore(before);
  if (rank === undefined || was === null) return;
  for (const higher of RISEN.slice(rank)) telling.takeBack(higher, after);
  const risen = RISEN[rank - 1];
  if (rank <= was || risen === undefined) return;
  if (asked.now - asked.newestAt > EFFECT_WINDOW_MS) return;
  telling.tell(risen, { at: asked.now }, after);
}

/** What is to be told, and what is then to be kept as `sent`. */
export function effectsOf(
  before: Seen,
  after: Seen,
  circumstances: Circumstances,
): { effects: Effect[]; sent: string[] } {
  const ledger = ledgerOf(circumstances.sent);
  const telling = createTelling(ledger, circumstances);
  tellCauses(telling, before, after, circumstances);
  tellSeverity(telling, before, after, circumstances);
  // in the order of what happened; what is taken back is taken back now
  const effects = telling.effects.toSorted((a, b) => a.at - b.at);
  return { effects, sent: sentOf(ledger) };
}
