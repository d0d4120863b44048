/**
 * B12: orders projected against the bare driver's batched insert, and analytics over 90 days, on both stores. At scale 1 it is 20,000 orders; the million of the budget is
 * asked for by the environment variable CT_BENCH_ORDERS.
 *
 * The bare side writes the very same rows in the same transactions with the same statements and durability: all that `project` hands to the driver is written down once and
 * played again (orders with their records, roll-ups, the site's rules, the checkpoint). Orders are copied as they are when all is read for the first time or history is built
 * again, 500 a transaction: no segment of the log and no incident comes with them, on neither side. What has to be read (what is known of an order, what a roll-up is so far)
 * belongs to projecting alone. As the copier does it, the next batch is measured by a second thread while one is written; the bare side has nothing to do meanwhile.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { ANALYTICS, type AnalyticsName } from "../../domain/contract/analytics.ts";
import { answerFrom } from "../../history/ask.ts";
import { openHistory, type History } from "../../history/open.ts";
import { answerOf, readAsked, type RollupName } from "../../server/analytics/answer.ts";
import { backlogAnswer } from "../../server/analytics/backlog.ts";
import { readBudgets } from "../../server/analytics/budgets.ts";
import { readWip } from "../../server/analytics/wip.ts";
import { postgresMissing, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { generateOrders, ordersOf, type Generated } from "./history-orders.ts";
import type { Side } from "./history-run.ts";
import { round as count, type Figure } from "./tables.ts";

const RUNNER = join(import.meta.dirname, "history-run.ts");
const WEEKS = 13;
const DAY_MS = 86_400_000;
const ROLLED_UP: readonly RollupName[] = ANALYTICS.filter(
  (name: AnalyticsName): name is RollupName => !["alarms", "backlog", "budgets"].includes(name),
);

type Files = { orders: string; rows: string; events: number };

/** Orders as the live store keeps them, a line each: made once, read by every side. */
function writeOrders(folder: string, made: Generated, count: number): Files {
  const files = { orders: join(folder, "orders"), rows: join(folder, "rows"), events: 0 };
  let lines: string[] = [];
  const flush = (): void => {
    appendFileSync(files.orders, lines.join(""));
    lines = [];
  };
  for (const { id, text, events } of ordersOf(made, count, WEEKS)) {
    lines.push(`${id}\t${text}\n`);
    files.events += events;
    if (lines.length >= 1_000) flush();
  }
  flush();
  return files;
}

/** As the workers run: with their size of the young heap. */
function run(what: "record" | "project" | "bare", files: Files, address: string): Side {
  const args = ["--max-semi-space-size=32", RUNNER, what, files.orders, files.rows, address];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Side;
}

/** ms of wall clock that the work took, the making of its input left out. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

type Questions = Record<string, () => Promise<unknown>>;

/** What the screens ask of history, as the server asks it. */
function questionsOf(history: History, { site }: Generated): Questions {
  const now = Date.UTC(2026, 0, 5) + 90 * DAY_MS;
  const desk = { ask: answerFrom(history), site: site.id, zone: site.timeZone, now };
  const window = { from: now - 90 * DAY_MS, to: now };
  const query = {
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
  };
  const summed = ROLLED_UP.map((name) => [name, () => answerOf(readAsked(desk, name, query))]);
  return {
    ...(Object.fromEntries(summed) as Questions),
    "work in progress": () => readWip(desk, window),
    backlog: () => backlogAnswer(desk, query),
    budgets: () => readBudgets(desk),
  };
}

type Asked = { slowest: string; ms: number; each: Record<string, number> };

/** The slowest of them and each, asked three times and its middle taken. */
async function askAll(history: History, made: Generated): Promise<Asked> {
  const asked: Asked = { slowest: "", ms: 0, each: {} };
  for (const [name, ask] of Object.entries(questionsOf(history, made))) {
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) times.push(await timed(ask));
    const ms = times.sort((a, b) => a - b)[1] ?? 0;
    asked.each[name] = Math.round(ms);
    if (ms > asked.ms) Object.assign(asked, { slowest: name, ms });
  }
  return asked;
}

