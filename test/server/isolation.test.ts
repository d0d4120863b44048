/** Twin sites with equal order numbers: every id of one, tried by everybody of the other in path, query, body, header, filter and cursor. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HTTP_OPERATIONS, type HttpOperation } from "../../domain/permissions.ts";
import { createWorld, TWIN, type Subject, type World } from "./matrix/world.ts";

let world: World;
let cases = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

/** Whoever may do most at NYC1; what they try to reach is at BER1. */
const intruders = (): Subject[] =>
  world.subjects.filter(({ name }) => name === "admin@NYC1" || name === "key of everything@NYC1");

const QUERIES = [
  "site",
  "q",
  "cursor",
  "pickup",
  "stage",
  "severity",
  "carrier",
  "exception",
  "hold",
  "sort",
  "subject",
  "who",
  "orderId",
  "limit",
];
const HEADERS = [
  "idempotency-key",
  "x-site",
  "x-forwarded-host",
  "x-original-url",
  "x-rewrite-url",
  "if-match",
  "referer",
  "x-http-method-override",
  "ce-ctsite",
];

/** Everything that names a thing of BER1. */
async function idsOfOther(): Promise<string[]> {
  const { site, order, event, letter, key, endedKey, user } = world.places.BER1;
  const ids = [site, order, event.id, letter, key, endedKey, user, "MARK-BER1-SKU", "MARK-BER1-C"];
  const insider = world.subjects.find(({ name }) => name === "key of everything@BER1");
  const page = await world.app.inject({
    url: "/api/v1/orders?limit=1",
    headers: insider?.headers() ?? {},
  });
  const { next } = page.json() as { next: string };
  expect(next).toBeTypeOf("string");
  return [...ids, next, `rows:full:${site}`, `ct:{${site}}:orders`, `${site}/${TWIN}`];
}

const LISTS: HttpOperation[] = [
  "GET /api/v1/orders",
  "GET /api/v1/board",
  "GET /api/v1/pickups",
  "GET /api/v1/metrics/live",
  "GET /api/v1/metrics/trends",
  "GET /api/v1/dead-letters",
  "GET /api/v1/keys",
  "GET /api/v1/users",
  "GET /api/v1/audit",
  "GET /api/v1/config/sites",
];

const tried = new Set<string>();

/**
 * What was asked for may come back in a refusal, and stands in the audit as what one tried. Marks alone are taken out: without the letters of `BER1` no mark of it would
 * be found any more.
 */
function withoutAsked(body: string, url: string, id: string): string {
  if (id.includes("MARK")) tried.add(id);
  const echoed = /\/audit/.test(url) ? [...tried] : [...tried].filter((one) => one === id);
  return echoed.reduce((text, one) => text.replaceAll(one, "<asked>"), body);
}

/** Nothing of BER1 in the answer, and nothing done to BER1. */
async function tryIt(
  intruder: Subject,
  id: string,
  method: string,
  url: string,
  more: { payload?: object; headers?: Record<string, string> } = {},
): Promise<void> {
  const before = world.tower.taken.length;
  const answer = await world.app.inject({
    method: method as "GET",
    url,
    headers: { ...more.headers, ...intruder.headers() },
    ...(more.payload !== undefined && { payload: more.payload }),
  });
  cases += 1;
  const where = `${intruder.name} ${method} ${url} ${JSON.stringify(more)}`;
  expect([where, answer.statusCode >= 500]).toEqual([where, false]);
  const said = withoutAsked(answer.body, url, id);
  expect([where, said.includes("MARK-BER1")]).toEqual([where, false]);
  const done = world.tower.taken.slice(before).filter(({ event }) => event.site !== "NYC1");
  expect([where, done]).toEqual([where, []]);
}

