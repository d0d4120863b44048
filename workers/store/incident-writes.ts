/** What a turn decided about incidents, as writes of its commit. Pure. */
import type { SiteKeys } from "../../domain/contract/keys.ts";
import { encodeOutboxEntry } from "../../domain/contract/webhooks.ts";
import { encodeCall } from "../../domain/incidents/call.ts";
import { isOpenIncident, nextMomentOf } from "../../domain/incidents/incident.ts";
import type { IncidentPart } from "../../domain/turn/incident-part.ts";
import type { Write } from "./collect-writes.ts";

const pairs = <T>(map: ReadonlyMap<string, T>, textOf: (value: T) => string): string[] =>
  [...map].flatMap(([field, value]) => [field, textOf(value)]);
const scores = (map: ReadonlyMap<string, number>): string[] =>
  [...map].flatMap(([id, score]) => [String(score), id]);

/** Present values and names of those that are gone. */
function split<T>(entries: Iterable<readonly [string, T | null]>): [Map<string, T>, string[]] {
  const present = new Map<string, T>();
  const gone: string[] = [];
  for (const [id, value] of entries)
    if (value === null) gone.push(id);
    else present.set(id, value);
  return [present, gone];
}

function writeMoments({ changed, notDue: held }: IncidentPart, keys: SiteKeys, write: Write): void {
  const all = [...changed.values()];
  const moments = new Map(all.map((one) => [one.id, nextMomentOf(one)]));
  const [due, notDue] = split([...moments, ...held]);
  write("ZADD", keys.incidentDue, scores(due));
  write("ZREM", keys.incidentDue, notDue);
  const closings = all.map(
    (one) => [one.id, isOpenIncident(one) ? null : (one.resolution?.at ?? 0)] as const,
  );
  const [closed, open] = split(closings);
  write("ZADD", keys.incidentClosings, scores(closed));
  write("ZREM", keys.incidentClosings, open);
}

export function writeIncidents(part: IncidentPart, keys: SiteKeys, write: Write): void {
  const [belongs, free] = split(part.belongs);
  write("HSET", keys.incidents, pairs(part.changed, JSON.stringify));
  write("HSET", keys.incidentMembers, pairs(part.members, JSON.stringify));
  write("HSET", keys.incidentCauses, pairs(part.causes, String));
  write("HSET", keys.orderIncidents, pairs(belongs, String));
  write("HDEL", keys.orderIncidents, free);
  writeMoments(part, keys, write);
  write("ZADD", keys.incidentOpenings, scores(part.openings));
  write("HSET", keys.incidentFates, pairs(part.fates, JSON.stringify));
  write("EMIT", keys.annunciations, part.calls.map(encodeCall));
  write("EMIT", keys.outbox, [
    ...part.effects.map((effect) => encodeOutboxEntry({ effect })),
    ...part.notices.map((notice) => encodeOutboxEntry({ notice })),
  ]);
  if (part.number !== null) write("SET", keys.incidentNumber, [String(part.number)]);
  if (part.floods !== null) write("SET", keys.floods, [JSON.stringify(part.floods)]);
  if (part.firings !== null)
    write("SET", keys.firings, [`${part.firings.second}|${part.firings.count}`]);
}
