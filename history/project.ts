/**
 * Copies a stretch of a site's log into history: orders as they stand, roll-ups by the difference, the stretch itself for rewind, and the checkpoint, all in one
 * transaction. Whoever copies the same stretch again finds the checkpoint moved and changes nothing: exactly once, whoever died in between.
 *
 * Orders are read as they are now, not as they were at each number: an order may be ahead of the checkpoint and is met again later with nothing new. Versions tell.
 */
import { sql } from "kysely";
import { MEASURES_VERSION } from "../domain/analytics/measures.ts";
import {
  changesIn,
  movesOf,
  readAround,
  type Change,
  type KnownOrders,
  type Measuring,
  type Moves,
  type Unreadable,
} from "./changes.ts";
import { gainsOfAll, writeIncidents } from "./incidents.ts";
import type { History, Writing } from "./open.ts";
import type { MeasuredAhead } from "./measuring.ts";
import { rowOf } from "./order-row.ts";
import { keepCalls } from "./calls.ts";
import { keepJudged } from "./judged.ts";
import { lastPlace, type Placed } from "./places.ts";
import type { Tables } from "./schema.ts";
import { createRollupBook, type RollupBook } from "./rollups.ts";
import {
  CHUNK,
  knownBy,
  type Checkpoint,
  type Policies,
  type ReadOrder,
  type Stretch,
} from "./stretch.ts";

/** Somebody else copied on meanwhile: begin again from what the checkpoint says. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

export type Projector = ReturnType<typeof createProjector>;

/** Locks the row where the database can. */
async function readCheckpoint(
  history: History,
  trx: Writing,
  site: string,
): Promise<Checkpoint | undefined> {
  const query = trx.selectFrom("checkpoints").selectAll().where("site", "=", site);
  const isLocking = history.kind === "postgres" && trx !== history.db;
  return (isLocking ? query.forUpdate() : query).executeTakeFirst();
}

async function takeTurn(
  history: History,
  trx: Writing,
  { site, from }: Stretch,
): Promise<Checkpoint | undefined> {
  // a row that is not there yet cannot be locked
  if (history.kind === "postgres")
    await sql`select pg_advisory_xact_lock(hashtext(${`ct ${site}`}))`.execute(trx);
  const stands = await readCheckpoint(history, trx, site);
  const isOurs =
    from === null ? stands === undefined : stands?.epoch === from.epoch && stands.seq === from.seq;
  if (!isOurs) throw new Overtaken(`${site} was copied on meanwhile`);
  return stands;
}

async function writeCheckpoint(
  history: History,
  trx: Writing,
  stretch: Stretch,
  stands: Checkpoint | undefined,
  now: number,
): Promise<void> {
  const { site, to, gap = 0, backfill = stands?.backfill ?? null } = stretch;
  const measures = stands?.measures ?? MEASURES_VERSION;
  const gaps = (stands?.gaps ?? 0) + gap;
  const row = [site, to.epoch, to.seq, to.at, now, gaps, measures, backfill];
  await history.upsert(trx, "checkpoints", [row], ["site"]);
}

async function writeOrders(
  history: History,
  trx: Writing,
  stretch: Stretch,
  changes: readonly Change[],
  known: KnownOrders,
): Promise<void> {
  const { site, to, isRemeasuring = false } = stretch;
  const rows = changes.flatMap(({ id, measured, text: record }) => {
    if (measured === null) return [];
    // an order that more came for is no archived one any more
    const archivedAt = isRemeasuring ? (known.get(id)?.archived_at ?? null) : null;
    return [rowOf(measured, { epoch: to.epoch, archivedAt, record })];
  });
  await history.upsert(trx, "orders", rows, ["site", "id"]);
  const lost = changes.filter(({ measured }) => measured === null).map(({ id }) => id);
  if (lost.length > 0)
    await trx.deleteFrom("orders").where("site", "=", site).where("id", "in", lost).execute();
}

async function writeReplacements(
  history: History,
  trx: Writing,
  site: string,
  changes: readonly Change[],
): Promise<void> {
  const by = new Map(
    changes.flatMap(({ id, measured }): [string, string][] =>
      measured?.replaces == null ? [] : [[measured.replaces, id]],
    ),
  );
  const rows = [...by].map(([replaced, id]) => [site, replaced, id]);
  if (rows.length > 0) await history.upsert(trx, "replacements", rows, ["site", "replaced_id"]);
}

async function writeReplaced(
  trx: Writing,
  site: string,
  replaced: ReadonlySet<string>,
  changes: readonly Change[],
  { factsOf }: Moves,
): Promise<void> {
  for (const id of replaced) {
    const facts = factsOf(id);
    if (facts === undefined || changes.some((change) => change.id === id)) continue;
    await trx
      .updateTable("orders")
      .set({ facts: JSON.stringify(facts) })
      .where("site", "=", site)
      .where("id", "=", id)
      .execute();
  }
}

async function writeLog(history: History, trx: Writing, { segment }: Stretch): Promise<void> {
  if (segment !== undefined)
    await history.upsert(trx, "segments", [Object.values(segment)], ["site", "epoch", "first_seq"]);
}

