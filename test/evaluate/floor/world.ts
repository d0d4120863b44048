/**
 * One site of the reference scenario as columns of numbers: what the floor told, in the order in which it was told, and what became of each order. Made by the
 * simulator once and kept in a folder for temporary files, under a name that changes with the simulator's code.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventEnvelope } from "../../../domain/event.ts";
import type { Site } from "../../../domain/site.ts";
import { createFeed } from "../../../simulator/feed.ts";
import { type Preset, presetNamed, type Profile } from "../../../simulator/presets.ts";
import { referenceSite } from "../../../simulator/sites.ts";

/** Monday; the scenario's 63 days hold no clock change. */
export const STARTS_AT = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const FLOOR_EVENTS = [
  "order.received",
  "order.backordered",
  "order.allocated",
  "order.released",
  "pick.started",
  "pick.completed",
  "pack.started",
  "pack.completed",
  "check.started",
  "check.passed",
  "check.failed",
  "parcel.staged",
  "order.cancelled",
] as const;
export type FloorEvent = (typeof FLOOR_EVENTS)[number];

/** One entry an order; `deadline` is its ship-by, epoch ms. */
export type FloorOrder = {
  id: string;
  receivedAt: number;
  shipBy: number;
  carrier: string;
  zone: string;
  lines: number;
};

/** `value`: expected end of a back-order, or 1 when a failed check sends the order back to picking. */
export type World = {
  site: Site;
  profile: Profile;
  orders: FloorOrder[];
  toldAt: Float64Array;
  occurredAt: Float64Array;
  type: Float64Array;
  order: Float64Array;
  value: Float64Array;
};

type Rows = { columns: number[][]; orders: FloorOrder[]; index: Map<string, number> };

const zoneOf = (lines: { zone?: string }[]): string => lines[0]?.zone ?? "";

function addOrder(rows: Rows, event: EventEnvelope): void {
  const { carrier, shipBy, lines } = event.data as {
    carrier: string;
    shipBy: string;
    lines: { zone?: string }[];
  };
  rows.index.set(event.orderId ?? "", rows.orders.length);
  rows.orders.push({
    id: event.orderId ?? "",
    receivedAt: Date.parse(String(event.occurredAt)),
    shipBy: Date.parse(shipBy),
    carrier,
    zone: zoneOf(lines),
    lines: lines.length,
  });
}

function valueOf({ type, data }: EventEnvelope): number {
  const told = data as { expectedAt?: string; to?: string };
  if (type === "order.backordered") return Date.parse(told.expectedAt ?? "");
  return told.to === "picking" ? 1 : 0;
}

function addEvent(rows: Rows, event: EventEnvelope, toldAt: number): void {
  const type = FLOOR_EVENTS.findIndex((known) => known === event.type);
  if (type === -1) return;
  if (type === 0) addOrder(rows, event);
  const order = rows.index.get(event.orderId ?? "");
  if (order === undefined) return;
  const row = [toldAt, Date.parse(String(event.occurredAt)), type, order, valueOf(event)];
  row.forEach((value, column) => rows.columns[column]?.push(value));
}

function simulate(preset: Preset, seed: number, days: number): Rows {
  const rows: Rows = { columns: [[], [], [], [], []], orders: [], index: new Map() };
  const sites = preset.profiles.map(referenceSite);
  const feed = createFeed({ preset, seed, sites, startsAt: STARTS_AT });
  for (let at = STARTS_AT; at < STARTS_AT + (days + 1) * DAY; at += HOUR) {
    for (const { event, reportAt } of feed.until(at + HOUR)) addEvent(rows, event, reportAt);
  }
  return rows;
}

/** Another simulator makes another world. */
function codeHash(): string {
  const folder = join(import.meta.dirname, "../../../simulator");
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 12);
}

function store(path: string, rows: Rows): void {
  const head = Buffer.from(JSON.stringify(rows.orders));
  const count = rows.columns[0]?.length ?? 0;
  const sizes = Buffer.from(Float64Array.of(head.length, count).buffer);
  const columns = rows.columns.map((column) => Buffer.from(Float64Array.from(column).buffer));
  // two runs that make the same world at a time each finish their own
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, Buffer.concat([sizes, head, ...columns]));
  renameSync(part, path);
}

function load(path: string): Omit<World, "site" | "profile"> {
  const bytes = readFileSync(path);
  const [headLength = 0, count = 0] = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 16),
  );
  const orders = JSON.parse(bytes.subarray(16, 16 + headLength).toString()) as FloorOrder[];
  const column = (index: number): Float64Array => {
    const from = bytes.byteOffset + 16 + headLength + index * count * 8;
    return new Float64Array(bytes.buffer.slice(from, from + count * 8));
  };
  return {
    orders,
    toldAt: column(0),
    occurredAt: column(1),
    type: column(2),
    order: column(3),
    value: column(4),
  };
}

function profileOf(index: number): { preset: Preset; profile: Profile } {
  const preset = presetNamed("r1");
  const profile = preset?.profiles[index];
  if (preset === undefined || profile === undefined) throw new RangeError(`no site ${index} in r1`);
  return { preset: { ...preset, profiles: [profile] }, profile };
}

/** The site with that index (0 to 5) of the scenario, simulated now. */
export function simulatedWorld(index: number, seed: number, days: number): World {
  const { preset, profile } = profileOf(index);
  const { orders, columns } = simulate(preset, seed, days);
  const [toldAt, occurredAt, type, order, value] = columns.map((column) =>
    Float64Array.from(column),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return { site: referenceSite(profile), profile, orders, toldAt, occurredAt, type, order, value };
}

/** The same, kept for the next time. */
export function worldOf(index: number, seed: number, days: number): World {
  const { preset, profile } = profileOf(index);
  const folder = join(tmpdir(), "control-tower-evaluate");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `r1-${codeHash()}-${profile.site.id}-${seed}-${days}.bin`);
  if (!existsSync(path)) store(path, simulate(preset, seed, days));
  return { site: referenceSite(profile), profile, ...load(path) };
}
