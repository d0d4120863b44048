/** `ct import` and `ct replay` against a whole tower: in order, shuffled and twice end in the same orders, and the counts are the data's own. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LiveMetrics } from "../../domain/board.ts";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { readFeed } from "../../bin/adapters/read-feed.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const ROOT = join(import.meta.dirname, "../..");
const REAL = join(ROOT, "../shared/data/timelines");
const run = promisify(execFile);

const HEADER =
  "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date";

/** Forty orders of every kind the files know, traps included; all of the year 2017. */
function ownOrders(): string {
  const rows = Array.from({ length: 40 }, (_, index) => {
    const day = String((index % 27) + 1).padStart(2, "0");
    const id = `order-${index}`;
    const [placed, approved, out] = [
      `2017-03-${day} 10:00:00`,
      `2017-03-${day} 11:00:00`,
      `2017-04-${day} 09:00:00`,
    ];
    const home = `2017-05-${day} 18:00:00`;
    const promise = `2017-06-${day} 00:00:00`;
    const kinds = [
      `${id},c,delivered,${placed},${approved},${out},${home},${promise}`,
      `${id},c,delivered,${placed},${out.replace("09:", "12:")},${out},${home},${promise}`,
      `${id},c,shipped,${placed},,${out},,${promise}`,
      `${id},c,canceled,${placed},,,,${promise}`,
      `${id},c,unavailable,${placed},${approved},,,${promise}`,
    ];
    return kinds[index % kinds.length] ?? "";
  });
  return [HEADER, ...rows, ""].join("\n");
}

/** Three sites with the same rules: one for each way of feeding. */
function threeSites(folder: string): string {
  const example = JSON.parse(
    readFileSync(join(ROOT, "server/example-sites.json"), "utf8"),
  ) as SitesFile;
  const sites = ["ONE", "TWO", "THREE"].map((id) => ({ ...example.sites[0], id, name: id }));
  const path = join(folder, "sites.json");
  writeFileSync(path, JSON.stringify({ sites }));
  return path;
}

describe.skipIf(redisMissing)("real input", () => {
  let tower: Tower;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ct-input-"));
    writeFileSync(join(folder, "orders.csv"), ownOrders());
    // what a forecaster has learned of a site hangs on the moment it looks; what an order is must not
    tower = await startTower({ env: { CT_SITES_FILE: threeSites(folder), CT_FORECAST: "0" } });
  });
  afterAll(async () => {
    await tower.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ct = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, CT_URL: tower.url, CT_KEY: tower.key };
    const { stdout } = await run(process.execPath, [join(ROOT, "bin/ct.ts"), ...args], { env });
    return stdout;
  };

  const metricsOf = async (site: string): Promise<LiveMetrics> =>
    (await (await tower.request(`/api/v1/metrics/live?site=${site}`)).json()) as LiveMetrics;

  /** What the way an order was fed decides: numbers, record times, its site; and when the retention of personal fields, whose time is long over for orders this old, came by. */
  const DECIDED_BY_THE_WAY = new Set(
    "seq v recordedAt site slackMs personal personalErasedAt".split(" "),
  );

  /** What an order is, without what the way it was fed decides. */
  const orderAt = async (site: string, id: string): Promise<string> => {
    const response = await tower.request(`/api/v1/orders/${id}?site=${site}`);
    const text = JSON.stringify(await response.json(), (name, value: unknown) =>
      DECIDED_BY_THE_WAY.has(name) ? undefined : value,
    );
    return `${response.status} ${text}`;
  };

  const wordsOf = (site: string, { open, closed }: LiveMetrics): string => {
    const ended = Object.entries(closed).map(([stage, n]) => `${stage} ${n.toLocaleString("en")}`);
    return `${site} now: ${open.toLocaleString("en")} open; closed: ${ended.join(", ")}`;
  };

  /** Feeds the same file in order, shuffled, and twice, and compares orders, and counts. */
  async function feedThreeWays(
    path: string,
    ids: readonly string[],
    command: string[],
  ): Promise<LiveMetrics> {
    const [name = "", ...options] = command;
    await ct(name, path, "--site", "ONE", ...options);
    const told = await ct("import", path, "--site", "TWO", "--shuffle", "11");
    await ct("import", path, "--site", "THREE");
    const again = await ct("import", path, "--site", "THREE");
    expect(again).toMatch(/ 0 accepted/);
    for (const id of ids) {
      const [one, two, three] = await Promise.all(
        ["ONE", "TWO", "THREE"].map((site) => orderAt(site, id)),
      );
      expect(one).toMatch(/^200 /);
      expect(two).toBe(one);
      expect(three).toBe(one);
    }
    const [one, two, three] = await Promise.all(["ONE", "TWO", "THREE"].map(metricsOf));
    expect(two?.closed).toEqual(one?.closed);
    expect(three?.closed).toEqual(one?.closed);
    expect([two?.open, three?.open]).toEqual([one?.open, one?.open]);
    // it said so itself when it ended, and not what stood there a moment before
    expect(told).toContain(wordsOf("TWO", two as LiveMetrics));
    return one as LiveMetrics;
  }

  test("a file of our own ends in the same orders, whichever way it is fed", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `order-${index}`);
    const path = join(folder, "orders.csv");
    const metrics = await feedThreeWays(path, ids, ["replay", "--speed", "100000000"]);
    expect(metrics.closed).toMatchObject({ delivered: 16, cancelled: 8 });
    expect(metrics.open).toBe(16);
    // All of it is years old: nothing of it may alarm anybody.
    expect(metrics.severities).toMatchObject({ at_risk: 0, late: 0, lost_cause: 0 });
  });

  test.skipIf(!existsSync(REAL))(
    "Olist's orders count as the files do (skipped when they are absent)",
    async () => {
      const path = join(REAL, "olist/orders.csv.gz");
      const { events } = await readFeed(path, { site: "ONE" });
      const ids = [...new Set(events.map((event) => event.orderId ?? ""))].filter(
        (_, index) => index % 20 === 0,
      );
      const before = await metricsOf("ONE");
      const metrics = await feedThreeWays(path, ids, ["import"]);
      const gained = (stage: string): number =>
        (metrics.closed[stage] ?? 0) - (before.closed[stage] ?? 0);
      expect(gained("delivered")).toBe(2485);
      expect(gained("cancelled")).toBe(19);
      expect(metrics.open - before.open).toBe(30 + 13 + 10 + 32);
      const late = metrics.promises.deliveredLate - before.promises.deliveredLate;
      expect(late).toBe(90);
    },
  );

  test.skipIf(!existsSync(REAL))(
    "the OCEL log's orders are all delivered (skipped when it is absent)",
    async () => {
      const path = join(REAL, "ocel");
      const { events } = await readFeed(path, { site: "ONE" });
      const ids = [...new Set(events.map((event) => event.orderId ?? ""))].filter(
        (_, index) => index % 10 === 0,
      );
      const before = await metricsOf("ONE");
      const metrics = await feedThreeWays(path, ids, ["import"]);
      expect((metrics.closed["delivered"] ?? 0) - (before.closed["delivered"] ?? 0)).toBe(199);
    },
  );
});
