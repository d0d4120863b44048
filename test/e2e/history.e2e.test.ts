/** History on a real tower: what came is asked for over HTTP, and when its file is taken away the tower goes on and history is built again. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Analytics } from "../../domain/contract/analytics.ts";
import { anOrderReceived } from "../support/builders.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const ORDERS = 60;

describe.skipIf(redisMissing)("history of a running tower", () => {
  let tower: Tower;
  beforeAll(async () => {
    tower = await startTower({ env: { CT_FORECAST: "0" } });
  });
  afterAll(() => tower.stop());

  const post = async (names: readonly string[]): Promise<void> => {
    const at = new Date(Date.now() - 60_000).toISOString();
    const event = (type: string, orderId: string, data: object) => ({
      id: `${type}-${orderId}`,
      source: "wms/test",
      type,
      site: "BER1",
      orderId,
      occurredAt: at,
      data,
    });
    const events = names.flatMap((name) => {
      const { data } = anOrderReceived(0, { customerOrder: name });
      return [
        event("order.received", name, { ...data, placedAt: at }),
        event("parcel.handed_over", name, {}),
        event("parcel.delivered", name, {}),
      ];
    });
    expect((await tower.post(events)).status).toBe(202);
  };
  const received = async (): Promise<number> => {
    const answer = await tower.request("/api/v1/analytics/otif?site=BER1&by=none");
    return answer.ok
      ? (((await answer.json()) as Analytics).total["sellerCancelRate"]?.of?.d ?? 0)
      : -answer.status;
  };
  const copying = async (): Promise<string> => {
    const ready = (await (await tower.request("/readyz")).json()) as {
      parts: { history: { copying: string } };
    };
    return ready.parts.history.copying;
  };
  async function until(count: number): Promise<void> {
    const giveUpAt = Date.now() + 60_000;
    for (let last = 0; last !== count; last = await received()) {
      if (Date.now() > giveUpAt)
        throw new Error(
          `history says ${last}, not ${count}\n${tower.workers[0]?.output()}\n${tower.server.output()}`,
        );
      await sleep(200);
    }
  }

  test("counts what came, and says so again after its file was taken away", async () => {
    const names = Array.from({ length: ORDERS }, (_, n) => `H-${n}`);
    await post(names);
    await until(ORDERS);
    // the copier says how far it is after each batch, a moment later than the batch can be read
    await expect.poll(copying, { timeout: 30_000, interval: 200 }).toBe("current");
    rmSync(join(tower.dataDir, "history"), { recursive: true });
    // what is live does not notice
    await post(["H-LATER"]);
    expect((await tower.request("/readyz")).status).toBe(200);
    await until(ORDERS + 1);
    const board = await tower.request("/api/v1/rewind/range?site=BER1");
    expect(board.status).toBe(200);
  });
});
