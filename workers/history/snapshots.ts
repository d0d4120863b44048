/**
 * Boards at some numbers, for rewind to begin with: one when there is none, then whenever the log since the last has grown to a third of it, or an hour has passed.
 * Number and sums are read in one moment, the rows after it in pieces: a row may be newer by the time that takes, never older.
 */
import { noSums, COUNTER_DAYS, type BoardSums } from "../../domain/contract/board-sums.ts";
import { dayOf, keysOf } from "../../domain/contract/keys.ts";
import type { SiteFact } from "../../domain/contract/stored.ts";
import { BOARD_RULES, snapshotOf, type Snapshot } from "../../history/frames.ts";
import type { Send } from "../redis.ts";

const SCAN_COUNT = "500";

type Deps = { site: string; send: Send; time: () => Promise<number> };
type Hash = readonly string[] | Readonly<Record<string, string>>;

const isList = (hash: Hash): hash is readonly string[] => Array.isArray(hash);
function pairsOf(hash: Hash): [string, string][] {
  if (!isList(hash)) return Object.entries(hash);
  return hash.flatMap((field, place): [string, string][] =>
    place % 2 === 0 ? [[field, hash[place + 1] ?? ""]] : [],
  );
}
const numbersOf = (hash: Hash): Map<string, number> =>
  new Map(pairsOf(hash).map(([name, value]) => [name, Number(value)]));

type Standing = { epoch: string; seq: number; sums: BoardSums };

/** One transaction: the client of this thread sends nothing in between. */
async function readStanding({ site, send }: Deps, now: number): Promise<Standing> {
  const keys = keysOf(site);
  const today = dayOf(now);
  const days = Array.from({ length: COUNTER_DAYS + 1 }, (_, back) => today + 1 - back);
  await send("MULTI");
  for (const key of [keys.epoch, keys.seq, keys.cursor]) await send("GET", key);
  for (const key of [keys.totals, keys.sources, keys.facts]) await send("HGETALL", key);
  await send("HLEN", keys.dead);
  await send("HLEN", keys.stubs);
  for (const day of days) await send("HGETALL", keys.counters(day));
  const [epoch, seq, cursor, totals, sources, facts, dead, waiting, ...counters] =
    await send<unknown[]>("EXEC");
  return {
    epoch: String(epoch ?? ""),
    seq: Number(seq ?? 0),
    sums: {
      ...noSums(),
      cursor: String(cursor ?? "0-0"),
      totals: numbersOf(totals as Hash),
      sources: numbersOf(sources as Hash),
      facts: new Map(
        pairsOf(facts as Hash).map(([name, text]) => [name, JSON.parse(text) as SiteFact]),
      ),
      dead: Number(dead),
      waiting: Number(waiting),
      counters: new Map(days.map((day, at) => [String(day), numbersOf(counters[at] as Hash)])),
    },
  };
}

async function readRows({ site, send }: Deps): Promise<string[]> {
  const rows = new Map<string, string>();
  let cursor = "0";
  do {
    const [next, fields] = await send<[string, string[]]>(
      "HSCAN",
      keysOf(site).rows,
      cursor,
      "COUNT",
      SCAN_COUNT,
    );
    for (let place = 0; place + 1 < fields.length; place += 2)
      rows.set(fields[place] ?? "", fields[place + 1] ?? "");
    cursor = next;
  } while (cursor !== "0");
  return [...rows.values()];
}

type Last = { epoch: string; at: number; bytes: number };

export function createSnapshots(deps: Deps) {
  let last: Last | null = null;
  let since = 0;

  const isDue = (epoch: string, now: number): boolean =>
    last === null ||
    last.epoch !== epoch ||
    now - last.at >= BOARD_RULES.everyMs ||
    since >= BOARD_RULES.dueAfter(last.bytes);

  return {
    /** So much of the log was copied. */
    note: (chars: number): void => {
      since += chars;
    },
    /** The board as it stands now, when one is due. */
    async take(epoch: string): Promise<Snapshot | null> {
      const now = await deps.time();
      if (!isDue(epoch, now)) return null;
      const { sums, ...standing } = await readStanding(deps, now);
      const rows = await readRows(deps);
      const snapshot = snapshotOf(deps.site, { ...standing, at: now }, sums, rows);
      last = { epoch: standing.epoch, at: now, bytes: snapshot.bytes };
      since = 0;
      return snapshot;
    },
  };
}
export type Snapshots = ReturnType<typeof createSnapshots>;
