/** Why, in at most three sentences that do not go stale within the hour. Always from the quantities the forecast was made of. */
import { dayInWords, DAY_MS, inWords, localDay } from "../../wall-clock.ts";
import { missShare } from "./keeping.ts";
import type { TransitOrder } from "./state.ts";
import type { Typical } from "./typical.ts";
import type { TransitView } from "./view.ts";

const MOST_REASONS = 3;
const NOTABLE_PACE = 0.15;
/** with fewer working days in a calendar day, the rest of the time is worth naming */
const NOTABLE_REST = 0.75;
const MOST_DAYS_NAMED = 10;
/** where a third of the forecast comes from how promises are kept, it is said */
const NOTABLE_SHARE = 0.3;

const rounded = (value: number): string =>
  value < 10 ? String(Math.round(value * 2) / 2) : String(Math.round(value));

const days = (value: number): string =>
  `${rounded(value)} working day${rounded(value) === "1" ? "" : "s"}`;

function laneName({ level }: Typical, order: TransitOrder): string {
  if (level === "lane" || level === "area")
    return `${order.from ?? "here"} to ${order.to ?? "there"}`;
  if (level === "destination") return `Transit to ${order.to ?? "there"}`;
  return `Transit with ${order.carrier}`;
}

function usual(typical: Typical, order: TransitOrder): string {
  if (typical.cases === 0) return "Not enough history: a general spread of transit times is used";
  const cases = Math.max(1, Math.round(typical.cases));
  return `${laneName(typical, order)} usually takes ${days(Math.exp(typical.log))} from hand-over (known from about ${cases} deliveries)`;
}

function handOver(view: TransitView, order: TransitOrder): string {
  const { zone } = view.calendar;
  const { handedOverAt, shipBy } = order;
  if (handedOverAt !== undefined) return `Handed over ${inWords(zone, handedOverAt)}`;
  if (shipBy === undefined || shipBy >= view.now) return "Not handed over to the carrier yet";
  return `Not handed over yet, due to be by ${inWords(zone, shipBy)}`;
}

function slowness(order: TransitOrder, pace: number): string | undefined {
  if (Math.abs(pace - 1) < NOTABLE_PACE) return undefined;
  const where = order.to === undefined ? "" : ` to ${order.to}`;
  return `Deliveries${where} run at ${Math.round(pace * 100)} % of what is usual, over the last week or so`;
}

function standstill(view: TransitView, order: TransitOrder): string | undefined {
  const clock = view.clock("way", order);
  const left = (order.deliverBy - view.now) / DAY_MS;
  const working = clock.worked(order.deliverBy) - clock.worked(view.now);
  if (left > MOST_DAYS_NAMED || working > left * NOTABLE_REST) return undefined;
  const until = dayInWords(localDay(view.calendar.zone, order.deliverBy));
  return `Weekends and closed days leave ${days(working)} until ${until}`;
}

function reliability(view: TransitView, order: TransitOrder, heard: number): string | undefined {
  const slack = order.deliverBy - view.now;
  if (heard < NOTABLE_SHARE || slack <= 0) return undefined;
  const missed = Math.round(missShare(view.state, order, slack, view.now) * 100);
  const ahead = Math.max(1, Math.round(slack / DAY_MS));
  return `Of such orders still open ${ahead} day${ahead === 1 ? "" : "s"} before their promise, ${missed} % missed it`;
}

export type Grounds = { typical: Typical; pace: number; heard: number };

/** `heard`: how much of the opinion "how promises are kept" the forecast contains. */
export function reasonsOf(view: TransitView, order: TransitOrder, grounds: Grounds): string[] {
  const { typical, pace, heard } = grounds;
  const all = [
    handOver(view, order),
    usual(typical, order),
    slowness(order, pace),
    standstill(view, order),
    reliability(view, order, heard),
  ].filter((reason) => reason !== undefined);
  return all.length > MOST_REASONS ? all.slice(all.length - MOST_REASONS) : all;
}
