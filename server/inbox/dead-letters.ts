/** The events that could not be applied: shown with their cause, and sent again. */
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { DeadLetter } from "../../domain/contract/stored.ts";
import { noSuchCursor } from "../cursor.ts";
import type { DeadLetterPage } from "../decorators.ts";
import type { RedisClient } from "../redis.ts";
import type { AppendRequest, EntryOutcome } from "./append.ts";

type Deps = {
  client: RedisClient;
  append: (site: string, request: AppendRequest) => Promise<EntryOutcome[]>;
};

const newestFirst = (a: DeadLetter, b: DeadLetter): number => b.at - a.at || (a.id < b.id ? -1 : 1);

const cursorOf = ({ at, id }: DeadLetter): string => `${at}:${id}`;

type Place = Pick<DeadLetter, "at" | "id">;

function placeOf(cursor: string): Place {
  const [, at, id] = /^(\d{1,15}):(.+)$/s.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw noSuchCursor();
  return { at: Number(at), id };
}

const isAfter = (letter: DeadLetter, { at, id }: Place): boolean =>
  letter.at < at || (letter.at === at && letter.id > id);

/** What goes back into the inbox: null for a letter about a stored order, of which there is no event to send. */
const entryOf = ({ id, event, hash, sealed }: DeadLetter): InboxEvent | null =>
  event === undefined || hash === undefined
    ? null
    : { event, hash, ...(sealed !== undefined && { sealed }), replayOf: id };

export function createDeadLetters({ client, append }: Deps) {
  const read = (text: string): DeadLetter => JSON.parse(text) as DeadLetter;

  async function page(
    site: string,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<DeadLetterPage> {
    const texts = await client.hVals(keysOf(site).dead);
    const all = texts.map(read).toSorted(newestFirst);
    const after = cursor === undefined ? null : placeOf(cursor);
    const rest = after === null ? all : all.filter((letter) => isAfter(letter, after));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rest.length > limit && last !== undefined ? cursorOf(last) : null };
  }

  /** Sends them through the inbox again. Twice is harmless: the order's own ids guard. The letter goes when the event has come through. */
  async function replay(site: string, ids: string[]) {
    const distinct = [...new Set(ids)];
    if (distinct.length === 0) return { replayed: [], missing: [] };
    const texts = await client.hmGet(keysOf(site).dead, distinct);
    const entries = texts.flatMap((text) => (text == null ? [] : (entryOf(read(text)) ?? [])));
    await append(site, { how: "some", entries });
    const replayed = entries.flatMap(({ replayOf }) => replayOf ?? []);
    const known = new Set(replayed);
    return { replayed, missing: distinct.filter((id) => !known.has(id)) };
  }

  return { page, replay };
}
