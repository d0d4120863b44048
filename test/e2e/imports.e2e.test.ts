/** CSV through a whole tower: a dry run, the file, the same again, a correction that amends, and one with a mistake that takes nothing. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderDetail } from "../../domain/contract/api.ts";
import type { ImportAnswer } from "../../domain/contract/imports.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

describe.skipIf(redisMissing)("CSV at a running tower", () => {
  let tower: Tower;
  beforeAll(async () => {
    tower = await startTower({ env: { CT_FORECAST: "0" } });
  });
  afterAll(() => tower.stop());

  const send = async (
    rows: string[],
    query = "",
  ): Promise<{ status: number; answer: ImportAnswer }> => {
    const response = await tower.request(`/api/v1/imports?site=BER1${query}`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: rows.join("\r\n"),
    });
    return { status: response.status, answer: (await response.json()) as ImportAnswer };
  };
  const order = async (id: string): Promise<Partial<OrderDetail>> =>
    (await (await tower.request(`/api/v1/orders/${id}?site=BER1`)).json()) as OrderDetail;

  const city = async (id: string): Promise<string | undefined> =>
    ((await order(id)) as { shipTo?: { city?: string } }).shipTo?.city;

  const placed = new Date(Date.now() - 3_600_000).toISOString();
  const HEADER = "orderId;placedAt;name;city;sku;quantity";
  const file = (city: string) => [
    HEADER,
    `CSV-1;${placed};Jane Doe;${city};A;1`,
    "CSV-1;;;;B;2",
    `CSV-2;${placed};;;C;1`,
  ];

  test("what a dry run says is what then happens", async () => {
    const dry = await send(file("Hamburg"), "&dryRun=true");
    expect(dry.status).toBe(200);
    expect(dry.answer).toMatchObject({ accepted: 2, orders: { new: 2 } });
    expect((await tower.request("/api/v1/orders/CSV-1?site=BER1")).status).toBe(404);
    expect((await send(file("Hamburg"))).answer).toMatchObject({ accepted: 2, duplicates: 0 });
    await expect.poll(async () => (await order("CSV-1")).stage).toBe("received");
    await expect.poll(async () => (await order("CSV-2")).stage).toBe("received");
    expect(await order("CSV-1")).toMatchObject({
      shipTo: { city: "Hamburg" },
      personal: { name: "Jane Doe" },
      lines: [
        { line: 1, sku: "A", quantity: 1 },
        { line: 2, sku: "B", quantity: 2 },
      ],
    });
    expect((await send(file("Hamburg"))).answer).toMatchObject({
      accepted: 0,
      duplicates: 2,
      orders: { unchanged: 2 },
    });
  });

  test("a correction amends what differs, once", async () => {
    const dry = await send(file("Bremen"), "&dryRun=true");
    expect(dry.answer.changes?.[0]).toMatchObject({
      orderId: "CSV-1",
      change: "amended",
      fields: [{ field: "city", was: "Hamburg", wouldBe: "Bremen" }],
    });
    expect((await send(file("Bremen"))).answer).toMatchObject({ accepted: 1, duplicates: 1 });
    // again before or after it was applied
    expect((await send(file("Bremen"))).answer).toMatchObject({ accepted: 0, duplicates: 2 });
    await expect.poll(async () => await city("CSV-1")).toBe("Bremen");
    expect((await send(file("Bremen"))).answer).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(await order("CSV-1")).toMatchObject({ personal: { name: "Jane Doe" }, lines: [{}, {}] });
  });

  test("from a terminal: what would change, then the file, and a mistake by its place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ct-csv-"));
    const ct = async (rows: string[], ...args: string[]) => {
      const path = join(folder, "orders.csv");
      writeFileSync(path, rows.join("\n"));
      const env = { ...process.env, CT_URL: tower.url, CT_KEY: tower.key };
      const command = [join(ROOT, "bin/ct.ts"), "import", path, "--site", "BER1", ...args];
      return run(process.execPath, command, { env }).then(
        ({ stdout }) => stdout,
        ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
      );
    };
    expect(await ct(file("Kiel"), "--dry-run")).toMatch(
      /Nothing was written\. 3 rows of orders: 1 to be accepted, 1 known already[^]*CSV-1 city: Bremen -> Kiel/,
    );
    expect(await ct(file("Kiel"))).toMatch(/3 rows of orders: 1 accepted/);
    await expect.poll(async () => city("CSV-1")).toBe("Kiel");
    expect(await ct([HEADER, `CSV-9;${placed};;;A;many`])).toMatch(
      /^1 [^]*row 2, column quantity must be a whole number/,
    );
    rmSync(folder, { recursive: true });
  });

  test("events move the order, and nothing of a file with a mistake is taken", async () => {
    const header = "type;orderId;occurredAt;carrier";
    const at = new Date(Date.now() - 60_000).toISOString();
    const spoilt = await send([
      header,
      `pick.completed;CSV-2;${at};`,
      `parcel.handed_over;CSV-2;${at.slice(0, 8)};DHL`,
    ]);
    expect(spoilt.status).toBe(422);
    expect(spoilt.answer.errors).toMatchObject([{ path: "row 3, column occurredAt" }]);
    expect((await order("CSV-2")).stage).toBe("received");
    await send([header, `pick.completed;CSV-2;${at};`, `parcel.handed_over;CSV-2;${at};DHL`]);
    await expect.poll(async () => (await order("CSV-2")).stage).toBe("handed_over");
  });
});
