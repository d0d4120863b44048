/**
 * Rewind: how long the first frame of a minute takes that nobody looked at before, with fourteen days of a site of 100,000 orders a day behind it. Boards and log stand as
 * densely as the historian writes them; the minute asked for is the worst of all: just before the next board, so that the whole log between the two is played.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../domain/board.ts";
import { noSums } from "../../domain/contract/board-sums.ts";
import { answerFrom } from "../../history/ask.ts";
import { BOARD_RULES, snapshotOf } from "../../history/frames.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History, type HistoryAddress } from "../../history/open.ts";
import { createSegments } from "../../history/segments.ts";
import { pastBoard } from "../../server/analytics/past-board.ts";
import { generateRows } from "../support/board-rows.ts";
import { postgresMissing, startPostgres } from "../support/postgres.ts";
import { aSite } from "../support/builders.ts";
import { round, type Figure } from "./tables.ts";

const GOAL_MS = 2_000;
const DAYS = 14;
const ORDERS_A_DAY = 100_000;
const EVENTS_AN_ORDER = 12;
/** a day's orders are on the board at once: those in the house and those on the road */
const OPEN = ORDERS_A_DAY;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOKS = 5;
const ENTRIES_AT_ONCE = 50;
/** bytes of a piece of the log that is not looked at: it only stands in the way */
const OTHER_BYTES = 4_000;
const SITE = aSite();
const NOW = Date.UTC(2026, 10, 30, 12);

type Scene = { history: History; moments: number[]; played: number; frameBytes: number };

const changeText = (row: Row, at: number): string =>
  JSON.stringify({
    at,
    rows: [row],
    removed: [],
    counters: { [Math.floor(at / DAY_MS)]: { "12|in|packing": 1, "12|out|picked": 1 } },
    totals: {},
    sources: { "wms/ber1": at },
    facts: {},
    dead: 0,
    waiting: 0,
    cursor: `${at}-0`,
  });

/** What else is kept of fourteen days: as many rows of boards and log, each with a little in it. */
async function fillAround(history: History, piecesADay: number, boardsADay: number): Promise<void> {
  const blob = new Uint8Array(OTHER_BYTES).fill(7);
  const start = NOW - DAYS * DAY_MS;
  const key = ["site", "epoch", "first_seq"];
  for (let day = 0; day < DAYS - 1; day += 1)
    await history.db.transaction().execute(async (trx) => {
      const pieces = Array.from({ length: piecesADay }, (_, place) => {
        const at = start + day * DAY_MS + Math.round((place * DAY_MS) / piecesADay);
        const seq = (day * piecesADay + place) * ENTRIES_AT_ONCE + 1;
        return [SITE.id, "e1", seq, seq + ENTRIES_AT_ONCE - 1, at, at + 1, OTHER_BYTES, blob];
      });
      await history.upsert(trx, "segments", pieces, key);
      const boards = Array.from({ length: boardsADay }, (_, place) => {
        const at = start + day * DAY_MS + Math.round((place * DAY_MS) / boardsADay);
        return [SITE.id, "e1", day * piecesADay * ENTRIES_AT_ONCE + place, at, OPEN, 1, blob];
      });
      await history.upsert(trx, "snapshots", boards, ["site", "epoch", "seq"]);
    });
}

/** One board, and the log after it until the historian would have written the next. */
async function writeStretch(
  history: History,
  rows: readonly Row[],
  first: number,
  at: number,
): Promise<{ end: number; played: number; frameBytes: number; last: number }> {
  const texts = rows.map((row) => JSON.stringify(row));
  const snapshot = snapshotOf(SITE.id, { epoch: "e1", seq: first, at }, noSums(), texts);
  await history.upsert(
    history.db,
    "snapshots",
    [Object.values(snapshot)],
    ["site", "epoch", "seq"],
  );
  const due = BOARD_RULES.dueAfter(snapshot.bytes);
  const segments = createSegments(SITE.id);
  const everyMs = Math.floor(DAY_MS / (ORDERS_A_DAY * EVENTS_AN_ORDER));
  let seq = first;
  let played = 0;
  let moment = at;
  for (let place = 0; played < due && moment - at < HOUR_MS;) {
    const entries = Array.from({ length: ENTRIES_AT_ONCE }, () => {
      seq += 1;
      place += 1;
      moment += everyMs;
      const row = rows[(place * 7_919) % rows.length] as Row;
      const text = changeText({ ...row, v: seq, stage: "packing", stageSince: moment }, moment);
      played += text.length;
      return { seq, at: moment, text };
    });
    const segment = segments.add("e1", entries);
    if (segment !== undefined)
      await history.upsert(
        history.db,
        "segments",
        [Object.values(segment)],
        ["site", "epoch", "first_seq"],
      );
  }
  return { end: moment, played, frameBytes: snapshot.frame.length, last: seq };
}