/** A change that asks for an id in its body: the ids stand where orders, letters and sites do. */
const BODIES: ((id: string) => [string, object])[] = [
  (id) => ["/api/v1/orders/actions/note?site=NYC1", { ids: [id], text: "x" }],
  (id) => ["/api/v1/dead-letters/replay?site=NYC1", { ids: [id] }],
  (id) => [
    "/api/v1/keys",
    { name: "x", scopes: ["board:read"], sites: [id.replaceAll(/[^A-Za-z0-9_-]/g, "")] },
  ],
  (id) => ["/api/v1/users", { name: "intruder", role: "viewer", sites: [id.slice(0, 32)] }],
  (id) => [
    "/api/v1/events",
    {
      id: `intrusion-${id}`.slice(0, 128),
      source: "wms/test",
      type: "note.added",
      site: id,
      orderId: TWIN,
      occurredAt: "2026-02-11T09:14:03+01:00",
      data: { text: "x" },
    },
  ],
  (id) => [
    `/api/v1/orders/${TWIN}/actions/correct?site=NYC1`,
    { of: { source: "wms/test", id: id.slice(0, 128) }, reason: "did_not_occur" },
  ],
];

test("no id of another site opens anything, wherever it stands", async () => {
  const ids = await idsOfOther();
  const paths = Object.keys(HTTP_OPERATIONS).filter((one) => one.includes("/:"));
  for (const intruder of intruders())
    for (const id of ids) {
      const text = encodeURIComponent(id);
      for (const operation of paths) {
        const [method = "GET", pattern = ""] = operation.split(" ");
        const url = pattern
          .replace("actions/:name", "actions/note")
          .replace(":source", encodeURIComponent("wms/test"))
          .replaceAll(/:[A-Za-z]+/g, text);
        await tryIt(intruder, id, method, url, method === "GET" ? {} : { payload: { text: "x" } });
      }
      for (const operation of LISTS) {
        const url = operation.split(" ")[1] ?? "";
        for (const name of QUERIES) await tryIt(intruder, id, "GET", `${url}?${name}=${text}`);
        if (LISTS.indexOf(operation) < 3)
          for (const name of HEADERS)
            await tryIt(intruder, id, "GET", url, { headers: { [name]: id.slice(0, 200) } });
      }
      for (const body of BODIES) {
        const [url, payload] = body(id);
        await tryIt(intruder, id, "POST", url, { payload });
      }
    }
  expect(cases).toBeGreaterThan(1_500);
}, 60_000);

test("the same number at both sites is one's own order, read and acted on", async () => {
  for (const intruder of intruders()) {
    const headers = intruder.headers();
    const read = await world.app.inject({ url: `/api/v1/orders/${TWIN}`, headers });
    expect(read.body).toContain("MARK-NYC1-C");
    const before = world.tower.taken.length;
    const act = await world.app.inject({
      method: "POST",
      url: `/api/v1/orders/${TWIN}/actions/note`,
      payload: { text: "mine" },
      headers,
    });
    expect(act.statusCode).toBe(200);
    const sites = world.tower.taken.slice(before).map(({ event }) => event.site);
    expect(sites).toEqual(["NYC1"]);
  }
});

test("asking for another site's order takes as long as asking for one that is nowhere", async () => {
  const [intruder] = intruders();
  const measure = async (order: string): Promise<number> => {
    const begun = performance.now();
    await world.app.inject({ url: `/api/v1/orders/${order}`, headers: intruder?.headers() ?? {} });
    return performance.now() - begun;
  };
  const times: Record<string, number[]> = { foreign: [], missing: [] };
  for (let round = 0; round < 300; round += 1) {
    times["foreign"]?.push(await measure(world.places.BER1.order));
    times["missing"]?.push(await measure("SO-ONLY-NONE"));
  }
  const median = (name: string): number => times[name]?.toSorted((a, b) => a - b)[150] ?? 0;
  const ratio = median("foreign") / median("missing");
  expect(ratio).toBeGreaterThan(0.7);
  expect(ratio).toBeLessThan(1.4);
});
