/**
 * `node test/bench/turn.bench.ts [events]`: what deciding costs by itself, in one process and without Redis: CPU microseconds an event of a worker's own part, and how it is
 * divided among the rules. Run it with `--cpu-prof` to see further.
 */
import { readFileSync } from "node:fs";
import { encodeInboxEvent } from "../../domain/contract/inbox-event.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { inboxTurn } from "../../domain/turn/inbox-turn.ts";
import { RULES, type Rules } from "../../domain/turn/rules.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import { orderIdsOf } from "../../workers/jobs/drain-inbox.ts";
import { createOpener } from "../../workers/store/opener.ts";
import { entryOf, type Fetched, type Standing } from "../../workers/store/reader.ts";
import { createViews } from "../../workers/store/views.ts";
import { encodeTurn } from "../../workers/store/writes.ts";
import { inside } from "./commit-alone.ts";
import { inBatches, loadEvents, take } from "./events.ts";

const SITE = "BER1";
const BATCH = 500;
const count = Number(process.argv[2] ?? 60_000);
const spent = new Map<string, number>();

/** Adds what a step takes to the sum under its name. */
function timed<A extends unknown[], R>(name: string, step: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const startedAt = performance.now();
    const result = step(...args);
    spent.set(name, (spent.get(name) ?? 0) + performance.now() - startedAt);
    return result;
  };
}

const rules = Object.fromEntries(
  Object.entries(RULES).map(([name, rule]) => [name, timed(name, rule as () => unknown)]),
) as unknown as Rules;

const file = new URL("../../server/example-sites.json", import.meta.url);
const site = (JSON.parse(readFileSync(file, "utf8")) as SitesFile).sites.find(
  ({ id }) => id === SITE,
);
if (site === undefined) throw new Error(`the example has no site ${SITE}`);
const current = { version: 1, site };
const policies = { current, of: () => current };

/** The batches as Redis would hand them out. */
function batchesOf(seed: number, events: number): [string, string[]][][] {
  const from = Date.now() - 3_600_000;
  const options = { seed, site: SITE, inFlight: 1_000, from, prefix: `T${seed}` };
  return inBatches(take(loadEvents(options), events), BATCH).map((batch) =>
    batch.map((event, place) => [
      `${Date.parse(event.occurredAt) + 500}-${place}`,
      ["e", encodeInboxEvent({ event: inside(event), hash: "0123456789abcdef" })],
    ]),
  );
}

const views = createViews(5_000);
const startOf = createOpener(SITE, rules, views);
const nothing: Omit<Fetched, "now"> = {
  ids: [],
  records: [],
  stubs: [],
  rows: [],
  outlooks: [],
  incidents: [],
  personal: new Map(),
  facts: new Map(),
  deadLetters: new Map(),
  tombstones: new Map(),
};
let at: Standing = { cursor: "0-0", seq: 0, epoch: "e", dead: 0, stubs: 0 };
const keys = keysOf(SITE);
const read = timed("read", (batch: [string, string[]][]): InboxEntry[] => batch.map(entryOf));
const encode = timed("encode", encodeTurn);

function takeBatch(batch: [string, string[]][]): number {
  const entries = read(batch);
  const ids = orderIdsOf(entries);
  const last = entries.at(-1)?.position ?? "";
  const fetched = { ...nothing, now: Date.now() };
  const turn = inboxTurn(startOf(at, last, fetched, ids, policies), entries);
  const { writes } = encode(turn, keys, at.seq + 1, {
    dead: 0,
    personal: new Map(),
    triesToClear: [at.cursor],
  });
  at = { ...at, seq: at.seq + 1, cursor: last, stubs: turn.change.waiting };
  views.keep(turn.views.values());
  return writes.length;
}

const warm = batchesOf(9, 20_000);
const batches = batchesOf(1, count);
for (const batch of warm) takeBatch(batch);
spent.clear();
const before = process.cpuUsage();
const own = process.threadCpuUsage();
for (const batch of batches) takeBatch(batch);
const { user, system } = process.cpuUsage(before);
const thread = process.threadCpuUsage(own);
const parts = Object.fromEntries(
  [...spent].map(([name, ms]) => [name, Number(((ms * 1_000) / count).toFixed(1))]),
);
console.log(
  JSON.stringify({
    events: count,
    cpuUsPerEvent: (user + system) / count,
    ofThread: (thread.user + thread.system) / count,
    parts,
  }),
);
