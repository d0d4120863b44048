/** Reading all orders of a site in pieces: the first time, after the log was gone, in another generation of numbers, and to measure them anew. Where it stands is kept with the checkpoint. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Projector } from "../../history/project.ts";
import type { Checkpoint, ReadOrder, Stretch } from "../../history/stretch.ts";
import type { Send } from "../redis.ts";

const SCAN_COUNT = "500";
const CHUNK = 250;

/** `lost`: what is not there any more is looked for after the scan. */
type Reading = { how: "scan" | "scan-lost" | "lost" | "measure"; at: string };
export type Write = (stretch: Omit<Stretch, "site" | "from">) => Promise<void>;
type Desk = { site: string; send: Send; projector: Projector; write: Write };

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

async function scanOn(
  { site, send, write }: Desk,
  stands: Checkpoint,
  { how, at }: Reading,
): Promise<void> {
  const { orders } = keysOf(site);
  const [next, fields] = await send<[string, string[]]>("HSCAN", orders, at, "COUNT", SCAN_COUNT);
  const read: ReadOrder[] = [];
  for (let place = 0; place + 1 < fields.length; place += 2)
    read.push({ id: fields[place] ?? "", text: fields[place + 1] ?? null });
  const end = how === "scan-lost" ? readingFrom("lost") : null;
  const backfill = next === "0" ? end : encodeReading({ how, at: next });
  await write({ to: stands, orders: read, backfill });
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

async function measureOn(
  { site, projector, write }: Desk,
  stands: Checkpoint,
  { at }: Reading,
): Promise<void> {
  const orders = await projector.keptOrders(site, at);
  const last = orders.at(-1)?.id;
  const backfill = last === undefined ? null : encodeReading({ how: "measure", at: last });
  await write({ to: stands, orders, isRemeasuring: true, backfill });
}

/** The next piece. */
export function readOn(desk: Desk, stands: Checkpoint, text: string): Promise<void> {
  const reading = decodeReading(text);
  if (reading.how === "measure") return measureOn(desk, stands, reading);
  if (reading.how === "lost") return lookForLost(desk, stands, reading);
  return scanOn(desk, stands, reading);
}
