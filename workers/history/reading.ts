/** Reading all orders of a site in pieces: the first time, after the log was gone, in another generation of numbers, and to measure them anew. Where it stands is kept with the checkpoint. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { MeasuredAhead } from "../../history/measuring.ts";
import type { Projector } from "../../history/project.ts";
import type { Checkpoint, ReadOrder, Stretch } from "../../history/stretch.ts";
import type { Send } from "../redis.ts";
import type { createNext, Measure } from "./ahead.ts";

const SCAN_COUNT = "500";
const CHUNK = 250;

/** `lost`: what is not there any more is looked for after the scan. */
type Reading = { how: "scan" | "scan-lost" | "lost" | "measure"; at: string };
export type Write = (
  stretch: Omit<Stretch, "site" | "from">,
  measured?: Promise<MeasuredAhead | null>,
) => Promise<void>;
/** `next`: where the one after it begins; null after the last */
export type Piece = {
  orders: ReadOrder[];
  next: string | null;
  measured: Promise<MeasuredAhead | null>;
};
type Desk = {
  site: string;
  send: Send;
  projector: Projector;
  write: Write;
  measure: Measure;
  pieces: ReturnType<typeof createNext<Piece>>;
};

export const readingFrom = (how: Reading["how"]): string =>
  encodeReading({ how, at: how === "measure" || how === "lost" ? "" : "0" });

const encodeReading = ({ how, at }: Reading): string => `${how}:${at}`;

function decodeReading(text: string): Reading {
  const cut = text.indexOf(":");
  return { how: text.slice(0, cut) as Reading["how"], at: text.slice(cut + 1) };
}

/** Orders as they stand in the live store; null for those that are not there. */
export async function readOrders(
  send: Send,
  site: string,
  ids: readonly string[],
): Promise<ReadOrder[]> {
  const { orders } = keysOf(site);
  const read: ReadOrder[] = [];
  for (let first = 0; first < ids.length; first += CHUNK) {
    const some = ids.slice(first, first + CHUNK);
    const texts = await send<(string | null)[]>("HMGET", orders, ...some);
    some.forEach((id, place) => read.push({ id, text: texts[place] ?? null }));
  }
  return read;
}

async function takePiece(
  { pieces }: Desk,
  place: string,
  read: (place: string) => Promise<Piece>,
): Promise<Piece> {
  return (await pieces.take(place, read, ({ next }) => next)) ?? read(place);
}

async function readScan({ site, send, measure }: Desk, place: string): Promise<Piece> {
  const { how, at } = decodeReading(place);
  const { orders } = keysOf(site);
  const [cursor, fields] = await send<[string, string[]]>("HSCAN", orders, at, "COUNT", SCAN_COUNT);
  const read: ReadOrder[] = [];
  for (let field = 0; field + 1 < fields.length; field += 2)
    read.push({ id: fields[field] ?? "", text: fields[field + 1] ?? null });
  const next = cursor === "0" ? null : encodeReading({ how, at: cursor });
  return { orders: read, next, measured: measure(read, true) };
}

async function scanOn(desk: Desk, stands: Checkpoint, reading: Reading): Promise<void> {
  const read = (place: string) => readScan(desk, place);
  const { orders, next, measured } = await takePiece(desk, encodeReading(reading), read);
  const end = reading.how === "scan-lost" ? readingFrom("lost") : null;
  await desk.write({ to: stands, orders, backfill: next ?? end }, measured);
}

/** Orders that other generations left here: still there, or lost there too. */
async function lookForLost(
  { site, send, projector, write }: Desk,
  stands: Checkpoint,
  { at }: Reading,
): Promise<void> {
  const kept = await projector.keptOrders(site, at, stands.epoch);
  const last = kept.at(-1)?.id;
  const ids = kept.map(({ id }) => id);
  const orders = await readOrders(send, site, ids);
  const backfill = last === undefined ? null : encodeReading({ how: "lost", at: last });
  await write({ to: stands, orders, isReconciling: true, backfill });
}

async function readKept({ site, projector, measure }: Desk, place: string): Promise<Piece> {
  const orders = await projector.keptOrders(site, decodeReading(place).at);
  const last = orders.at(-1)?.id;
  const next = last === undefined ? null : encodeReading({ how: "measure", at: last });
  return { orders, next, measured: measure(orders, true) };
}

async function measureOn(desk: Desk, stands: Checkpoint, reading: Reading): Promise<void> {
  const read = (place: string) => readKept(desk, place);
  const { orders, next, measured } = await takePiece(desk, encodeReading(reading), read);
  await desk.write({ to: stands, orders, isRemeasuring: true, backfill: next }, measured);
}

/** The next piece. */
export function readOn(desk: Desk, stands: Checkpoint, text: string): Promise<void> {
  const reading = decodeReading(text);
  if (reading.how === "measure") return measureOn(desk, stands, reading);
  if (reading.how === "lost") return lookForLost(desk, stands, reading);
  return scanOn(desk, stands, reading);
}
