/** A feed: what an adapter makes of somebody's files. Events are in the wire form of `POST /api/v1/events`, oldest first. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Temporal } from "temporal-polyfill";
import { INSTANT_FIELDS, wireDataSchemas, type EventEnvelope } from "../../domain/event.ts";

export type WireEvent = EventEnvelope & { data: Record<string, unknown> };
export type Feed = {
  format: string;
  orders: number;
  events: WireEvent[];
  /** the files it was made of */
  read: readonly string[];
  /** what whoever feeds it should know of what was not there or not read */
  notes?: readonly string[];
};

export type FeedOptions = {
  site: string;
  /** IANA zone of wall-clock times in the files; each format has its own default */
  zone?: string;
};

/** A mistake of the person who typed the command or made the file; shown without a stack. */
export class UsageError extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** What every gzip file begins with, whatever it is called. */
const GZIP = Buffer.from([0x1f, 0x8b]);

function unpacked(bytes: Buffer, path: string): Buffer {
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new UsageError(`${path} cannot be unpacked: ${(cause as Error).message}`);
  }
}

/** Text of a file, unpacked when it is gzipped, without its byte order mark. @throws UsageError for one that cannot be read as text: a letter that is guessed would be kept for good */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new UsageError(`${path} cannot be read: ${cause.message}`);
  });
  const content = unpacked(bytes, path);
  try {
    return utf8.decode(content);
  } catch {
    throw new UsageError(`${path} is not UTF-8: save it as UTF-8 (CSV UTF-8) and try again`);
  }
}

/** Files of a folder, or the one file that was named together with its neighbors (a CSV export is a folder of files). */
export async function filesAt(path: string): Promise<{ chosen: string[]; near: string[] }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${path}: no such file or folder`);
  const folder = found.isDirectory() ? path : join(path, "..");
  const near = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .toSorted();
  return { chosen: found.isDirectory() ? near : [path], near };
}

/** @throws UsageError for a zone that is none */
export function checkZone(zone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch {
    throw new UsageError(`--zone ${zone}: no such time zone; they are like America/Sao_Paulo`);
  }
}

/** Whether it is a wall-clock time without offset that exists. */
export function isWallTime(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text.replace(" ", "T"));
    return true;
  } catch {
    return false;
  }
}

const isoOf = (instant: Temporal.Instant): string =>
  instant.toString({ fractionalSecondDigits: 3 });

/** A wall-clock time without offset, in `zone`, as RFC 3339 in UTC. */
export function instantOf(local: string, zone: string): string {
  const wall = Temporal.PlainDateTime.from(local.replace(" ", "T"));
  return isoOf(wall.toZonedDateTime(zone).toInstant());
}

const OFFSET = /(Z|[+-]\d\d:?\d\d)$/i;

/** A time with its offset, or without one in `zone`, as RFC 3339 in UTC; undefined for what is neither, or has no zone to be in. */
export function anyInstant(text: string, zone: string | undefined): string | undefined {
  try {
    if (OFFSET.test(text)) return isoOf(Temporal.Instant.from(text));
    return zone === undefined ? undefined : instantOf(text, zone);
  } catch {
    return undefined;
  }
}

export function byTime(a: WireEvent, b: WireEvent): number {
  return a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0;
}

type Fields = Readonly<Record<string, unknown>>;
type Move = (instant: string) => string;

const SCHEMAS: Readonly<Record<string, { properties: object }>> = wireDataSchemas;
/** A field of the same name in another type is the sender's own. */
const instantsOf = (type: unknown): readonly string[] => {
  const { properties } = SCHEMAS[String(type)] ?? { properties: {} };
  return INSTANT_FIELDS.filter((field) => Object.hasOwn(properties, field));
};

function movedIn(data: Fields, fields: readonly string[], move: Move): Record<string, unknown> {
  const moved: Record<string, unknown> = { ...data };
  for (const field of fields) {
    const value = data[field];
    if (typeof value === "string") moved[field] = move(value);
  }
  return moved;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A correction has the times of what it puts in place. */
function movedData({ type, data }: Pick<WireEvent, "type" | "data">, move: Move) {
  const moved = movedIn(data, instantsOf(type), move);
  const { replacement } = moved;
  if (type !== "event.corrected" || !isFields(replacement)) return moved;
  const { data: inner, type: other } = replacement;
  const fields = other === undefined ? INSTANT_FIELDS : instantsOf(other);
  const put = movedIn(replacement, ["occurredAt"], move);
  return {
    ...moved,
    replacement: isFields(inner) ? { ...put, data: movedIn(inner, fields, move) } : put,
  };
}

/** Moves every instant of every event so that the last one happens at `end`; what is none is left to the door. */
export function shiftToEnd(events: readonly WireEvent[], end: number): WireEvent[] {
  const last = events.reduce((latest, event) => Math.max(latest, Date.parse(event.occurredAt)), 0);
  const move: Move = (text) => {
    const instant = anyInstant(text, undefined);
    return instant === undefined ? text : new Date(Date.parse(instant) + end - last).toISOString();
  };
  return events.map((event) => ({
    ...event,
    occurredAt: move(event.occurredAt),
    data: movedData(event, move),
  }));
}
