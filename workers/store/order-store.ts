/**
 * Everything of one site that a turn reads and writes. What it keeps in memory between turns holds only as long as its own commits follow one another:
 * any refusal or broken connection drops it.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { keysOf } from "../../domain/contract/keys.ts";
import type { SealedFields } from "../../domain/contract/order-record.ts";
import { factKey } from "../../domain/turn/inbox-turn.ts";
import type { OrderView } from "../../domain/turn/order-view.ts";
import type { Rules } from "../../domain/turn/rules.ts";
import type { InboxEntry, Turn } from "../../domain/turn/turn.ts";
import { type Send, createScript } from "../redis.ts";
import { type Caution, decodeCaution } from "./caution.ts";
import { createOpener } from "./opener.ts";
import { createOwnCommits } from "./own-commits.ts";
import type { Leaving } from "../incidents/retention.ts";
import { createIncidentReader } from "./incident-reader.ts";
import { type Numbered, type Reader, type Standing, createReader } from "./reader.ts";
import type { Views } from "./views.ts";
import { type EncodedTurn, encodeForgetting, encodeLeaving, encodeTurn } from "./writes.ts";

export const commitLua = readFileSync(new URL("commit.lua", import.meta.url), "utf8");

type Deps = { site: string; send: Send; rules: Rules; views: Views; lua?: string };
export type OrderStore = ReturnType<typeof createOrderStore>;

/** The position after `position`: everything before it may go. */
const afterPosition = (position: string): string => {
  const [ms = "0", number = "0"] = position.split("-");
  return `${ms}-${Number(number) + 1}`;
};

/** The orders in memory as this turn left them, and which incident they stand in. */
function keepViews(views: Views, { givenUp, views: written, outlooks, incidents }: Turn): void {
  views.forget(givenUp);
  views.keep(written.values());
  for (const [id, outlook] of outlooks) {
    const view = views.get(id);
    if (view !== undefined) views.keep([{ ...view, outlook: outlook ?? undefined }]);
  }
  for (const [id, incident] of incidents.belongs) {
    const view = views.get(id);
    if (view === undefined) continue;
    const row = incidents.rows.get(id) ?? view.row;
    views.keep([{ ...view, incident: incident ?? undefined, row }]);
  }
}

type Script = (keys: string[], args: string[]) => Promise<unknown>;

/** Runs the script; false, and `drop` is called, when it refuses. When nobody knows whether it wrote, `drop` is called too and it rejects. */
const createHand =
  (script: Script, drop: () => void) =>
  async (at: Standing, { keys, change, writes }: EncodedTurn, cursor: string): Promise<boolean> => {
    const trim = cursor === at.cursor ? "" : afterPosition(cursor);
    const expected = [at.cursor, String(at.seq), at.epoch, randomUUID(), cursor, trim];
    try {
      const reply = (await script(keys, [...expected, change, ...writes])) as string[];
      if (reply[0] === "ok") return true;
    } catch (error) {
      // It may have been written or not; the comparison of the next turn finds out.
      drop();
      throw error;
    }
    drop();
    return false;
  };

export function createOrderStore({ site, send, rules, views, lua = commitLua }: Deps) {
  const keys = keysOf(site);
  const reader = createReader(site, send);
  const own = createOwnCommits();
  let standing: Standing | null = null;

  const begin = async (): Promise<Standing> => (standing ??= await reader.readStanding());

  function drop(): void {
    standing = null;
    views.clear();
  }

  const hand = createHand(createScript(send, lua), drop);

  /** Reads what is not in memory. */
  const fetch = (ids: readonly string[], more?: Parameters<Reader["fetch"]>[1]) => {
    const missing = ids.filter((id) => views.get(id) === undefined);
    return reader.fetch(missing, more);
  };

  /** True when it was written; false when somebody else had a turn in between: nothing was written then, and everything must be read again. */
  async function commit(
    at: Standing,
    turn: Turn,
    personal: ReadonlyMap<string, SealedFields[]> = new Map(),
    triesToClear: string[] = [],
  ): Promise<boolean> {
    const { cursor, dead, waiting } = turn.change;
    const encoded = encodeTurn(turn, keys, at.seq + 1, { dead: at.dead, personal, triesToClear });
    if (!(await hand(at, encoded, cursor))) return false;
    const seq = encoded.change === "" ? at.seq : at.seq + 1;
    if (seq > at.seq) own.add({ epoch: at.epoch, seq }, turn.change);
    standing = { cursor, seq, epoch: at.epoch, dead, stubs: waiting };
    keepViews(views, turn);
    return true;
  }

  /** Takes closed orders away for good; the same comparison as a commit. */
  async function forget(at: Standing, ids: string[]): Promise<boolean> {
    const done = await hand(at, encodeForgetting(ids, keys), at.cursor);
    views.forget(ids);
    return done;
  }

  /** Moves resolved incidents out of the way; the same comparison as a commit. */
  const retire = (at: Standing, leaving: Leaving): Promise<boolean> =>
    hand(at, encodeLeaving(leaving, keys), at.cursor);

  return {
    site,
    begin,
    commit,
    forget,
    retire,
    startOf: createOpener(site, rules, views),
    readInbox: reader.readInbox,
    readDue: reader.readDue,
    incidents: createIncidentReader(site, send),
    time: reader.time,
    fetch,
    knownCursor: (): string | null => standing?.cursor ?? null,
    /** What a commit of this process says, for a while after it was made. */
    ownCommit: own.get,
    /** To look at: an order as it stands after commit `seq`, or a later one; undefined when that is not in memory. */
    known: (id: string, { epoch, seq }: Numbered): OrderView | undefined =>
      standing !== null && standing.epoch === epoch && standing.seq >= seq
        ? views.see(id)
        : undefined,
  };
}

/** The tries that are counted against events that end the process. */
export function createTries(site: string, send: Send) {
  const { tries } = keysOf(site);
  return {
    /** Counts a try for the batch after this cursor, on disk before anything is decided. */
    count: (cursor: string) => send<number>("HINCRBY", tries, cursor, "1"),
    readCaution: async (): Promise<Caution | null> =>
      decodeCaution(await send<string | null>("HGET", tries, "caution")),
    writeCaution: async (caution: Caution): Promise<void> => {
      await send("HSET", tries, "caution", JSON.stringify(caution));
    },
  };
}
export type Tries = ReturnType<typeof createTries>;

/** Keys of the facts that these entries write. */
export const factKeysOf = (entries: readonly InboxEntry[]): string[] =>
  entries.flatMap(({ entry }) => (entry === null ? [] : (factKey(entry.event) ?? [])));