async function writePolicies(
  history: History,
  trx: Writing,
  site: string,
  { rules }: Policies,
): Promise<void> {
  const rows = [...rules].map(([version, text]) => [site, version, text]);
  if (rows.length > 0) await history.upsert(trx, "policies", rows, ["site", "version"]);
}

type Hands = { history: History; rollups: RollupBook; onUnreadable: Unreadable };

async function writeAll(
  { history, rollups, onUnreadable }: Hands,
  trx: Writing,
  stretch: Stretch,
  measuring: Measuring,
  now: number,
): Promise<number> {
  const { site, orders } = stretch;
  const { policies } = measuring;
  const stands = await takeTurn(history, trx, stretch);
  const ids = orders.map(({ id }) => id);
  const known: KnownOrders = new Map(
    (await knownBy(history, trx, site, "id", ids)).map((one) => [one.id, one]),
  );
  const changes = changesIn(stretch, known, measuring, onUnreadable);
  if (changes.length > 0) {
    const replaced = await readAround(history, trx, site, changes, known);
    const moves = movesOf(changes, known, replaced, measuring);
    await writeOrders(history, trx, stretch, changes, known);
    await writeReplacements(history, trx, site, changes);
    await writeReplaced(trx, site, replaced, changes, moves);
    await rollups.move(trx, site, moves.gains);
    await writePolicies(history, trx, site, policies);
  }
  const { incidents = [] } = stretch;
  const told = { site, epoch: stretch.to.epoch, incidents };
  if (incidents.length > 0)
    await rollups.move(trx, site, [await writeIncidents(history, trx, told, policies)]);
  await writeLog(history, trx, stretch);
  await writeCheckpoint(history, trx, stretch, stands, now);
  return changes.length;
}

/** Throws the roll-ups of a site away, to be made anew from the orders (`isRemeasuring`); says where to begin. */
async function forgetMeasures(
  { history, rollups }: Hands,
  site: string,
  zone: string,
  backfill: string,
): Promise<void> {
  rollups.forget();
  await history.db.transaction().execute(async (trx) => {
    await trx.deleteFrom("rollups").where("site", "=", site).execute();
    await trx
      .updateTable("orders")
      .set({ facts: "", v: -1, truck: null })
      .where("site", "=", site)
      .execute();
    await trx
      .updateTable("checkpoints")
      .set({ measures: MEASURES_VERSION, backfill })
      .where("site", "=", site)
      .execute();
    // of incidents the facts are kept and counted again at once; those of the live store are measured anew as it is compared
    await trx.updateTable("incidents").set({ v: -1 }).where("site", "=", site).execute();
    await rollups.move(trx, site, [await gainsOfAll(trx, site, zone)]);
  });
  rollups.forget();
}

/** The next orders after `after` by id, as they are kept here; `otherThan`: those of other generations that are not archived. */
async function keptOrders(
  { db }: History,
  site: string,
  after: string,
  otherThan?: string,
): Promise<ReadOrder[]> {
  let query = db
    .selectFrom("orders")
    .select(["id", "record"])
    .where("site", "=", site)
    .where("id", ">", after);
  if (otherThan !== undefined)
    query = query.where("epoch", "!=", otherThan).where("archived_at", "is", null);
  const rows = await query.orderBy("id").limit(CHUNK).execute();
  return rows.map(({ id, record }) => ({ id, text: record }));
}

export function createProjector(
  history: History,
  { onUnreadable = () => {} }: { onUnreadable?: Unreadable } = {},
) {
  const hands: Hands = { history, rollups: createRollupBook(history), onUnreadable };
  const { db } = history;
  return {
    keepSnapshot: (snapshot: Tables["snapshots"]) =>
      history.upsert(db, "snapshots", [Object.values(snapshot)], ["site", "epoch", "seq"]),
    /** Rewind reaches back to there. */
    async forgetBoards(site: string, before: number): Promise<void> {
      await db.deleteFrom("snapshots").where("site", "=", site).where("at", "<", before).execute();
      await db
        .deleteFrom("segments")
        .where("site", "=", site)
        .where("to_at", "<", before)
        .execute();
    },
    checkpointOf: (site: string) => readCheckpoint(history, history.db, site),
    forgetMeasures: (site: string, zone: string, backfill: string) =>
      forgetMeasures(hands, site, zone, backfill),
    lastPlace: (table: "calls" | "judged", site: string) => lastPlace(history, table, site),
    keepCalls: (site: string, calls: readonly Placed[]) => keepCalls(history, site, calls),
    keepJudged: (site: string, judged: readonly Placed[]) => keepJudged(history, site, judged),
    keptOrders: (site: string, after: string, otherThan?: string) =>
      keptOrders(history, site, after, otherThan),
    /** Copies the stretch; how many orders changed. Throws `Overtaken` when it was copied already. `ahead`: its orders, if they were measured before. */
    async project(
      stretch: Stretch,
      policies: Policies,
      now: number,
      ahead: MeasuredAhead | null = null,
    ): Promise<number> {
      try {
        // the site may have got other clocks meanwhile
        const holds = ahead?.zone === policies.zone ? ahead : null;
        const measuring = { policies, ahead: holds };
        const write = (trx: Writing) => writeAll(hands, trx, stretch, measuring, now);
        return await history.db.transaction().execute(write);
      } catch (error) {
        hands.rollups.forget();
        throw error;
      }
    },
  };
}
