/** Webhooks on a real tower whose workers are killed, to a receiver that is a process of its own and refuses now and then. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeliveryView, WebhookWithSecret } from "../../domain/contract/webhooks.ts";
import { anOrderReceived } from "../support/builders.ts";
import { freePort, startTower, type Tower } from "../support/tower.ts";

type Got = { id: string; type: string; orderId: string; isSigned: boolean };

const ORDERS = 40;
const TYPES = ["order.received", "order.shipped", "order.delivered"];
let tower: Tower;
let receiver: ChildProcess;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  receiver = spawn(process.execPath, [join(import.meta.dirname, "webhook-receiver.ts"), `${port}`]);
  await once(receiver.stdout!, "data");
  tower = await startTower({ workers: 2, env: { CT_WEBHOOK_ALLOW: origin, CT_FORECAST: "0" } });
});
afterAll(async () => {
  receiver.kill("SIGKILL");
  await tower.stop();
});

const gotten = async (): Promise<Got[]> => (await fetch(`${origin}/got`)).json() as Promise<Got[]>;
const send = (method: string, path: string, body: object = {}) =>
  tower.request(`/api/v1/webhooks${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`not so after ${withinMs} ms`);
    await sleep(200);
  }
}

async function listen(): Promise<void> {
  const wish = { name: "ERP", site: "BER1", url: `${origin}/in`, types: TYPES };
  const made = (await (await send("POST", "", wish)).json()) as WebhookWithSecret;
  await fetch(`${origin}/secret`, { method: "POST", body: made.secret });
  // workers know it within two seconds
  await sleep(2_000);
}

const eventsOf = (order: string) => {
  const event = (type: string, data: object) => ({
    id: `${type}-${order}`,
    source: "wms/test",
    type,
    site: "BER1",
    orderId: order,
    occurredAt: new Date().toISOString(),
    data,
  });
  const { data } = anOrderReceived(Date.now());
  return [
    event("order.received", { ...data, placedAt: new Date().toISOString() }),
    event("parcel.handed_over", { carrier: "A" }),
    event("parcel.delivered", {}),
  ];
};

test("whoever dies, the receiver hears of each effect, signed, each order's in their order", async () => {
  await listen();
  for (let order = 0; order < ORDERS; order += 1) {
    const answer = await tower.post(eventsOf(`W-${order}`));
    expect(answer.status).toBe(202);
    if (order % 13 !== 5) continue;
    const victim = tower.workers[Math.floor(order / 13) % 2]!;
    await victim.kill("SIGKILL");
    victim.start();
  }
  const distinct = async () => new Set((await gotten()).map(({ id }) => id)).size;
  await until(async () => (await distinct()) >= ORDERS * TYPES.length, 25_000).catch(
    async (error: unknown) => {
      throw new Error(
        `${await distinct()} arrived\n${tower.workers.map((one) => one.output()).join("\n")}`,
        { cause: error },
      );
    },
  );
  // what was refused comes again after five seconds; nothing else does
  await sleep(500);
  const got = await gotten();
  expect(await distinct()).toBe(ORDERS * TYPES.length);
  expect(got.filter(({ isSigned }) => !isSigned)).toEqual([]);
  for (let order = 0; order < ORDERS; order += 1) {
    const own = got.filter(({ orderId }) => orderId === `W-${order}`);
    const first = own.filter(({ id }, at) => own.findIndex((one) => one.id === id) === at);
    expect(first.map(({ type }) => type)).toEqual(TYPES);
  }
}, 60_000);

test("a trial arrives, what became of it is listed, and it can be sent again with its id", async () => {
  const list = (await (await tower.request("/api/v1/webhooks")).json()) as {
    items: { id: string }[];
  };
  const { id } = list.items[0]!;
  const { effect } = (await (await send("POST", `/${id}/test`)).json()) as { effect: string };
  const arrived = async () => (await gotten()).filter((one) => one.id === effect).length;
  await until(async () => (await arrived()) >= 1, 12_000);
  const deliveries = async () => {
    const answer = await tower.request(`/api/v1/webhooks/${id}/deliveries?limit=200`);
    return ((await answer.json()) as { items: DeliveryView[] }).items;
  };
  await until(
    async () =>
      (await deliveries()).some((one) => one.effect === effect && one.state === "delivered"),
    12_000,
  );
  const before = await arrived();
  expect((await send("POST", `/${id}/deliveries/${effect}/replay`)).status).toBe(202);
  await until(async () => (await arrived()) > before, 12_000);
}, 40_000);