const rate = (orders: number, ms: number): number => orders / (ms / 1_000);

type Place = {
  kind: "SQLite" | "PostgreSQL";
  /** an empty store's address, as the runner takes it */
  address: () => Promise<string>;
};

const openAt = (address: string): History =>
  openHistory(
    address.startsWith("postgres") ? { databaseUrl: address, file: "" } : { file: address },
  );

/** Bytes on disk, with all indexes. */
async function sizeOf({ db, kind }: History, address: string): Promise<number> {
  if (kind === "sqlite") return statSync(address).size;
  const asked = sql<{ bytes: string }>`select pg_database_size(current_database()) as bytes`;
  return Number((await asked.execute(db)).rows[0]?.bytes);
}

async function measureStore(
  { kind, address }: Place,
  made: Generated,
  files: Files,
): Promise<Figure[]> {
  rmSync(files.rows, { force: true });
  const used: string[] = [];
  const empty = async (): Promise<string> => {
    // a million orders are nine gigabytes, and only the last store is asked afterwards
    for (const file of used.splice(0)) rmSync(file, { force: true });
    const where = await address();
    if (kind === "SQLite") used.push(where);
    return where;
  };
  run("record", files, await empty());
  const bare = run("bare", files, await empty());
  const where = await empty();
  const done = run("project", files, where);
  const history = openAt(where);
  const asked = await askAll(history, made);
  const size = await sizeOf(history, where);
  await history.close();
  const us = (side: Side): number => Math.round((side.cpu / done.count) * 1_000);
  const ratio = bare.ms / done.ms;
  return [
    {
      id: "B12",
      what: `${count(done.count)} orders, ${count(files.events)} events into ${kind}`,
      value: `${count(rate(done.count, done.ms))} orders/s`,
      against: `${count(rate(done.count, bare.ms))} orders/s, bare insert of the same ${count(bare.count)} rows`,
      ratio,
      goal: ">= 0.6",
      isMet: ratio >= 0.6,
      raw: { ms: done.ms, cpu: done.cpu, bareMs: bare.ms, bareCpu: bare.cpu, bytes: size },
    },
    {
      id: "B12",
      what: `analytics over 90 days, ${kind}, the slowest (${asked.slowest})`,
      value: `${count(asked.ms)} ms`,
      goal: "<= 300 ms",
      isMet: asked.ms <= 300,
      raw: asked.each,
    },
    {
      id: "B12",
      what: `CPU of this process an order, ${kind}`,
      value: `${us(done)} us`,
      against: `${us(bare)} us, bare insert`,
      ratio: bare.cpu / done.cpu,
    },
    {
      id: "B12",
      what: `size of the store, ${kind}`,
      value: `${count(size / 1e6)} MB, ${count(size / done.count)} bytes an order`,
    },
  ];
}

export async function benchHistory(scale: number): Promise<Figure[]> {
  const orders = Number(process.env["CT_BENCH_ORDERS"] ?? Math.round(20_000 * scale));
  const dir = mkdtempSync(join(tmpdir(), "ct-bh-"));
  const made = generateOrders(5);
  let stores = 0;
  let postgres: TestPostgres | null = null;
  try {
    const files = writeOrders(dir, made, orders);
    const address = () => Promise.resolve(join(dir, `${(stores += 1)}.db`));
    const figures = await measureStore({ kind: "SQLite", address }, made, files);
    if (postgresMissing !== false) return figures;
    postgres = await startPostgres();
    const running = postgres;
    const place: Place = { kind: "PostgreSQL", address: () => running.newDatabase() };
    return [...figures, ...(await measureStore(place, made, files))];
  } finally {
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
