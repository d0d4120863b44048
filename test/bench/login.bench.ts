/** What a flood of logins does to the boards: hashing is heavy, and must take neither the event loop nor the threads that others need. */
import { setTimeout as sleep } from "node:timers/promises";
import { startTower, type Tower } from "../support/tower.ts";
import { quantile } from "./http-load.ts";
import { scanToSocket } from "./live.bench.ts";
import { residentBytes } from "./process-cost.ts";
import { type Figure, round } from "./tables.ts";

const BOARDS = 100;
const EVENTS_PER_SECOND = 100;
const LOGINS_PER_SECOND = 20;
const WARM_UP_S = 3;
/** A busy machine may be late; the p99 tells. */
const SETTLE_MS = 8_000;

type Logins = { statuses: Record<number, number>; latencies: number[]; residentMax: number };

/** Right passwords, so that no limit spares the server the work. Ends when told. */
function flood(tower: Tower, signal: AbortSignal): Promise<Logins> {
  const logins: Logins = { statuses: {}, latencies: [], residentMax: 0 };
  const body = JSON.stringify({ name: "viewer", password: "demo-viewer-tower" });
  const headers = { "content-type": "application/json" };
  async function one(): Promise<void> {
    const startedAt = performance.now();
    const { status } = await fetch(`${tower.url}/api/v1/session`, {
      method: "POST",
      headers,
      body,
    });
    logins.latencies.push(performance.now() - startedAt);
    logins.statuses[status] = (logins.statuses[status] ?? 0) + 1;
  }
  async function run(): Promise<Logins> {
    const under: Promise<void>[] = [];
    while (!signal.aborted) {
      under.push(one().catch(() => undefined));
      logins.residentMax = Math.max(logins.residentMax, residentBytes(tower.server.pid));
      await sleep(1000 / LOGINS_PER_SECOND);
    }
    await Promise.all(under);
    logins.latencies.sort((a, b) => a - b);
    return logins;
  }
  return run();
}

const p99Of = ({ raw }: Figure): number => Number((raw as { p99: number }).p99);

export async function benchLogin(scale: number): Promise<Figure[]> {
  const tower = await startTower({ env: { CT_DEMO: "1" } });
  const over = new AbortController();
  const seconds = Math.max(10, Math.round(30 * scale));
  const measure = (prefix: string, duration = seconds) =>
    scanToSocket(tower, BOARDS, duration, {
      perSecond: EVENTS_PER_SECOND,
      prefix,
      settleMs: SETTLE_MS,
    });
  try {
    await measure("L0", WARM_UP_S);
    const alone = await measure("L1");
    const before = residentBytes(tower.server.pid);
    const flooding = flood(tower, over.signal);
    const beside = await measure("L2").finally(() => over.abort());
    const { statuses, latencies, residentMax } = await flooding;
    const ratio = p99Of(beside) / p99Of(alone);
    const grown = residentMax - before;
    return [
      {
        id: "S1",
        what: `scan to socket p99, ${BOARDS} boards, ${EVENTS_PER_SECOND} events/s, ${LOGINS_PER_SECOND} logins/s beside, ms`,
        value: round(p99Of(beside)),
        against: `without logins ${round(p99Of(alone))}; logins ${JSON.stringify(statuses)}, p50 ${round(quantile(latencies, 0.5))} ms`,
        ratio,
        goal: "<= 1.2 of the p99 without logins (reported: a time)",
        raw: { alone: p99Of(alone), beside: p99Of(beside), logins: latencies.length },
      },
      {
        id: "S1m",
        what: "server memory that the logins add, MB",
        value: round(grown / 1e6),
        against: `before ${round(before / 1e6)}`,
        goal: "<= 300 MB",
        isMet: grown <= 300e6,
        raw: { before, residentMax },
      },
    ];
  } finally {
    await tower.stop();
  }
}
