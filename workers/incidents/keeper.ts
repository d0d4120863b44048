/**
 * Keeps a site's incidents: looks at everything its forecaster holds, finds the causes of trouble and hands them to the site's worker, which compares them with the incidents as they
 * stand. Holds nothing of its own that matters: whoever takes over looks at once and finds what there is.
 */
import { keysOf } from "../../domain/contract/keys.ts";
import type { DeadLetter } from "../../domain/contract/stored.ts";
import { detect } from "../../domain/incidents/detect.ts";
import type { DeadCount, Detection, OpenCause } from "../../domain/incidents/detection.ts";
import { decodeHabits, encodeHabits, noteHabits } from "../../domain/incidents/habits.ts";
import { isOpenIncident } from "../../domain/incidents/incident.ts";
import type { Rulebook } from "../../domain/incidents/rulebook.ts";
import { readRows } from "../forecast/order-reader.ts";
import type { Desk, Room } from "../forecast/room.ts";
import type { Send } from "../redis.ts";
import { createIncidentReader } from "../store/incident-reader.ts";
import { isLookDue, nothingWatched } from "./stir.ts";
import { sceneOf } from "./scene.ts";

/** More dead letters than that are counted by some of them. */
const MOST_LETTERS = 2_000;

export type KeeperDeps = {
  site: string;
  send: Send;
  rulebook: () => Promise<Rulebook>;
  keep: (detections: readonly Detection[]) => Promise<boolean>;
};

const isLetter = (text: string): boolean => text.startsWith("{");

/** By cause; of many, in proportion. */
export function countDead(texts: readonly string[], all: number): DeadCount[] {
  const counts = new Map<string, DeadCount>();
  const letters = texts.filter(isLetter).map((text) => JSON.parse(text) as DeadLetter);
  const share = letters.length === 0 ? 1 : all / letters.length;
  for (const { cause, at } of letters) {
    const known = counts.get(cause.code) ?? { code: cause.code, count: 0, newestAt: 0 };
    known.count += 1;
    known.newestAt = Math.max(known.newestAt, at);
    counts.set(cause.code, known);
  }
  return [...counts.values()].map((one) => ({ ...one, count: Math.round(one.count * share) }));
}

export function createIncidentKeeper({ site, send, rulebook, keep }: KeeperDeps) {
  const keys = keysOf(site);
  const reader = createIncidentReader(site, send);

  async function readDead(count: number): Promise<DeadCount[]> {
    if (count === 0) return [];
    const texts =
      count <= MOST_LETTERS
        ? await send<string[]>("HVALS", keys.dead)
        : await send<string[]>("HRANDFIELD", keys.dead, String(MOST_LETTERS), "WITHVALUES");
    return countDead(texts.flat(), count);
  }

  async function readOpen(book: Rulebook): Promise<OpenCause[]> {
    const { known, members } = await reader.start(book, { all: true, withoutOrders: true });
    return [...known.values()].filter(isOpenIncident).map(({ id, kind, cause, attributes }) => ({
      kind,
      cause,
      attributes,
      members: new Set(members.get(id)),
    }));
  }

  async function look(room: Room, at: Desk): Promise<void> {
    const began = performance.now();
    const { watched } = room;
    Object.assign(watched, { lookedAt: at.now, isStirred: false, troubles: [] });
    const book = await rulebook();
    const [dead, open] = await Promise.all([readDead(watched.dead), readOpen(book)]);
    const detections = detect(sceneOf(room, at, book, { dead, open }));
    noteHabits(watched.habits, at.plan.site.timeZone, detections, at.now);
    // refused: the next look finds it again, soon
    if (!(await keep(detections))) watched.isStirred = true;
    watched.tookMs = performance.now() - began;
  }

  return {
    /** Reads what the looks need besides the orders. */
    begin: async (room: Room, now: number): Promise<void> => {
      room.watched = nothingWatched();
      const [dead, habits] = await Promise.all([
        send<number>("HLEN", keys.dead),
        send<string | null>("GET", keys.incidentHabits),
      ]);
      room.watched.dead = dead;
      room.watched.habits = decodeHabits(habits, now);
      for await (const rows of readRows(send, site, [...room.held.keys()]))
        for (const row of rows) room.watched.rows.set(row.id, row);
    },
    step: async (room: Room, at: Desk): Promise<void> => {
      if (isLookDue(room.watched, at.now)) await look(room, at);
    },
    save: async (room: Room): Promise<void> => {
      await send("SET", keys.incidentHabits, encodeHabits(room.watched.habits));
    },
  };
}
export type IncidentKeeper = ReturnType<typeof createIncidentKeeper>;
