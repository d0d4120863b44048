/**
 * One side of B12 in a process of its own, so that neither pays for what the other or the maker of the orders leaves to be collected:
 *
 * `node history-run.ts record|project <orders> <rows> <address>` copies the orders of a file into an empty store; `record` keeps the rows that it writes, as well, in a second file;
 * `node history-run.ts bare <orders> <rows> <address>` writes those rows with the bare driver, in the same transactions.
 * Prints `{ms, cpu, count}`: the wall clock and this process' own CPU in ms, reading left out, and how many orders (or rows).
 */
import { appendFileSync, createReadStream } from "node:fs";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History } from "../../history/open.ts";
import { createMeasurer, type Measurer } from "../../history/measurer.ts";
import { createProjector, type Projector } from "../../history/project.ts";
import type { TableName } from "../../history/schema.ts";
import type { Site } from "../../domain/site.ts";
import { referenceSite } from "../../simulator/sites.ts";
import { presetNamed } from "../../simulator/presets.ts";
import { policiesOf } from "../history/builders.ts";

/** As the historian copies: at most so many orders in a transaction. */
const BATCH = 500;

type Rows = { table: TableName; rows: unknown[][]; key: string[] };
export type Side = { ms: number; cpu: number; count: number };

const CHUNK_BYTES = 1 << 20;

/** One after the other: recorded rows are megabytes a line, and a reader of lines would keep a thousand of them while the store writes. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const chunks = createReadStream(file, { encoding: "utf8", highWaterMark: CHUNK_BYTES });
  let rest = "";
  for await (const chunk of chunks as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Kept outside the heap until its turn comes, as it is until it is read from the live store. */
type Raw = { id: Buffer; text: Buffer };

async function* batchesOf(file: string): AsyncGenerator<Raw[]> {
  let batch: Raw[] = [];
  for await (const line of linesOf(file)) {
    const tab = line.indexOf("\t");
    batch.push({ id: Buffer.from(line.slice(0, tab)), text: Buffer.from(line.slice(tab + 1)) });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function createWatch(): { during: (work: () => Promise<unknown>) => Promise<void>; side: Side } {
  const side: Side = { ms: 0, cpu: 0, count: 0 };
  const during = async (work: () => Promise<unknown>): Promise<void> => {
    const begun = process.cpuUsage();
    const startedAt = performance.now();
    await work();
    side.ms += performance.now() - startedAt;
    const { user, system } = process.cpuUsage(begun);
    side.cpu += (user + system) / 1_000;
  };
  return { during, side };
}

/** Writes down what is written, a transaction a line. */
function recording(history: History, file: string): History & { end: () => void } {
  let written: Rows[] = [];
  return {
    ...history,
    upsert: async (trx, table, rows, key) => {
      written.push({ table, rows: rows as unknown[][], key: key as string[] });
      await history.upsert(trx, table, rows, key);
    },
    end: () => {
      appendFileSync(file, `${JSON.stringify(written)}\n`);
      written = [];
    },
  };
}

/** So many batches are read before they are copied, so that reading is not measured while they are. */
const LUMP = 40;

async function* lumpsOf(file: string): AsyncGenerator<Raw[][]> {
  let lump: Raw[][] = [];
  for await (const batch of batchesOf(file)) {
    lump.push(batch);
    if (lump.length < LUMP) continue;
    yield lump;
    lump = [];
  }
  if (lump.length > 0) yield lump;
}

type Desk = { projector: Projector; measurer: Measurer; site: Site; onBatch: () => void };

const readRaw = (batch: readonly Raw[]) =>
  batch.map(({ id, text }) => ({ id: id.toString(), text: text.toString() }));

/** As many as the copier reads ahead (`workers/history/ahead.ts`). */
const AHEAD = 2;

/** As the copier does: the next batches are read and measured while one is written. */
async function copy(
  { projector, measurer, site, onBatch }: Desk,
  lump: readonly Raw[][],
  first: number,
): Promise<void> {
  const policies = policiesOf(site);
  const take = (batch: readonly Raw[]) => {
    const orders = readRaw(batch);
    const told = { site: site.id, zone: site.timeZone, orders, isCounted: true };
    return { orders, measured: measurer.measure(told, policies) };
  };
  const next = lump.slice(0, AHEAD).map(take);
  for (const place of lump.keys()) {
    const { orders = [], measured = null } = next.shift() ?? {};
    const ahead = await measured;
    const following = lump[place + AHEAD];
    if (following !== undefined) next.push(take(following));
    const seq = first + place;
    const from = seq === 1 ? null : { epoch: "e1", seq: seq - 1 };
    const stretch = { site: site.id, from, to: { epoch: "e1", seq, at: seq }, orders };
    await projector.project(stretch, policies, 1, ahead);
    onBatch();
  }
}

async function project(history: History, file: string, onBatch: () => void): Promise<Side> {
  const profile = presetNamed("r1")?.profiles[0];
  if (profile === undefined) throw new Error("the reference scenario is gone");
  const site = referenceSite(profile);
  const measurer = createMeasurer();
  const desk: Desk = { projector: createProjector(history), measurer, site, onBatch };
  const { during, side } = createWatch();
  // the thread is there, as the process and its connection are
  await measurer.measure(
    { site: site.id, zone: site.timeZone, orders: [], isCounted: true },
    policiesOf(site),
  );
  let first = 1;
  for await (const lump of lumpsOf(file)) {
    await during(() => copy(desk, lump, first));
    first += lump.length;
    side.count += lump.reduce((sum, { length }) => sum + length, 0);
  }
  await measurer.rest();
  return side;
}

async function writeBare(history: History, file: string): Promise<Side> {
  const { during, side } = createWatch();
  for await (const line of linesOf(file)) {
    const written = JSON.parse(line) as Rows[];
    await during(() =>
      history.db.transaction().execute(async (trx) => {
        for (const { table, rows, key } of written) await history.upsert(trx, table, rows, key);
      }),
    );
    side.count += written.reduce((sum, { rows }) => sum + rows.length, 0);
  }
  return side;
}

const [what, orders = "", rows = "", address = ""] = process.argv.slice(2);
const history = openHistory(
  address.startsWith("postgres") ? { databaseUrl: address, file: "" } : { file: address },
);
await migrate(history, 1);
const recorder = recording(history, rows);
const sides: Record<string, () => Promise<Side>> = {
  record: () => project(recorder, orders, recorder.end),
  project: () => project(history, orders, () => {}),
  bare: () => writeBare(history, rows),
};
const side = await sides[what ?? ""]?.();
await history.close();
process.stdout.write(JSON.stringify(side));
