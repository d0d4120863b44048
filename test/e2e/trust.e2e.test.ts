/** A full tour with marked personal values and secrets, and a search of everything that is written or said; then the audit log of that tour, checked and seen. */
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../domain/contract/keys.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CT = join(import.meta.dirname, "../../bin/ct.ts");
const keys = keysOf("BER1");
/** In no other text; each stands in a field of its own. */
const MARKED = {
  name: "Xqzvorname Xqznachname",
  street: "Xqzstrasse 99",
  postalCode: "XQZ1011",
  phone: "+49 30 7788990011",
  email: "xqzmail@example.com",
};
const ADMIN_PASSWORD = "xqz-admin-password-of-the-tour";

const received = (orderId: string, more: object = {}) => ({
  id: `${orderId}-1`,
  source: "shop/1",
  type: "order.received",
  site: "BER1",
  orderId,
  occurredAt: new Date(Date.now() - 60_000).toISOString(),
  data: {
    customerOrder: `C-${orderId}`,
    channel: "web",
    service: "express",
    placedAt: new Date(Date.now() - 90_000).toISOString(),
    email: MARKED.email,
    shipTo: { ...MARKED, city: "Berlin", country: "DE" },
    lines: [{ line: 1, sku: "SKU-7", quantity: 2 }],
    ...more,
  },
});

