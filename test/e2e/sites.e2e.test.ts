/** Rules that are changed while real processes run: two servers, workers, a restart, and a sites file that changed. */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CalendarView } from "../../domain/contract/calendars.ts";
import type { OrderDetail } from "../../domain/contract/api.ts";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import { freePort } from "../support/free-port.ts";
import { createPart, startTower, type Part, type Tower } from "../support/tower.ts";

const EXAMPLE = new URL("../../server/example-sites.json", import.meta.url);
const CALENDAR = "/api/v1/config/calendars?site=BER1";

let tower: Tower;
let other: Part;
let otherUrl = "";
const dir = mkdtempSync(join(tmpdir(), "ct-sites-"));
const file = join(dir, "sites.json");
const writeFile = (name: string): void => {
  const example = JSON.parse(readFileSync(EXAMPLE, "utf8")) as SitesConfig;
  const sites = example.sites.map((site) => (site.id === "BER1" ? { ...site, name } : site));
  writeFileSync(file, JSON.stringify({ sites }));
};

beforeAll(async () => {
  writeFile("Berlin");
  tower = await startTower({ env: { CT_SITES_FILE: file } });
  const port = await freePort();
  otherUrl = `http://127.0.0.1:${port}`;
  other = createPart("server/main.ts", {
    PATH: process.env["PATH"],
    REDIS_URL: tower.redis.url,
    PORT: String(port),
    CT_DATA_DIR: tower.dataDir,
    CT_BOOTSTRAP_KEY: tower.key,
    CT_SITES_FILE: file,
    LOG_LEVEL: "warn",
  });
  await vi.waitFor(() => fetch(`${otherUrl}/livez`), { timeout: 60_000, interval: 100 });
}, 120_000);
afterAll(async () => {
  await other.kill("SIGTERM");
  await tower.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function ask<T>(path: string, method = "GET", body?: object, base = tower.url): Promise<T> {
  const answer = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${tower.key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect([path, answer.status, answer.ok]).toEqual([path, answer.status, true]);
  return (await answer.json()) as T;
}

/** Received in the night from Monday to Tuesday: due on the first day on which somebody works. */
async function dueOf(id: string): Promise<string> {
  const occurredAt = "2026-02-10T00:30:00+01:00";
  const event = {
    id: `${id}-1`,
    source: "shop",
    site: "BER1",
    orderId: id,
    type: "order.received",
    occurredAt,
    data: {
      customerOrder: id,
      channel: "web",
      service: "standard",
      placedAt: occurredAt,
      shipTo: { city: "Berlin", country: "DE" },
      lines: [{ line: 1, sku: "SKU-1", quantity: 1 }],
    },
  };
  await ask("/api/v1/events", "POST", [event]);
  return vi.waitFor(() => readDue(id), { timeout: 10_000, interval: 50 });
}

async function readDue(id: string): Promise<string> {
  const { deadlines } = await ask<OrderDetail>(`/api/v1/orders/${id}?site=BER1`);
  const ship = deadlines.find(({ kind }) => kind === "ship");
  if (ship === undefined) throw new Error(`${id} is due at no time`);
  return ship.at;
}

describe("a calendar that is changed while all runs", () => {
  test("gives the orders from then on other deadlines, and leaves those of before theirs", async () => {
    const before = await dueOf("SO-1");
    const calendar = await ask<CalendarView>(CALENDAR);
    const closures = [...calendar.closures, { date: "2026-02-10", name: "Stocktaking" }];
    const changed = await ask<CalendarView>(CALENDAR, "PUT", { ...calendar, closures });
    expect(changed.version).toBe(calendar.version + 1);
    // a worker reads the rules before a turn; one that is under way ends first
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const after = await dueOf("SO-2");
    expect([before.slice(0, 10), after.slice(0, 10)]).toEqual(["2026-02-10", "2026-02-11"]);
    expect(await readDue("SO-1")).toBe(before);
    const there = await ask<CalendarView>(CALENDAR, "GET", undefined, otherUrl);
    expect([there.version, there.closures]).toEqual([changed.version, closures]);
    await vi.waitFor(async () => {
      const config = await ask<SitesConfig>("/api/v1/config/sites", "GET", undefined, otherUrl);
      expect(config.version).toBe(changed.version);
    });
  });

  test("stays over a restart with the same sites file, and gives way to one that changed, which says so", async () => {
    const { version } = await ask<CalendarView>(CALENDAR);
    const restart = async (): Promise<SitesConfig> => {
      await other.kill("SIGTERM");
      other.start();
      await vi.waitFor(() => fetch(`${otherUrl}/livez`), { timeout: 60_000, interval: 100 });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return ask<SitesConfig>("/api/v1/config/sites", "GET", undefined, otherUrl);
    };
    const same = await restart();
    const closed = ({ sites }: SitesConfig) =>
      sites[0]?.closures?.some(({ date }) => date === "2026-02-10");
    expect([same.version, closed(same)]).toEqual([version, true]);
    expect(other.output()).not.toContain("sites file is another");
    writeFile("Spandau");
    const taken = await restart();
    expect([taken.version, taken.sites[0]?.name, closed(taken)]).toEqual([
      version + 1,
      "Spandau",
      false,
    ]);
    expect(other.output()).toContain(`it replaces version ${version} of the sites`);
    const old = await ask<SitesConfig>(`/api/v1/config/sites/versions/${version}`);
    expect(closed(old)).toBe(true);
    // the server that was not restarted follows
    await vi.waitFor(async () =>
      expect((await ask<SitesConfig>("/api/v1/config/sites")).version).toBe(version + 1),
    );
  });
});
