/**
 * The obvious design, for comparison: one BullMQ job an event, and the same work in each (load, fold, judge, write order, row, due, log). Run as a process of its own:
 * it works on what is in the queue until it has done `count` jobs, then prints its CPU microseconds.
 */
import { createNodeRedisClient, Worker } from "bullmq";
import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";
import { placeEvent } from "../../domain/apply.ts";
import { decodeOrderRecord, encodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { SitesFile } from "../../domain/contract/sites.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { EMPTY_FOLD, foldOn } from "../../domain/fold.ts";
import { unknownOrder, viewOf } from "../../domain/turn/order-view.ts";
import { RULES } from "../../domain/turn/rules.ts";
import { adminOptions } from "../support/redis-client.ts";

const [, , socketPath = "", queue = "", countText = "0"] = process.argv;
const open = () => createClient(adminOptions(socketPath) as never);
const client = open();
await client.connect();
const raw = open();
const adapter = createNodeRedisClient(raw as never);
const file = new URL("../../server/example-sites.json", import.meta.url);
const [site] = (JSON.parse(readFileSync(file, "utf8")) as SitesFile).sites;
if (!site) throw new Error("the example has no site");
const policy = { version: 1, site };

async function applyOne(event: RecordedEvent): Promise<void> {
  const text = await client.hGet("naive:orders", event.orderId);
  const record =
    text === null
      ? unknownOrder(event.orderId, 1).record
      : decodeOrderRecord(text, site!.id, event.orderId);
  const { events } = placeEvent(record.events, event);
  const folded = foldOn(EMPTY_FOLD, events, policy);
  const basis = {
    id: event.orderId,
    record: { ...record, events },
    folded,
    size: 0,
    outlook: undefined,
    incident: undefined,
  };
  const view = viewOf(basis, policy, RULES, Date.now());
  const row = JSON.stringify(view.row);
  await client
    .multi()
    .hSet("naive:orders", view.id, encodeOrderRecord(view.record))
    .hSet("naive:rows", view.id, row)
    .zAdd("naive:due", { score: view.due ?? 0, value: view.id })
    .hIncrBy("naive:counters", event.type, 1)
    .xAdd("naive:log", "*", { c: row })
    .exec();
}

let done = 0;
const worker = new Worker<RecordedEvent>(queue, ({ data }) => applyOne(data), {
  connection: adapter,
  concurrency: 50,
});
worker.on("error", () => undefined);
worker.on("completed", () => {
  done += 1;
  if (done < Number(countText)) return;
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
  process.exit(0);
});