async function build(address: HistoryAddress, scale: number): Promise<Scene> {
  const history = openHistory(address);
  await migrate(history, 1);
  const rows = generateRows(Math.round(OPEN * scale), NOW);
  const rowBytes = changeText(rows[0] as Row, NOW).length;
  const dayBytes = ORDERS_A_DAY * EVENTS_AN_ORDER * rowBytes;
  const piecesADay = Math.round(dayBytes / 256_000);
  await fillAround(history, piecesADay, Math.round(dayBytes / (rowBytes * OPEN * 0.5)) + 24);
  const moments: number[] = [];
  const scene: Scene = { history, moments, played: 0, frameBytes: 0 };
  let seq = DAYS * piecesADay * ENTRIES_AT_ONCE;
  for (let look = 0; look < LOOKS; look += 1) {
    const done = await writeStretch(history, rows, seq, NOW - DAY_MS + look * 2 * HOUR_MS);
    seq = done.last;
    moments.push(done.end);
    scene.played = done.played;
    scene.frameBytes = done.frameBytes;
  }
  return scene;
}

/** From the question until the answer is text: what a browser waits for besides the way. */
async function look({ history }: Scene, at: number): Promise<{ ms: number; cpuMs: number }> {
  const begun = performance.now();
  const busy = process.cpuUsage();
  const frame = await answerFrom(history)("frame", { site: SITE, at, limit: 2_000 });
  if (frame === null || frame.total === 0) throw new Error("no board there");
  // it comes from another thread
  JSON.stringify(pastBoard({ site: SITE, at, offset: 0 }, structuredClone(frame), "full"));
  const { user, system } = process.cpuUsage(busy);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 };
}

async function measureStore(kind: string, address: HistoryAddress, scale: number): Promise<Figure> {
  const scene = await build(address, scale);
  const looks: { ms: number; cpuMs: number }[] = [];
  // backwards: nothing that was looked at before is of any use
  for (const at of scene.moments.toReversed()) looks.push(await look(scene, at));
  await scene.history.close();
  const worst = Math.max(...looks.map(({ ms }) => ms));
  const cpu = Math.max(...looks.map(({ cpuMs }) => cpuMs));
  return {
    id: "R1",
    what: `first frame of rewind, ${round(OPEN * scale)} open orders, ${round(scene.played / 1e6, 1)} MB of log to play, ${DAYS} days kept, ${kind}`,
    value: `${round(worst)} ms, the slowest of ${LOOKS} (${round(cpu)} ms of CPU)`,
    against: `${round(scene.frameBytes / 1e6, 1)} MB a board kept`,
    goal: `<= ${round(GOAL_MS)} ms`,
    isMet: worst <= GOAL_MS,
    raw: { worst, cpu, played: scene.played, frameBytes: scene.frameBytes },
  };
}

export async function benchRewind(scale: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), "ct-br-"));
  const file = join(dir, "history.db");
  try {
    const figures = [await measureStore("SQLite", { file }, scale)];
    console.error(`file of ${round(statSync(file).size / 1e6)} MB`);
    if (postgresMissing !== false) return figures;
    const postgres = await startPostgres();
    try {
      const databaseUrl = await postgres.newDatabase();
      return [...figures, await measureStore("PostgreSQL", { file: "", databaseUrl }, scale)];
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
