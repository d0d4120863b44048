/** What a file would change of an order that is known: field by field, what it is and what it would be. */
import type { Order } from "../../domain/order.ts";
import type { ReadOrder } from "./orders.ts";

type Fields = Record<string, unknown>;
export type Difference = { field: string; was: unknown; wouldBe: unknown };
/** What is known of an order; its personal fields are null when whoever imports may not read them: those are left as they are. */
export type KnownOrder = { order: Order; personal: Fields | null };

const PERSONAL = ["name", "postalCode"];
const PROMISES: Readonly<Record<string, "promisedShipBy" | "promisedDeliverBy">> = {
  shipBy: "promisedShipBy",
  deliverBy: "promisedDeliverBy",
};
const TIMES: ReadonlySet<string> = new Set(["placedAt", "shipBy", "deliverBy"]);

const wire = (ms: unknown): string | null =>
  typeof ms === "number" ? new Date(ms).toISOString() : null;

function factOf(order: Order, field: string): unknown {
  const stored = order[(PROMISES[field] ?? field) as keyof Order];
  return TIMES.has(field) ? wire(stored) : (stored ?? null);
}

const LINE_FIELDS = ["line", "sku", "quantity", "unitPrice", "weightG", "zone"] as const;
type Line = Record<string, unknown>;
const lineOf = (line: Line): Line =>
  Object.fromEntries(
    LINE_FIELDS.flatMap((field) => (line[field] === undefined ? [] : [[field, line[field]]])),
  );

/** Fields of a line that the file says nothing of are left as they are. */
function linesDiffer(known: readonly Line[], told: readonly Line[]): boolean {
  if (known.length !== told.length) return true;
  return told.some((line) => {
    const same = known.find((one) => one["line"] === line["line"]);
    return (
      same === undefined || Object.entries(line).some(([field, value]) => same[field] !== value)
    );
  });
}

/** Lines as they would be: what the file does not say of one that is there stays. */
const mergedLines = (known: readonly Line[], told: readonly Line[]): Line[] =>
  told.map((line) => ({
    ...lineOf(
      known.find((one) => one["line"] === line["line"] && one["sku"] === line["sku"]) ?? {},
    ),
    ...line,
  }));

const differing = (field: string, was: unknown, wouldBe: unknown): Difference[] =>
  was === wouldBe ? [] : [{ field, was, wouldBe }];

export function differencesOf({ data }: ReadOrder, { order, personal }: KnownOrder): Difference[] {
  const { shipTo, lines, ...facts } = data;
  const known = order.lines as readonly Line[];
  const place = Object.entries(shipTo).flatMap(([field, wouldBe]) => {
    if (!PERSONAL.includes(field))
      return differing(field, (order.shipTo as Fields)[field] ?? null, wouldBe);
    return personal === null ? [] : differing(field, personal[field] ?? null, wouldBe);
  });
  return [
    ...Object.entries(facts).flatMap(([field, wouldBe]) =>
      differing(field, factOf(order, field), wouldBe),
    ),
    ...place,
    ...(linesDiffer(known, lines)
      ? [{ field: "lines", was: known.map(lineOf), wouldBe: mergedLines(known, lines) }]
      : []),
  ];
}

const OF_PLACE: ReadonlySet<string> = new Set([...PERSONAL, "city", "region", "country"]);

/** The data of the amendment that makes an order what the file says. */
export function amendmentOf(differences: readonly Difference[]): Fields {
  const change: Fields = {};
  const shipTo: Fields = {};
  for (const { field, wouldBe } of differences)
    (OF_PLACE.has(field) ? shipTo : change)[field] = wouldBe;
  return Object.keys(shipTo).length === 0 ? change : { ...change, shipTo };
}
