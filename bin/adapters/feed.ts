/** A feed: what an adapter makes of somebody's files. Events are in the wire form of `POST /api/v1/events`, oldest first. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Temporal } from "temporal-polyfill";
import type { EventEnvelope } from "../../domain/event.ts";

export type WireEvent = EventEnvelope & { data: Record<string, unknown> };
export type Feed = { format: string; orders: number; events: WireEvent[] };

export type FeedOptions = {
  site: string;
  /** IANA zone of wall-clock times in the files; each format has its own default */
  zone?: string;
};

/** A mistake of the person who typed the command or made the file; shown without a stack. */
export class UsageError extends Error {}

/** Text of a file, unpacked when its name ends in `.gz`. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Files of a folder, or the one file that was named together with its neighbors (a CSV export is a folder of files). */
export async function filesAt(path: string): Promise<{ chosen: string[]; near: string[] }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${path}: no such file or folder`);
  const folder = found.isDirectory() ? path : join(path, "..");
  const near = (await readdir(folder)).toSorted().map((name) => join(folder, name));
  return { chosen: found.isDirectory() ? near : [path], near };
}

/** A wall-clock time without offset, in `zone`, as RFC 3339 in UTC. */
export function instantOf(local: string, zone: string): string {
  const wall = Temporal.PlainDateTime.from(local.replace(" ", "T"));
  return wall.toZonedDateTime(zone).toInstant().toString({ fractionalSecondDigits: 3 });
}

export function byTime(a: WireEvent, b: WireEvent): number {
  return a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0;
}

const INSTANTS = ["placedAt", "shipBy", "deliverBy", "expectedAt", "until", "eta"] as const;

/** Moves every instant of every event so that the last one happens at `end`. */
export function shiftToEnd(events: readonly WireEvent[], end: number): WireEvent[] {
  const last = events.reduce((latest, event) => Math.max(latest, Date.parse(event.occurredAt)), 0);
  const move = (instant: string): string =>
    new Date(Date.parse(instant) + end - last).toISOString();
  return events.map((event) => {
    const data = { ...event.data };
    const fields = event.type.startsWith("pickup.") ? [...INSTANTS, "at"] : INSTANTS;
    for (const field of fields) {
      const value = data[field];
      if (typeof value === "string") data[field] = move(value);
    }
    return { ...event, occurredAt: move(event.occurredAt), data };
  });
}
