import { afterAll, beforeAll, expect, test } from "vitest";
import { pageBehind } from "../../server/cursor.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", []);
});
afterAll(() => tower.app.close());

const LISTS = [
  "/channels",
  "/config/sites/versions",
  "/displays",
  "/people?site=BER1",
  "/pickups?site=BER1",
  "/views?site=BER1",
  "/webhooks",
  "/what-if?site=BER1",
];
const read = (path: string) =>
  tower.app.inject({ url: `/api/v1${path}`, headers: BEARER }) as Promise<{
    statusCode: number;
    json: () => { items: unknown[]; next: string | null; errors: { path: string }[] };
  }>;
const within = (path: string, query: string) => `${path}${path.includes("?") ? "&" : "?"}${query}`;

test.each(LISTS)("%s is read page by page, and names what is wrong with the page", async (path) => {
  const { statusCode, json } = await read(within(path, "limit=1"));
  expect([path, statusCode]).toEqual([path, 200]);
  expect(json().items.length).toBeLessThanOrEqual(1);
  for (const [query, field] of [
    ["limit=0", "/limit"],
    ["limit=201", "/limit"],
    ["cursor=no%20such", "/cursor"],
  ] as const) {
    const refused = await read(within(path, query));
    expect([path, query, refused.statusCode]).toEqual([path, query, 422]);
    expect(refused.json().errors.map((error) => error.path)).toEqual([field]);
  }
});

test("pages of a short list are the list, in its order", () => {
  const all = ["b", "c", "a", "e", "d"];
  const pages: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: { items: string[]; next: string | null } = pageBehind(all, (one) => one, {
      limit: 2,
      ...(cursor !== undefined && { cursor }),
    });
    pages.push(page.items);
    cursor = page.next;
  }
  expect(pages).toEqual([["b", "c"], ["a", "e"], ["d"]]);
  expect(pageBehind(all, (one) => one, {})).toEqual({ items: all, next: null });
});
