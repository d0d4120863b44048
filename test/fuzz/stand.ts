/** A whole tower to be tried: real processes, a real Redis, three orders that can be acted on. */
import { setTimeout as sleep } from "node:timers/promises";
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

export async function startFuzzTower(): Promise<Tower> {
  const tower = await startTower({
    env: {
      CT_DEMO: "1",
      CT_TRUSTED_PROXIES: "loopback",
      CT_RATE_KEYS: "0",
      CT_RATE_PEOPLE: "0",
      CT_RATE_ADDRESSES: "0",
      CT_RATE_SITES: "0",
      LOG_LEVEL: "error",
    },
    appendfsync: "no",
  });
  await tower.post(["SO-1", "SO-2", "SO-3"].map(order));
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await tower.request("/api/v1/orders/SO-3?site=BER1")).ok) break;
    await sleep(50);
  }
  return tower;
}
