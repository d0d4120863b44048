/** Webhooks on a real tower whose workers are killed, to a receiver that is a process of its own and refuses now and then. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliveryView, WebhookWithSecret } from "../../domain/contract/webhooks.ts";
import { anOrderReceived } from "../support/builders.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { violations } from "../support/desk.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { freePort, startTower, type Tower } from "../support/tower.ts";
import { bare } from "../support/bare-env.ts";

type Got = { id: string; type: string; orderId: string; isSigned: boolean };

const ORDERS = 30;
const TYPES = ["order.received", "order.shipped", "order.delivered"];
let tower: Tower;
let receiver: ChildProcess;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  receiver = spawn(process.execPath, [join(import.meta.dirname, "webhook-receiver.ts"), `${port}`]);
  await once(receiver.stdout!, "data");
  tower = await startTower({
    workers: 2,
    env: { CT_WEBHOOK_ALLOW: origin, CT_FORECAST: "0", CT_DEMO: "1" },
  });
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
    if (order % 10 !== 5) continue;
    const victim = tower.workers[Math.floor(order / 10) % 2]!;
    await victim.kill("SIGKILL");
    victim.start();
  }
  const distinct = async () => new Set((await gotten()).map(({ id }) => id)).size;
  await until(async () => (await distinct()) >= ORDERS * TYPES.length, 40_000).catch(
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
}, 90_000);

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

test("an operator makes one, sees it and ends it; nothing that Redis keeps holds its secret", async () => {
  const run = promisify(execFile);
  const ct = (...args: string[]) =>
    run(process.execPath, [join(import.meta.dirname, "../../bin/ct.ts"), "webhooks", ...args], {
      env: { ...bare(), CT_URL: tower.url, CT_KEY: tower.key },
    });
  const to = ["--site", "BER1", "--to", `${origin}/cli`];
  const { stdout } = await ct("create", "CLI", ...to, "--types", "order.late");
  expect(stdout.trim()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await expect(ct("create", "CLI", ...to, "--types", "x")).rejects.toMatchObject({ code: 2 });
  const line = (await ct("list")).stdout.split("\n").find((one) => one.includes("\tCLI\t"));
  expect(line).toContain("active\tBER1\torder.late");
  const id = line?.split("\t")[0] ?? "";
  expect((await send("POST", `/${id}/test`)).status).toBe(202);
  await until(async () => {
    const answer = await tower.request(`/api/v1/webhooks/${id}/deliveries`);
    return ((await answer.json()) as { items: unknown[] }).items.length > 0;
  }, 12_000);
  const client = await connectTestClient(tower.redis.socketPath);
  const kept: string[] = [];
  for await (const names of client.scanIterator())
    for (const name of names) {
      const type = await client.type(name);
      if (type === "hash") kept.push(JSON.stringify(await client.hGetAll(name)));
      if (type === "stream") kept.push(JSON.stringify(await client.xRange(name, "-", "+")));
    }
  client.destroy();
  expect(kept.join("\n")).toContain("webhook.test");
  expect(kept.join("\n")).not.toContain(stdout.trim().slice(6, 30));
  await ct("delete", id);
  expect((await ct("list")).stdout).not.toContain(id);
}, 40_000);

describe.skipIf(browserMissing)("the pages of who is told", () => {
  async function look(person: string, path: string, browser: Browser): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const login = { name: person, password: `demo-${person}-tower` };
    await page.request.post(`${tower.url}/api/v1/session`, { data: login });
    await page.goto(`${tower.url}${path}`);
    return page;
  }

  test("a webhook is made, tried, shows what came of it and is deleted; axe finds nothing", async () => {
    await using browser = await openBrowser();
    const page = await look("admin", "/settings/webhooks", browser);
    await page.getByRole("heading", { name: "Webhooks" }).waitFor();
    await page.getByRole("button", { name: "Make a webhook" }).click();
    await page.getByLabel("Who is told").fill("Shop of the browser");
    await page.getByLabel("Address").fill("https://169.254.169.254/latest");
    await page.getByLabel("Address").press("Enter");
    await page.getByText("Nothing may be sent to this address").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Address").fill(`${origin}/in`);
    await page.getByLabel("Address").press("Enter");
    const secret = await page.getByTestId("webhook-secret").textContent();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await page.content()).not.toContain(secret ?? "none");

    const row = page.getByRole("listitem").filter({ hasText: "Shop of the browser" });
    const choose = async (name: string) => {
      await row.getByRole("button").press("Enter");
      await page.getByRole("menuitem", { name, exact: true }).press("Enter");
    };
    await choose("Send a test");
    await choose("Last deliveries");
    const dialog = page.getByRole("dialog");
    const readAgain = dialog.getByRole("button", { name: "Read again" });
    await until(async () => {
      await readAgain.click();
      return dialog.getByText("answered 204").isVisible();
    }, 15_000);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await choose("Switch off");
    await row.getByText("switched off").waitFor();
    expect(await violations(page)).toEqual([]);
    await choose("Delete");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
  }, 60_000);

  test("a room is made for ladders and forgotten when asked twice; whose role it is not is told whose it is", async () => {
    await using browser = await openBrowser();
    const page = await look("admin", "/settings/channels", browser);
    await page.getByText("No channel yet").waitFor();
    await page.getByRole("button", { name: "Make a channel" }).click();
    await page.getByLabel("Id, as ladders name it").fill("night-room");
    await page.getByLabel("Name", { exact: true }).fill("Night shift");
    await page.getByLabel("Address of its webhook").fill("https://169.254.169.254/latest");
    await page.getByLabel("Address of its webhook").press("Enter");
    await page.getByText("Nothing may be sent to this address").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Address of its webhook").fill(`${origin}/room`);
    await page.getByLabel("Address of its webhook").press("Enter");
    const row = page.getByRole("listitem").filter({ hasText: "Night shift" });
    await row.waitFor();
    expect(await row.textContent()).not.toContain("/room");
    await row.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Steps of ladders that name night-room tell nobody").waitFor();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await page.close();

    const lead = await look("lead", "/settings/channels", browser);
    await lead.getByText("Your role does not manage channels").waitFor();
    expect(await violations(lead)).toEqual([]);
  }, 60_000);
});
