/** Which sources of a site are silent now, by when each was heard last; and which orders that concerns. */
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import type { SiteFact } from "../../domain/contract/stored.ts";
import { resume, silencesOf, type Silence } from "../../domain/silence.ts";
import { sourceOf } from "../../domain/silence/depends.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import type { Send } from "../redis.ts";
import type { Desk, Room } from "./room.ts";

/** Without a canary as young as this, silence may be the tower's own: then nothing is concluded. */
const LISTENING_MS = 30_000;
/** Without one for so long, the tower could not hear. */
const DEAF_MS = MINUTE_MS;

/** A hash as Redis tells it: names and values by turns, or by name. */
type Hash = readonly string[] | Readonly<Record<string, string>>;
const isList = (answer: Hash): answer is readonly string[] => Array.isArray(answer);

function pairsOf(answer: Hash): [string, string][] {
  if (!isList(answer)) return Object.entries(answer);
  const pairs: [string, string][] = [];
  for (let place = 0; place + 1 < answer.length; place += 2)
    pairs.push([answer[place] ?? "", answer[place + 1] ?? ""]);
  return pairs;
}

const readHash = async (send: Send, key: string): Promise<[string, string][]> =>
  pairsOf(await send<Hash>("HGETALL", key));

export async function readFacts(send: Send, key: string): Promise<Map<string, SiteFact>> {
  const facts = await readHash(send, key);
  return new Map(facts.map(([name, text]) => [name, JSON.parse(text) as SiteFact]));
}

const isSame = (a: Silence | undefined, b: Silence | undefined): boolean =>
  a?.since === b?.since && a?.name === b?.name;

/** The orders that depend on a source of which something else is known now are looked at again. */
function noteChanged(room: Room, next: Map<string, Silence>, at: Desk): boolean {
  const names = new Set([...room.silent.keys(), ...next.keys()]);
  const changed = new Set(
    [...names].filter((source) => !isSame(room.silent.get(source), next.get(source))),
  );
  room.silent = next;
  if (changed.size === 0) return false;
  room.watched.isStirred = true;
  for (const { id, watch } of room.held.values()) {
    const source = sourceOf(watch.dependence, room.model.tellers, at.plan.site);
    if (source !== null && changed.has(source)) room.toSee.add(id);
  }
  return true;
}

/** True when a source fell silent, or one that was silent spoke. */
export async function listen(room: Room, send: Send, key: string, at: Desk): Promise<boolean> {
  const told = await readHash(send, key);
  const heard = new Map(told.map(([source, ms]) => [source, Number(ms)]));
  const canaryAt = heard.get(CANARY_SOURCE);
  if (canaryAt === undefined || at.now - canaryAt > LISTENING_MS) return false;
  const { model } = room;
  if (canaryAt - (model.listenedAt ?? canaryAt) > DEAF_MS) resume(model.voices, canaryAt);
  model.listenedAt = canaryAt;
  const silences = silencesOf(model.voices, at.plan.site, heard, at.now);
  return noteChanged(room, new Map(silences.map((one) => [one.source, one])), at);
}
