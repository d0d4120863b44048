/** Whether history says what happened: its orders and events against those of Redis and of the load's own book, and against itself when it is built again. */
import type { Line } from "../ledger.ts";
import { contentOf, type Content } from "../../../history/content.ts";
import { openHistory } from "../../../history/open.ts";
import { connectTestClient, type TestClient } from "../../support/redis-client.ts";
import type { Tower } from "../../support/tower.ts";
import { SITE, SOURCE } from "../load.ts";
import { inboxLength } from "../store-reader.ts";

export type Compared = {
  orders: number;
  events: number;
  /** acknowledged, and not in history */
  lost: number;
  /** in history more than once */
  doubled: number;
  /** in history, and neither acknowledged nor unknown */
  madeUp: number;
  /** orders whose record is another one than Redis has */
  different: number;
  /** how often the log was gone before it was copied */
  gaps: number;
};

type Record = [number, number, unknown[][], unknown];
const SOURCE_AT = 3;
const ID_AT = 4;

/** Ids of the load's events, as often as they are in a record. */
function idsIn(records: readonly string[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const text of records)
    for (const event of (JSON.parse(text) as Record)[2]) {
      if (event[SOURCE_AT] !== SOURCE) continue;
      const id = String(event[ID_AT]);
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
  return seen;
}

async function look<T>(tower: Tower, read: (client: TestClient) => Promise<T>): Promise<T> {
  const client = await connectTestClient(tower.redis.socketPath);
  try {
    return await read(client);
  } finally {
    client.destroy();
  }
}

/** Number of the site's last commit. */
export const numberOf = (tower: Tower): Promise<number> =>
  look(tower, async (client) => Number(await client.get(`ct:{${SITE}}:seq`)));

export const waitingInInbox = (tower: Tower): Promise<number> =>
  look(tower, (client) => inboxLength(client, SITE));

const redisRecords = (tower: Tower): Promise<Map<string, string>> =>
  look(
    tower,
    async (client) => new Map(Object.entries(await client.hGetAll(`ct:{${SITE}}:orders`))),
  );

export async function checkpointIn(
  file: string,
): Promise<{ seq: number; backfill: string | null }> {
  const history = openHistory({ file }, { isReader: true });
  try {
    return await history.db
      .selectFrom("checkpoints")
      .select(["seq", "backfill"])
      .where("site", "=", SITE)
      .executeTakeFirstOrThrow();
  } finally {
    await history.close();
  }
}

/** Ids of events that wait for their order: they are in no order yet. */
const waitingIds = (tower: Tower): Promise<Set<string>> =>
  look(tower, async (client) => {
    const stubs = Object.values(await client.hGetAll(`ct:{${SITE}}:stubs`));
    return new Set(
      stubs.flatMap((text) => [...text.matchAll(/"([^"]+)"/g)].map(([, id = ""]) => id)),
    );
  });

export async function compare(
  tower: Tower,
  file: string,
  lines: ReadonlyMap<string, Line>,
): Promise<Compared> {
  const history = openHistory({ file }, { isReader: true });
  try {
    const rows = await history.db
      .selectFrom("orders")
      .select(["id", "record"])
      .where("site", "=", SITE)
      .execute();
    const checkpoint = await history.db
      .selectFrom("checkpoints")
      .select("gaps")
      .where("site", "=", SITE)
      .executeTakeFirst();
    const live = await redisRecords(tower);
    const waiting = await waitingIds(tower);
    const seen = idsIn(rows.map(({ record }) => record));
    const acked = [...lines.values()].filter(({ state }) => state === "acked");
    const different = rows.filter(({ id, record }) => live.get(id) !== record).length;
    return {
      orders: rows.length,
      events: [...seen.values()].reduce((sum, count) => sum + count, 0),
      lost: acked.filter(({ id }) => !seen.has(id) && !waiting.has(id)).length,
      doubled: [...seen.values()].filter((count) => count > 1).length,
      madeUp: [...seen.keys()].filter((id) => (lines.get(id)?.state ?? "refused") === "refused")
        .length,
      different: different + (live.size - rows.length),
      gaps: checkpoint?.gaps ?? 0,
    };
  } finally {
    await history.close();
  }
}

export async function contentIn(file: string): Promise<Content> {
  const history = openHistory({ file }, { isReader: true });
  try {
    return await contentOf(history, SITE);
  } finally {
    await history.close();
  }
}
