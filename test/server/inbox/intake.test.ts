/** What becomes of a body of lines when one of them cannot be read. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { BEARER } from "../fake-app.ts";
import { createWorld, type World } from "../matrix/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

const line = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    source: "wms/ber1",
    type: "note.added",
    site: "BER1",
    orderId: "SO-TWIN",
    occurredAt: "2026-02-11T09:14:03+01:00",
    data: { text: "x" },
    ...more,
  });

const post = (lines: string[], query = "") =>
  world.app.inject({
    method: "POST",
    url: `/api/v1/events${query}`,
    headers: { ...BEARER, "content-type": "application/x-ndjson" },
    payload: lines.join("\n"),
  });

test("nothing is taken, and every line that is no JSON is named", async () => {
  const before = world.tower.taken.length;
  const answer = await post([line("1"), "{", "", line("2"), '{"id":"3","id":"3"}']);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: "CT_ERR_NOT_JSON", retryable: false });
  expect(answer.json().errors).toEqual([
    { index: 1, path: "", message: "Line 2 is not valid JSON.", code: "CT_ERR_NOT_JSON" },
    { index: 3, path: "", message: 'Line 5 names "id" twice.', code: "CT_ERR_NOT_JSON" },
  ]);
  expect(world.tower.taken).toHaveLength(before);
});

test("with partial=true the others are taken, and what is wrong is named in its order", async () => {
  const before = world.tower.taken.length;
  const lines = [line("4"), "{", line("5", { type: "no.such" }), line("6")];
  const answer = await post(lines, "?partial=true");
  expect(answer.statusCode).toBe(207);
  const { accepted, errors } = answer.json() as {
    accepted: number;
    errors: { index: number; code: string }[];
  };
  expect(accepted).toBe(2);
  expect(errors.map(({ index, code }) => [index, code])).toEqual([
    [1, "CT_ERR_NOT_JSON"],
    [2, "CT_ERR_UNKNOWN_TYPE"],
  ]);
  expect(world.tower.taken.slice(before).map(({ event }) => event.id)).toEqual(["4", "6"]);
});

test.each(["orderId", "id", "source"])(
  "half a character in %s is refused: stored it would be another text",
  async (field) => {
    const half = line("7", { [field]: "X" }).replace('"X"', String.raw`"a\ud800b"`);
    const answer = await post([half]);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toMatchObject([{ index: 0, path: `/${field}` }]);
  },
);

test("an event above 256 KiB is a body too large (413), one among other mistakes an item", async () => {
  const large = line("8", { data: { text: "x", pad: "x".repeat(262_145) } });
  const before = world.tower.taken.length;
  const alone = await post([line("9"), large]);
  expect(alone.statusCode).toBe(413);
  expect(alone.json()).toMatchObject({
    code: "CT_ERR_EVENT_TOO_LARGE",
    errors: [{ index: 1, id: "8" }],
  });
  const among = await post([line("10", { type: "no.such" }), large]);
  expect(among.statusCode).toBe(422);
  expect(world.tower.taken).toHaveLength(before);
});
