/** What a flood of logins does to the boards: hashing is heavy, and must take neither the event loop nor the threads that others need. */
import { setTimeout as sleep } from "node:timers/promises";
import { startTower, type Tower } from "../support/tower.ts";
import { quantile } from "./http-load.ts";
import { measureScans } from "./live.bench.ts";
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
async function flood(tower: Tower, signal: AbortSignal, logins: Logins): Promise<void> {
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
  const under: Promise<void>[] = [];
  while (!signal.aborted) {
    under.push(one().catch(() => undefined));
    logins.residentMax = Math.max(logins.residentMax, residentBytes(tower.server.pid));
    await sleep(1000 / LOGINS_PER_SECOND);
  }
  await Promise.all(under);
}

const ROUNDS = 5;

/** Delays with and without logins, in turns of some seconds: what else this machine does strikes both. */
async function inTurns(tower: Tower, seconds: number) {
  const delays = { alone: [] as number[], beside: [] as number[] };
  const logins: Logins = { statuses: {}, latencies: [], residentMax: 0 };
  const measure = async (prefix: string, duration = seconds) => {
    const options = { perSecond: EVENTS_PER_SECOND, prefix, settleMs: SETTLE_MS };
    return (await measureScans(tower, BOARDS, duration, options)).delays;
  };
  await measure("W", WARM_UP_S);
  const resident = residentBytes(tower.server.pid);
  for (let round = 0; round < ROUNDS; round += 1) {
    delays.alone.push(...(await measure(`A${round}`)));
    const over = new AbortController();
    const flooding = flood(tower, over.signal, logins);
    delays.beside.push(...(await measure(`B${round}`).finally(() => over.abort())));
    await flooding;
  }
  return { delays, logins, resident };
}

const sorted = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);

/** At most so much may the boards' p99 move. */
const MOST = 1.2;

export async function benchLogin(scale: number): Promise<Figure[]> {
  const tower = await startTower({ env: { CT_DEMO: "1" } });
  try {
    const { delays, logins, resident } = await inTurns(tower, Math.max(4, Math.round(12 * scale)));
    const [alone, beside] = [sorted(delays.alone), sorted(delays.beside)];
    const p99 = { alone: quantile(alone, 0.99), beside: quantile(beside, 0.99) };
    const p50 = { alone: quantile(alone, 0.5), beside: quantile(beside, 0.5) };
    const ratio = p99.beside / p99.alone;
    const grown = logins.residentMax - resident;
    const loginP50 = quantile(sorted(logins.latencies), 0.5);
    return [
      {
        id: "S1",
        what: `scan to socket p99, ${BOARDS} boards, ${EVENTS_PER_SECOND} events/s, ${LOGINS_PER_SECOND} logins/s beside, ms`,
        value: `${round(p99.beside)} (p50 ${round(p50.beside)})`,
        against: `without logins ${round(p99.alone)} (p50 ${round(p50.alone)}); logins ${JSON.stringify(logins.statuses)}, p50 ${round(loginP50)} ms`,
        ratio,
        goal: `<= ${MOST} of the p99 without logins`,
        isMet: ratio <= MOST,
        raw: {
          alone: p99.alone,
          beside: p99.beside,
          logins: logins.latencies.length,
        },
      },
      {
        id: "S1m",
        what: "server memory that the logins add, MB",
        value: round(grown / 1e6),
        against: `before ${round(resident / 1e6)}`,
        goal: "<= 300 MB",
        isMet: grown <= 300e6,
        raw: { before: resident, residentMax: logins.residentMax },
      },
    ];
  } finally {
    await tower.stop();
  }
}
