/** A whole tower to be tried: real processes, a real Redis, three orders that can be acted on. */
import { setTimeout as sleep } from "node:timers/promises";
import { keysOf } from "../../domain/contract/keys.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { startTower, type Tower } from "../support/tower.ts";

const order = (id: string) => ({
  id: `received-${id}`,
  source: "fuzz-seed",
  type: "order.received",
  site: "BER1",
  orderId: id,
  occurredAt: new Date().toISOString(),
  data: {
    customerOrder: `C-${id}`,
    channel: "web",
    service: "standard",
    placedAt: new Date().toISOString(),
    shipTo: { country: "DE" },
    lines: [{ line: 1, sku: "SKU-1", quantity: 1 }],
  },
});

async function until(happened: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    // a kept connection may end just when it is used again
    if (await happened().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error("the tower of the fuzz is not ready within 30 s");
}

/** An order whose record nobody can read: the event for it ends among the dead letters. */
async function makeDeadLetter(tower: Tower): Promise<void> {
  const client = await connectTestClient(tower.redis.socketPath);
  const { orders } = keysOf("BER1");
  await client.hSet(orders, "SO-BAD", "this is no record");
  await tower.post([order("SO-BAD")]);
  await until(async () => {
    const answer = await tower.request("/api/v1/dead-letters?site=BER1");
    return ((await answer.json()) as { items: object[] }).items.length > 0;
  });
  await client.hDel(orders, "SO-BAD");
  client.destroy();
}

export async function startFuzzTower(): Promise<Tower> {
  const tower = await startTower({
    env: {
      CT_DEMO: "1",
      CT_TRUSTED_PROXIES: "loopback",
      CT_RATE_KEYS: "0",
      CT_RATE_PEOPLE: "0",
      CT_RATE_ADDRESSES: "0",
      CT_RATE_SITES: "0",
      CT_WEBHOOK_ALLOW: "https://127.0.0.1:9",
      LOG_LEVEL: "error",
    },
    appendfsync: "no",
  });
  await tower.post(["SO-1", "SO-2", "SO-3"].map(order));
  await until(async () => (await tower.request("/api/v1/orders/SO-3?site=BER1")).ok);
  await makeDeadLetter(tower);
  return tower;
}
