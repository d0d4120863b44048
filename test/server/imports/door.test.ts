/** The door for CSV files: what is answered, what a dry run says, and that it writes nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImportAnswer } from "../../../domain/contract/imports.ts";
import { BEARER } from "../fake-app.ts";
import { createWorld, type World } from "../matrix/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

const post = (lines: string[], query = "", type = "text/csv") =>
  world.app.inject({
    method: "POST",
    url: `/api/v1/imports?site=BER1${query}`,
    headers: { ...BEARER, "content-type": type },
    payload: lines.join("\n"),
  });
const taken = () => world.tower.taken.map(({ event }) => event);

const HEADER = "orderId,placedAt,name,city,sku,quantity";
const FILE = [HEADER, "CSV-1,2026-02-11 09:00,Jane Doe,Hamburg,A,1", "CSV-1,,,,B,2"];
const SPOILT = [HEADER, "CSV-2,2026-02-11 09:00,,,A,1", "CSV-3,2026-02-11 09:00,,,A,many"];

test("a dry run says what would change and which rows are refused, and writes nothing", async () => {
  const before = taken().length;
  const answer = await post(SPOILT, "&dryRun=true");
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    dryRun: true,
    form: "orders",
    rows: 2,
    accepted: 1,
    duplicates: 0,
    orders: { new: 1, amended: 0, unchanged: 0 },
    changes: [{ orderId: "CSV-2", row: 2, change: "new", lines: 1 }],
    errors: [{ index: 1, path: "row 3, column quantity", message: "must be a whole number" }],
  });
  expect(taken()).toHaveLength(before);
});

test("a file is on disk, its names sealed; the same file again is all duplicates", async () => {
  const first = await post(FILE);
  expect(first.statusCode).toBe(202);
  expect(first.json()).toMatchObject({
    dryRun: false,
    accepted: 1,
    orders: { new: 1 },
    errors: [],
  });
  const entry = world.tower.taken.at(-1);
  expect(entry?.event).toMatchObject({ source: "csv", orderId: "CSV-1", type: "order.received" });
  expect(JSON.stringify(entry?.event)).not.toContain("Jane Doe");
  expect((await post(FILE)).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  expect((await post(FILE, "&dryRun=true")).json()).toMatchObject({ accepted: 0, duplicates: 1 });
});

test("nothing is taken of a file with a mistake, the rest when it is asked for", async () => {
  const before = taken().length;
  const answer = await post(SPOILT);
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ errors: [{ path: "row 3, column quantity" }] });
  expect(taken()).toHaveLength(before);
  const partial = await post(SPOILT, "&partial=true");
  expect(partial.statusCode).toBe(207);
  expect(partial.json()).toMatchObject({
    accepted: 1,
    errors: [{ path: "row 3, column quantity" }],
  });
});

test("a file of events, with ids of its own", async () => {
  const lines = ["type,id,orderId,occurredAt,text", "note.added,n-1,CSV-1,2026-02-11 10:00,hello"];
  const answer = (await post(lines)).json() as ImportAnswer;
  expect(answer).toMatchObject({ form: "events", events: { "note.added": 1 }, accepted: 1 });
  expect(answer).not.toHaveProperty("changes");
  expect(taken().at(-1)).toMatchObject({ id: "n-1", data: { text: "hello" } });
  const other = [lines[0] ?? "", "note.added,n-1,CSV-1,2026-02-11 10:00,something else"];
  const refused = await post(other);
  expect(refused.json()).toMatchObject({
    code: "CT_ERR_EVENT_CONFLICT",
    errors: [{ index: 0, path: "row 2, column id" }],
  });
});

test.each([
  [415, "{}", "application/json"],
  [422, "", "text/csv"],
  [422, "orderId,placedAt,sku,qty\nA,2026-02-11,B,1", "text/csv"],
])("%i for %s as %s", async (status, body, type) => {
  const answer = await post([body], "", type);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
});
