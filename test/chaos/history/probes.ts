/** How long a scan takes to a board, as somebody sees it who has one open: an order of its own every so often, until its row is there. */
import { setTimeout as sleep } from "node:timers/promises";
import { anOrderReceived } from "../../support/builders.ts";
import type { Tower } from "../../support/tower.ts";
import type { BoardClient } from "../board-client.ts";
import { SITE } from "../load.ts";

const EVERY_MS = 200;
const LOOK_MS = 5;
const PATIENCE_MS = 10_000;

async function probe(tower: Tower, board: BoardClient, orderId: string): Promise<number> {
  const at = new Date().toISOString();
  const { data } = anOrderReceived(0, { customerOrder: orderId });
  const event = {
    id: orderId,
    source: "chaos/probe",
    type: "order.received",
    site: SITE,
    orderId,
    occurredAt: at,
    data: { ...data, placedAt: at },
  };
  const begun = performance.now();
  await tower.post([event]).catch(() => null);
  while (!board.has(orderId) && performance.now() - begun < PATIENCE_MS) await sleep(LOOK_MS);
  return performance.now() - begun;
}

export type Latency = { probes: number; p50: number; p99: number };

const at = (sorted: readonly number[], q: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);

/** For so long. */
export async function measureBoard(
  tower: Tower,
  board: BoardClient,
  name: string,
  ms: number,
): Promise<Latency> {
  const times: number[] = [];
  const until = performance.now() + ms;
  for (let n = 0; performance.now() < until; n += 1) {
    times.push(await probe(tower, board, `PROBE-${name}-${n}`));
    await sleep(EVERY_MS);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { probes: sorted.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
}
