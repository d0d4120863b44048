/**
 * B12: orders projected against the bare driver's batched insert of the very same rows, and analytics over 90 days, on both stores. At scale 1 it is 20,000 orders; the
 * million of the budget is `--scale 10 --orders 1000000` by the environment variable CT_BENCH_ORDERS.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANALYTICS, type AnalyticsName } from "../../domain/contract/analytics.ts";
import { answerFrom } from "../../history/ask.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History, type HistoryAddress } from "../../history/open.ts";
import { measure, rowOf, valuesOf } from "../../history/order-row.ts";
import { createProjector } from "../../history/project.ts";
import { answerOf, readAsked, type RollupName } from "../../server/analytics/answer.ts";
import { policiesOf } from "../history/builders.ts";
import { postgresMissing, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { generateOrders, ordersOf, type Generated } from "./history-orders.ts";
import { round, type Figure } from "./tables.ts";

const BATCH = 500;
const WEEKS = 13;
const DAY_MS = 86_400_000;
const TIMED: readonly RollupName[] = ANALYTICS.filter(
  (name: AnalyticsName): name is RollupName => !["alarms", "backlog", "budgets"].includes(name),
);

type Opened = History & { address: HistoryAddress };
type Place = { kind: "SQLite" | "PostgreSQL"; open: () => Promise<Opened> };

function* batchesOf<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** ms of wall clock that the work took, the making of its input left out. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** ms of this process' own CPU: what a machine that others use does not blur. */
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

async function insertBare(
  history: Opened,
  made: Generated,
  count: number,
): Promise<{ ms: number; cpu: number }> {
  const policies = policiesOf(made.site);
  let ms = 0;
  let cpu = 0;
  for (const batch of batchesOf(ordersOf(made, count, WEEKS))) {
    const rows = batch.flatMap(({ id, text }) => {
      const measured = measure(made.site.id, id, text ?? "", policies.of);
      return measured === null
        ? []
        : [valuesOf(rowOf(made.site.id, "e1", measured, text ?? "", null))];
    });
    const begun = process.cpuUsage();
    ms += await timed(() =>
      history.db
        .transaction()
        .execute((trx) => history.upsert(trx, "orders", rows, ["site", "id"])),
    );
    cpu += cpuMs(begun);
  }
  return { ms, cpu };
}

type Projected = { ms: number; cpu: number; orders: number; events: number };

async function project(history: Opened, made: Generated, count: number): Promise<Projected> {
  const projector = createProjector(history);
  const policies = policiesOf(made.site);
  const done: Projected = { ms: 0, cpu: 0, orders: 0, events: 0 };
  let seq = 0;
  for (const batch of batchesOf(ordersOf(made, count, WEEKS))) {
    const from = seq === 0 ? null : { epoch: "e1", seq };
    seq += 1;
    const to = { epoch: "e1", seq, at: seq };
    const begun = process.cpuUsage();
    done.ms += await timed(() =>
      projector.project({ site: made.site.id, from, to, orders: batch }, policies, 1),
    );
    done.cpu += cpuMs(begun);
    done.orders += batch.length;
    done.events += batch.reduce((sum, { events }) => sum + events, 0);
  }
  return done;
}

/** The slowest of the analytics over 90 days, each asked three times and its middle taken. */
async function askAll(history: Opened, made: Generated): Promise<{ slowest: string; ms: number }> {
  const { site } = made;
  const now = Date.UTC(2026, 0, 5) + 90 * DAY_MS;
  const desk = { ask: answerFrom(history), site: site.id, zone: site.timeZone, now };
  const query = {
    from: new Date(now - 90 * DAY_MS).toISOString(),
    to: new Date(now).toISOString(),
  };
  let slowest = { slowest: "", ms: 0 };
  for (const name of TIMED) {
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      times.push(await timed(() => answerOf(readAsked(desk, name, query))));
    const ms = times.sort((a, b) => a - b)[1] ?? 0;
    if (ms > slowest.ms) slowest = { slowest: name, ms };
  }
  return slowest;
}

const rate = (orders: number, ms: number): number => orders / (ms / 1_000);

async function measureStore(
  { kind, open }: Place,
  made: Generated,
  count: number,
): Promise<Figure[]> {
  const bare = await open();
  const { ms: bareMs, cpu: bareCpu } = await insertBare(bare, made, count);
  await bare.close();
  const history = await open();
  const done = await project(history, made, count);
  const asked = await askAll(history, made);
  const size = kind === "SQLite" ? statSync(history.address.file).size : 0;
  await history.close();
  const ratio = bareMs / done.ms;
  const what = `${round(done.orders)} orders, ${round(done.events)} events into ${kind}`;
  return [
    {
      id: "B12",
      what,
      value: `${round(rate(done.orders, done.ms))} orders/s`,
      against: `${round(rate(done.orders, bareMs))} orders/s, bare insert of the same rows`,
      ratio,
      goal: ">= 0.6",
      isMet: ratio >= 0.6,
      raw: { ...done, bareMs, bareCpu, bytes: size },
    },
    {
      id: "B12",
      what: `analytics over 90 days, ${kind}, the slowest (${asked.slowest})`,
      value: `${round(asked.ms)} ms`,
      goal: "<= 300 ms",
      isMet: asked.ms <= 300,
    },
    {
      id: "B12",
      what: `CPU of this process an order, ${kind}`,
      value: `${round((done.cpu / done.orders) * 1_000)} us`,
      against: `${round((bareCpu / done.orders) * 1_000)} us, bare insert`,
      ratio: bareCpu / done.cpu,
    },
    ...(size === 0
      ? []
      : [
          {
            id: "B12",
            what: "size of the file",
            value: `${round(size / 1e6)} MB, ${round(size / done.orders)} bytes an order`,
          },
        ]),
  ];
}

export async function benchHistory(scale: number): Promise<Figure[]> {
  const count = Number(process.env["CT_BENCH_ORDERS"] ?? Math.round(20_000 * scale));
  const dir = mkdtempSync(join(tmpdir(), "ct-bh-"));
  const made = generateOrders(5);
  let files = 0;
  let postgres: TestPostgres | null = null;
  const opened = async (address: HistoryAddress): Promise<Opened> => {
    const history = openHistory(address);
    await migrate(history, 1);
    return { ...history, address };
  };
  try {
    const sqlite: Place = {
      kind: "SQLite",
      open: () => opened({ file: join(dir, `${(files += 1)}.db`) }),
    };
    const figures = await measureStore(sqlite, made, count);
    if (postgresMissing !== false) return figures;
    postgres = await startPostgres();
    const running = postgres;
    const place: Place = {
      kind: "PostgreSQL",
      open: async () => opened({ file: "", databaseUrl: await running.newDatabase() }),
    };
    return [...figures, ...(await measureStore(place, made, count))];
  } finally {
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
