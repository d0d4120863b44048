/** Which incidents fell due, what was fired in this second, and who acted in time but was not heard yet. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import type { Send } from "../redis.ts";
import { entryOf } from "./reader.ts";

/** Inbox entries looked at in one command. */
const PAGE = 1_000;
/** Inbox entries that are looked through for actions: 20,000. More wait only where events come far faster than they are applied. */
const MOST_PAGES = 20;
/** Spares decoding what is none: the text of an event's type. */
const ACTION_MARK = '"type":"incident.';

export type DueIncident = { id: string; at: number };

export function createDueReader(site: string, send: Send) {
  const keys = keysOf(site);

  /** The earliest first; `from` as Redis spells the lower end. */
  async function readDue(from: string, until: number, count: number): Promise<DueIncident[]> {
    if (count <= 0) return [];
    const range = [from, String(until), "WITHSCORES", "LIMIT", "0", String(count)];
    const found = await send<string[]>("ZRANGEBYSCORE", keys.incidentDue, ...range);
    const flat = found.flat();
    return flat.flatMap((id, place) =>
      place % 2 === 0 ? [{ id: String(id), at: Number(flat[place + 1]) }] : [],
    );
  }

  /** Actions on incidents that wait in the inbox after `cursor`, as far as it is looked through. */
  async function readActions(cursor: string): Promise<InboxEntry[]> {
    const found: InboxEntry[] = [];
    let after = cursor;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const range = [`(${after}`, "+", "COUNT", String(PAGE)];
      const page = await send<[string, string[]][]>("XRANGE", keys.inbox, ...range);
      const actions = page.filter(([, fields]) => fields[1]?.includes(ACTION_MARK));
      found.push(...actions.map(entryOf));
      const last = page.at(-1)?.[0];
      if (last === undefined || page.length < PAGE) break;
      after = last;
    }
    return found;
  }

  async function readFirings(): Promise<{ second: number; count: number }> {
    const text = (await send<string | null>("GET", keys.firings)) ?? "0|0";
    const [second, count] = text.split("|");
    return { second: Number(second), count: Number(count) };
  }

  return { readDue, readActions, readFirings };
}