describe.skipIf(redisMissing)("after a full tour", () => {
  let tower: Tower;
  /** every answer that was not asked for personal fields */
  const said: string[] = [];

  async function ask(path: string, method = "GET", body?: object): Promise<Response> {
    const response = await tower.request(path, {
      method,
      // a connection of its own each: on a busy machine a kept one may end just when it is used again
      headers: { "content-type": "application/json", connection: "close" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    said.push(await response.clone().text());
    return response;
  }

  async function until<T>(look: () => Promise<T | null>): Promise<T> {
    for (let turn = 0; turn < 200; turn += 1) {
      const found = await look();
      if (found !== null) return found;
      await sleep(50);
    }
    throw new Error("it did not happen within 10 s");
  }
  type Letters = { items: { id: string }[] };
  const oneLetter = async () => {
    const answer = await ask("/api/v1/dead-letters?site=BER1");
    return ((await answer.json()) as Letters).items[0] ?? null;
  };

  beforeAll(async () => {
    const env = { CT_DEMO: "1", LOG_LEVEL: "debug", CT_ADMIN_PASSWORD: ADMIN_PASSWORD };
    tower = await startTower({ env });
    const client = await connectTestClient(tower.redis.socketPath);
    await client.hSet(keys.orders, "SO-BAD", "this is no record");
    await ask("/api/v1/events", "POST", [received("SO-1"), received("SO-2"), received("SO-BAD")]);
    await ask("/api/v1/events", "POST", { ...received("SO-3"), type: "no.such", occurredAt: 7 });
    await ask("/api/v1/events", "POST", received("SO-3", { lines: MARKED }));
    await ask("/api/v1/events", "POST", received("SO-1", { email: "another@example.com" }));
    await ask("/api/v1/board?site=BER1");
    await ask("/metrics");
    await ask("/api/v1/orders?site=BER1&q=SO-1");
    await until(async () => {
      const found = await tower.request("/api/v1/orders/SO-1?site=BER1");
      return found.ok ? true : null;
    });
    // answered with the order, and this key may read its personal fields
    await ask("/api/v1/orders/SO-1/actions/hold?site=BER1", "POST", { code: "ADDRESS" });
    said.pop();
    const letter = await until(oneLetter);
    await client.hDel(keys.orders, "SO-BAD");
    await ask(`/api/v1/dead-letters/${letter.id}/replay?site=BER1`, "POST", {});
    await until(async () => ((await oneLetter()) === null ? true : null));
    await ask("/api/v1/session", "POST", { name: "admin", password: ADMIN_PASSWORD });
    await ask("/api/v1/session", "POST", { name: "admin", password: "xqz-wrong-password" });
    client.destroy();
  });
  afterAll(() => tower?.stop());

  const ct = (...args: string[]) => {
    const env = { ...process.env, CT_URL: tower.url, CT_KEY: tower.key };
    return promisify(execFile)(process.execPath, [CT, ...args], { env });
  };
  const storedFiles = (): string[] =>
    readdirSync(tower.redis.dir, { recursive: true })
      .map((name) => join(tower.redis.dir, String(name)))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, "latin1"));
  const logs = (): string =>
    [tower.server, ...tower.workers].map((part) => part.output()).join("\n");
  const personal = async (id: string) => {
    const answer = await tower.request(`/api/v1/orders/${id}?site=BER1`);
    return (await answer.json()) as { personal: object | null; personalErasedAt: string | null };
  };

  test("who may reads the personal fields, of a replayed dead letter too", async () => {
    expect((await personal("SO-1")).personal).toMatchObject(MARKED);
    expect((await personal("SO-BAD")).personal).toMatchObject(MARKED);
  });

  test("no personal value and no secret is in an answer, a log, or anything that Redis ever wrote", async () => {
    await tower.request(`/api/v1/personal/export?customer=${encodeURIComponent(MARKED.email)}`);
    const stored = storedFiles();
    expect(stored.join("").length).toBeGreaterThan(10_000);
    const secret = readFileSync(join(tower.dataDir, "secret"), "latin1");
    const never = [
      ...Object.values(MARKED),
      ADMIN_PASSWORD,
      "xqz-wrong-password",
      tower.key,
      secret,
    ];
    const places = { answers: said, logs: [logs()], stored };
    for (const [place, texts] of Object.entries(places))
      for (const value of never)
        expect(
          texts.some((text) => text.includes(value)),
          `${place}: ${value}`,
        ).toBe(false);
  });

  test("the audit log of the tour is whole, and an edited copy is not", async () => {
    const whole = await ct("verify-audit");
    expect(whole.stdout).toContain("the audit log is whole");
    const server = join(tower.dataDir, "server-with-anchors.log");
    const verified = await tower.request("/api/v1/audit/verify");
    const { head } = (await verified.json()) as { head: object };
    writeFileSync(server, `${JSON.stringify({ anchor: head })}\n`);
    const anchored = await ct("verify-audit", "--anchors", server);
    expect(anchored.stdout).toMatch(/the audit log is whole: .* 1 anchors of a log/);
    const answer = await tower.request("/api/v1/exports/audit.ndjson");
    const text = await answer.text();
    expect(text).toContain('"what":"order.hold"');
    expect(text).toContain('"what":"dead-letter.replayed"');
    const file = join(tower.dataDir, "audit.ndjson");
    writeFileSync(file, text.replace("ADDRESS", "FRAUD"));
    await expect(ct("verify-audit", "--file", file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/entry \d+: edited/),
    });
  });

  test("erasing a person leaves the order without them, for good", async () => {
    await expect(ct("erase", "--customer", "C-SO-1")).rejects.toMatchObject({ code: 2 });
    expect((await personal("SO-1")).personal).not.toBeNull();
    const done = await ct("erase", "--customer", "C-SO-1", "--yes");
    expect(done.stdout).toContain("1 order");
    expect(await personal("SO-1")).toMatchObject({
      personal: null,
      personalErasedAt: expect.any(String),
    });
    expect((await personal("SO-2")).personal).toMatchObject(MARKED);
    const kept = JSON.parse((await ct("export-person", "--customer", MARKED.email)).stdout);
    expect(kept.orders.map(({ id }: { id: string }) => id).toSorted()).toEqual(["SO-2", "SO-BAD"]);
  });

  describe.skipIf(browserMissing)("the audit page", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    async function openAudit(colorScheme: "light" | "dark", width = 1920): Promise<Page> {
      const viewport = { width, height: 1080 };
      const context = await browser.newContext({ viewport, colorScheme });
      const login = { name: "auditor", password: "demo-auditor-tower" };
      const headers = { origin: tower.url };
      await context.request.post(`${tower.url}/api/v1/session`, { data: login, headers });
      const page = await context.newPage();
      await page.goto(`${tower.url}/audit`);
      await page.getByText("order.hold").first().waitFor();
      return page;
    }
    const shot = (page: Page, name: string) => {
      const dir = process.env["CT_SHOTS"];
      return dir === undefined ? undefined : page.screenshot({ path: `${dir}/${name}.png` });
    };

    test.each(["light", "dark"] as const)(
      "has no axe finding in %s, checks and filters",
      async (scheme) => {
        const page = await openAudit(scheme, scheme === "dark" ? 1024 : 1920);
        await page.getByRole("button", { name: "Check the log" }).click();
        await page.getByText("The log is whole").waitFor();
        await shot(page, `audit-${scheme}`);
        await page.evaluate(AXE);
        const found = await page.evaluate<{ violations: { id: string; nodes: unknown[] }[] }>(
          "axe.run('main')",
        );
        expect(found.violations).toEqual([]);
        await page.getByRole("textbox", { name: "What", exact: true }).fill("order");
        await page.keyboard.press("Enter");
        await page.waitForURL(/what=order/);
        await page.getByText("dead-letter.replayed").waitFor({ state: "detached" });
        await expect.poll(() => page.getByText("order.hold").count()).toBe(1);
        await page.context().close();
      },
    );
  });
});
