import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pageBehind, pageByKey } from "../../server/cursor.ts";

const name = (one: string): string => one;

test("pages hold everything once and in order, however large they are", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }).map((text) => text.toWellFormed())),
      fc.integer({ min: 1, max: 7 }),
      (all, limit) => {
        const found: string[] = [];
        let cursor: string | null = null;
        do {
          const page: { items: string[]; next: string | null } = pageByKey(all, name, {
            limit,
            ...(cursor !== null && { cursor }),
          });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items);
          cursor = page.next;
        } while (cursor !== null);
        expect(found).toEqual(all.toSorted((a, b) => (a < b ? -1 : 1)));
      },
    ),
  );
});

test("what comes and goes between two pages neither skips nor repeats another", () => {
  const first = pageByKey(["b", "d", "f", "h"], name, { limit: 2 });
  expect(first.items).toEqual(["b", "d"]);
  const second = pageByKey(["a", "c", "f", "g", "h"], name, { limit: 2, cursor: first.next ?? "" });
  expect(second.items).toEqual(["f", "g"]);
});

test.each(["abc!", "", "a", "YQ==", " YQ", "\u00ff"])("%j is no cursor", (cursor) => {
  expect(() => pageByKey(["a"], name, { cursor })).toThrow("none of this list");
});

describe("a list in an order of its own", () => {
  const walk = (cursor: string | null, all: string[], limit = 3) =>
    pageBehind(all, name, { limit, ...(cursor !== null && { cursor }) });

  test.each([
    ["nothing", ["e", "b", "d", "a", "c", "f"], ["a", "c", "f"]],
    ["its last one", ["e", "b", "a", "c", "f"], ["a", "c", "f"]],
    ["its first one (and another new)", ["x", "b", "d", "a", "c", "f"], ["a", "c", "f"]],
    ["all of it", ["a", "c", "f"], ["a", "c", "f"]],
  ])("goes on where a page ended, with %s gone", (_, then, expected) => {
    const first = walk(null, ["e", "b", "d", "a", "c", "f"]);
    expect(first.items).toEqual(["e", "b", "d"]);
    expect(walk(first.next, then)).toEqual({ items: expected, next: null });
  });

  test("says with long names, too, where it goes on, within what a query holds", () => {
    const all = Array.from({ length: 9 }, (_, at) => `${at}`.repeat(128));
    const { next } = walk(null, all, 6);
    expect(next?.length).toBeLessThanOrEqual(512);
    expect(walk(next, all, 6).items).toEqual(all.slice(6));
  });

  test.each(["abc!", "", "bm9uZQ", "W10", "WzFd", "WyJhIiwiYiJd"])("%j is no cursor", (cursor) => {
    expect(() => walk(cursor, ["a"])).toThrow("none of this list");
  });
});
