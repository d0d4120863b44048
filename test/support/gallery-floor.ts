/**
 * A warehouse in the middle of a shift, at any hour of any day, the same each time: a site that is open day and night, a truck every twenty minutes, and orders at every
 * station, of which some can still be saved, some are late, held, short or damaged. What the pictures of the documentation show.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SitesFile } from "../../domain/contract/sites.ts";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const MINUTE = 60_000;
const CARRIERS: Readonly<Record<string, string>> = { A: "DHL", B: "UPS", C: "GLS" };
const NAMES = Object.values(CARRIERS);
const CITIES = ["Hamburg", "Köln", "München", "Leipzig", "Bremen", "Wien", "Essen", "Łódź"];
const BENCHES = ["P1", "P2", "P3", "P4"];
const CARTS = ["C-01", "C-02", "C-03", "C-07"];
const pad = (number: number): string => String(number).padStart(2, "0");
const of = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** The example's first site with other hours, carriers and trucks. @returns the path of the sites file */
export function gallerySites(folder: string): string {
  const text = readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8");
  const [site] = (JSON.parse(text) as SitesFile).sites;
  if (site === undefined) throw new Error("the example has sites");
  const { holidays: _holidays, closures: _closures, cutOff: _cutOff, ...rest } = site;
  const hourly = (minute: number) =>
    Array.from({ length: 24 }, (_, hour) => ({
      days: EVERY_DAY,
      at: `${pad(hour)}:${pad(minute)}`,
    }));
  const always = {
    ...rest,
    shifts: [
      { name: "early", days: EVERY_DAY, from: "00:00", to: "12:00" },
      { name: "late", days: EVERY_DAY, from: "12:00", to: "00:00" },
    ],
    carriers: NAMES.map((id, at) => ({ id, pickups: hourly((at * 20) % 60) })),
    serviceLevels: site.serviceLevels.map((level) => ({
      ...level,
      ...(level.carrier !== undefined && { carrier: CARRIERS[level.carrier] ?? level.carrier }),
    })),
    sources: [{ source: "wms/ber1", silentAfter: "PT6H" }],
  };
  const file = join(folder, "sites.json");
  writeFileSync(file, JSON.stringify({ sites: [always] }));
  return file;
}

type Step = readonly [type: string, minutesAgo: number, data?: object];

/** How far an order has come, by its number: each way ends at another station. */
function wayOf(at: number): Step[] {
  const cart = of(CARTS, at);
  const bench = of(BENCHES, at);
  const parcel = { parcelId: `P-${at}` };
  const all: Step[] = [
    ["order.allocated", 160],
    ["order.released", 140, { wave: String(at % 5) }],
    ["pick.started", 118, { station: cart }],
    ["pick.completed", 84, { station: cart }],
    ["pack.started", 61, { station: bench }],
    ["pack.completed", 38, { station: bench, parcels: [parcel] }],
    ["check.passed", 22, parcel],
    ["parcel.staged", 12, { ...parcel, dock: "D1" }],
    ["parcel.handed_over", 3, { ...parcel, carrier: of(NAMES, at) }],
  ];
  return all.slice(0, (at * 7) % (all.length + 1));
}

/** What goes wrong with some of them. */
function troublesOf(at: number): Step[] {
  return [
    ...(at % 19 === 4 ? [["hold.placed", 30, { code: "HOLD_ADDRESS" }] as const] : []),
    ...(at % 23 === 6
      ? [["pick.shorted", 50, { lines: [{ line: 1, missing: 1, reason: "bin empty" }] }] as const]
      : []),
    ...(at % 29 === 9 ? [["item.damaged", 14, { line: 1, code: "CRUSHED" }] as const] : []),
    ...(at % 17 === 3 ? [["order.assigned", 8, { assignee: "coordinator" }] as const] : []),
    ...(at % 31 === 5
      ? [["note.added", 6, { text: "Customer called, wants it today" }] as const]
      : []),
  ];
}

/** Minutes until it must be shipped: most have hours, some minutes, some none any more. */
function dueIn(at: number): number {
  if (at % 13 === 1) return -20 - at;
  if (at % 11 === 2) return 22 + (at % 40);
  return 70 + ((at * 37) % 420);
}

function eventsOf(at: number, now: number): object[] {
  const orderId = `SO-${100_000 + at}`;
  const instant = (minutesAgo: number) => new Date(now - minutesAgo * MINUTE).toISOString();
  const common = { source: "wms/ber1", site: "BER1", orderId };
  const data = {
    customerOrder: `C-${5_000 + at}`,
    channel: of(["web", "shop", "marketplace"], at),
    service: at % 6 === 0 ? "express" : "standard",
    carrier: of(NAMES, at),
    placedAt: instant(200),
    shipBy: instant(-dueIn(at)),
    shipTo: { name: "A. Person", city: of(CITIES, at), country: "DE" },
    lines: Array.from({ length: 1 + (at % 4) }, (_, line) => ({
      line: line + 1,
      sku: `SKU-${8_800 + ((at * 3 + line) % 60)}`,
      quantity: 1 + ((at + line) % 5),
      zone: of(["A", "B", "C"], at + line),
    })),
  };
  const received = {
    ...common,
    id: `${orderId}-0`,
    type: "order.received",
    occurredAt: instant(190),
    data,
  };
  const steps = [...wayOf(at), ...troublesOf(at)].toSorted((a, b) => b[1] - a[1]);
  return [
    received,
    ...steps.map(([type, minutesAgo, more = {}], index) => ({
      ...common,
      id: `${orderId}-${index + 1}`,
      type,
      occurredAt: instant(minutesAgo),
      data: more,
    })),
  ];
}

export const galleryEvents = (count: number, now: number): object[] =>
  Array.from({ length: count }, (_, at) => eventsOf(at, now)).flat();

const spans = [
  { days: EVERY_DAY, from: "00:00", to: "12:00" },
  { days: EVERY_DAY, from: "12:00", to: "00:00" },
];
const HEADS = { pick: 6, pack: 4, check: 2 } as const;

/** As many people as the floor has, day and night. */
export const galleryPlan = () => ({
  heads: Object.entries(HEADS).flatMap(([process, heads]) =>
    spans.map((span) => ({ process, ...span, heads })),
  ),
  breaks: [{ days: EVERY_DAY, from: "04:00", to: "04:30", share: 0.5 }],
});
