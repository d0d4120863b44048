/** The clocks of server, workers and producers are wrong and are set while everything runs: moments are those of Redis all the same. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { changeIn } from "../../domain/contract/log-entry.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const LATE_MS = 2_000;
/** clocks of those who send, against ours */
const PRODUCERS = { slow: -3 * DAY, behind: -10 * MINUTE, ahead: 10 * MINUTE, far: 365 * DAY };
const ORDERS_EACH = 8;
const FIRST_DUE_MS = 3_000;
const DUE_EVERY_MS = 400;

const SITE = {
  id: "CLK1",
  name: "Clocks",
  timeZone: "Europe/Berlin",
  stages: ["received", "packed", "staged", "handed_over", "delivered"],
  shifts: [],
  stations: [],
  carriers: [{ id: "A", pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at: "23:59" }] }],
  serviceLevels: [{ id: "standard", mode: "day", shipWithin: "P0D", deliverWithin: "P3D" }],
  stageBudgets: {},
};

type Seen = { row: Row; at: number };

describe.skipIf(redisMissing)("with clocks that are wrong", () => {
  let tower: Tower;
  let redis: TestClient;
  const dir = mkdtempSync(join(tmpdir(), "ct-clocks-"));
  const clockFile = join(dir, "clock.json");
  const set = (server: number, workers: number): void =>
    writeFileSync(clockFile, JSON.stringify({ server, workers }));

  beforeAll(async () => {
    const sitesFile = join(dir, "sites.json");
    writeFileSync(sitesFile, JSON.stringify({ sites: [SITE] }));
    set(10 * MINUTE, -10 * MINUTE);
    tower = await startTower({
      env: {
        CT_SITES_FILE: sitesFile,
        CT_TEST_CLOCK: clockFile,
        NODE_OPTIONS: `--import=${join(import.meta.dirname, "../support/shifted-clock.ts")}`,
      },
    });
    redis = await connectTestClient(tower.redis.socketPath);
  }, 60_000);
  afterAll(async () => {
    redis?.destroy();
    await tower?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Two events of an order by a producer whose clock is wrong: it stands on the dock and should leave at `due`. */
  function told(id: string, skew: number, due: number): object[] {
    const at = (ms: number): string => new Date(ms).toISOString();
    const now = Date.now() + skew;
    const common = { source: "wms/x", site: SITE.id, orderId: id };
    const data = {
      customerOrder: id,
      channel: "web",
      service: "standard",
      placedAt: at(now - MINUTE),
      shipBy: at(due),
      deliverBy: at(due + 5 * DAY),
      shipTo: { country: "DE" },
      lines: [{ line: 1, sku: "S", quantity: 1 }],
    };
    return [
      { ...common, id: `r-${id}`, type: "order.received", occurredAt: at(now - 1_000), data },
      { ...common, id: `s-${id}`, type: "parcel.staged", occurredAt: at(now), data: {} },
    ];
  }

  /** Every state of every order, with the Redis time of its commit. */
  async function history(): Promise<Map<string, Seen[]>> {
    const seen = new Map<string, Seen[]>();
    const command = ["XRANGE", keysOf(SITE.id).log, "-", "+"];
    for (const [, fields] of await redis.sendCommand<[string, string[]][]>(command)) {
      const change = changeIn(fields);
      for (const row of change.rows)
        seen.set(row.id, [...(seen.get(row.id) ?? []), { row, at: change.at }]);
    }
    return seen;
  }

  test("orders change at their moments, none early and none missed, and skewed events are taken and marked", async () => {
    const dues = new Map<string, number>();
    const begun = Date.now();
    let place = 0;
    for (const [name, skew] of Object.entries(PRODUCERS))
      for (let index = 0; index < ORDERS_EACH; index += 1, place += 1) {
        const due = begun + FIRST_DUE_MS + place * DUE_EVERY_MS;
        dues.set(`${name}-${index}`, due);
        const answer = await tower.post(told(`${name}-${index}`, skew, due));
        expect(answer.status).toBe(202);
      }
    const steps = [
      [10 * MINUTE, -25 * MINUTE],
      [-10 * MINUTE, 10 * MINUTE],
      [-20 * MINUTE, -60 * MINUTE],
    ] as const;
    for (const [server, workers] of steps) {
      await sleep(3_000);
      set(server, workers);
    }
    await sleep(Math.max(0, ...dues.values()) + LATE_MS + 500 - Date.now());

    const seen = await history();
    const wrong: string[] = [];
    for (const [id, due] of dues) {
      const rows = seen.get(id) ?? [];
      const first = rows.find(({ row }) => row.sev === "late");
      if (first === undefined) wrong.push(`${id} was missed`);
      else if (first.at <= due || first.at > due + LATE_MS)
        wrong.push(`${id} was late after ${first.at - due} ms`);
      const isMarked = rows.at(-1)?.row.flags.includes("CLOCK_SKEW") === true;
      const isSkewed = id.startsWith("ahead") || id.startsWith("far");
      if (isMarked !== isSkewed) wrong.push(`${id} is marked: ${isMarked}`);
    }
    expect(wrong).toEqual([]);
  }, 40_000);

  test("the tower stays ready, and tells the time of Redis", async () => {
    await sleep(500);
    const ready = await tower.request("/readyz");
    expect(await ready.json()).toMatchObject({ state: "ready" });
    const metrics = (await (
      await tower.request(`/api/v1/metrics/live?site=${SITE.id}`)
    ).json()) as {
      at: string;
    };
    expect(Math.abs(Date.parse(metrics.at) - Date.now())).toBeLessThan(1_000);
  });
});
