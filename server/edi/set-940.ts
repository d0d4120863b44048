/** 940, warehouse shipping order: an order comes, changes, or is cancelled. */
import {
  all,
  isFault,
  leading,
  lineNumber,
  missing,
  nothing,
  noTime,
  qualified,
  skuIn,
  units,
  type Context,
  type Reading,
  type Said,
} from "./meaning.ts";
import { faultAt } from "./envelope.ts";
import { at, type Segment } from "./segments.ts";
import { endOfDay, instantOf, onDay, wire } from "./times.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";

/** Order status code (element 473). */
const RECEIVED = ["N", "B", "S", "T"];
const AMENDED = ["R", "G", "L"];
const CANCELLED = ["F", "D"];

/** A party with what follows it, up to the next one. */
function partyOf(segments: readonly Segment[], codes: readonly string[]): Segment[] {
  const from = segments.findIndex(
    ({ id, elements }) => id === "N1" && codes.includes(elements[1] ?? ""),
  );
  if (from < 0) return [];
  const rest = segments.slice(from + 1);
  const end = rest.findIndex(({ id }) => !["N2", "N3", "N4", "PER"].includes(id));
  return [segments[from] as Segment, ...(end < 0 ? rest : rest.slice(0, end))];
}

const present = (fields: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).filter(
      (field): field is [string, string] => field[1] !== undefined && field[1] !== "",
    ),
  );

function shipTo(segments: readonly Segment[]): Record<string, string> {
  const party = partyOf(segments, ["ST", "CN"]);
  const place = party.find(({ id }) => id === "N4");
  const street = all(party, "N3")
    .flatMap(({ elements }) => elements.slice(1))
    .filter((one) => one !== "");
  return present({
    name: at(party[0], 2),
    street: street.join(", "),
    city: at(place, 1),
    region: at(place, 2),
    postalCode: at(place, 3),
    country: at(place, 4),
  });
}

/** Date qualifiers (element 432): the latest that is allowed, else the day that is asked for. `37` and `53`, not before, promise nothing. */
const SHIP_BY = ["38", "10"];
const DELIVER_BY = ["54", "02"];

/** G62 dates: what is promised for a day may come until its end. */
function promises({ set, clock }: Context, faults: ItemError[]): Record<string, string> {
  const by = (qualifiers: readonly string[]): string | undefined => {
    const found = qualifiers.flatMap((one) =>
      all(set.segments, "G62").filter((date) => at(date, 1) === one),
    )[0];
    if (found === undefined) return undefined;
    const time = at(found, 4);
    const ms =
      time === ""
        ? endOfDay(clock, at(found, 2))
        : instantOf(clock, at(found, 2), time, { code: at(found, 5) });
    if (ms === null) faults.push(faultAt(set.index, found, 2, "is no day or time that exists"));
    return ms === null ? undefined : wire(ms);
  };
  return present({ shipBy: by(SHIP_BY), deliverBy: by(DELIVER_BY) });
}

type Lines = { lines: object[]; faults: ItemError[] };

type Item = { counter: Segment | undefined; detail: Segment; rest: Segment[] };
const ENDS_ITEM: readonly string[] = ["LX", "W01", "W76"];

/** Each W01 with the LX before it and what follows it. */
function itemsOf(segments: readonly Segment[]): Item[] {
  const items: Item[] = [];
  let counter: Segment | undefined;
  let open: Item | undefined;
  for (const segment of segments) {
    if (ENDS_ITEM.includes(segment.id)) open = undefined;
    if (segment.id === "LX") counter = segment;
    open?.rest.push(segment);
    if (segment.id !== "W01") continue;
    open = { counter, detail: segment, rest: [] };
    items.push(open);
  }
  return items;
}

/** A line has its own number where the depositor gave one. */
function linesOf({ set }: Context): Lines {
  const found: Lines = { lines: [], faults: [] };
  for (const { counter, detail, rest } of itemsOf(set.segments)) {
    const quantity = units(at(detail, 1));
    const sku = skuIn(detail, 3);
    if (quantity === null) found.faults.push(faultAt(set.index, detail, 1, "is no quantity"));
    if (sku === undefined) found.faults.push(faultAt(set.index, detail, 5, "names no article"));
    const line = lineNumber(qualified(rest, ["N9"], ["LI"]), counter, found.lines.length);
    const name = at(
      rest.find(({ id }) => id === "G69"),
      1,
    );
    found.lines.push({ line, sku, quantity, ...(name !== "" && { name }) });
  }
  return found;
}

/** When it was written; without an envelope the date of the purchase order. */
function receivedAt({ clock }: Context, segments: readonly Segment[]): number | null {
  const ordered = all(segments, "G62").find((date) => at(date, 1) === "04");
  const placed = ordered === undefined ? null : onDay(clock, at(ordered, 2));
  return clock.written ?? placed;
}

function facts(context: Context, head: Segment, { lines, faults }: Lines): Record<string, unknown> {
  const { segments } = context.set;
  const carrier = at(
    segments.find(({ id }) => id === "W66"),
    10,
  );
  const routing = at(
    segments.find(({ id }) => id === "W66"),
    5,
  );
  const depositor = at(partyOf(segments, ["DE"])[0], 2);
  return {
    customerOrder: at(head, 3) === "" ? at(head, 2) : at(head, 3),
    channel: "edi",
    service: context.services.find((one) => one === routing) ?? context.services[0] ?? "standard",
    ...(carrier !== "" && { carrier }),
    ...(depositor !== "" && { client: depositor }),
    ...promises(context, faults),
    shipTo: shipTo(segments),
    lines,
  };
}

function meaning(context: Context, head: Segment, at_: number, lines: Lines): Said | ItemError {
  const status = at(head, 1);
  const of = { orderId: at(head, 2), at: at_, from: head };
  if (CANCELLED.includes(status))
    return { ...of, type: "order.cancelled", data: { reason: `940, status ${status}` } };
  if (AMENDED.includes(status))
    return { ...of, type: "order.amended", data: facts(context, head, lines) };
  if (RECEIVED.includes(status))
    return {
      ...of,
      type: "order.received",
      data: { ...facts(context, head, lines), placedAt: wire(at_) },
    };
  return faultAt(
    context.set.index,
    head,
    1,
    `${status || "an empty status"} is not taken: N, B, S, T are new orders, R, G, L changes, D, F cancellations`,
  );
}

export function read940(context: Context): Reading {
  const head = leading(context, "W05");
  if (isFault(head)) return nothing(head);
  if (at(head, 2) === "") return nothing(missing(context, head, 2, "the order number"));
  const when = receivedAt(context, context.set.segments);
  if (when === null) return nothing(noTime(context, head, 0));
  const found = linesOf(context);
  const said = meaning(context, head, when, found);
  const { faults } = found;
  if ("message" in said) return { said: [], faults: [...faults, said] };
  return { said: faults.length > 0 ? [] : [said], faults };
}
