import fc from "fast-check";
import { expect, test } from "vitest";
import { pageByKey } from "../../server/cursor.ts";

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
