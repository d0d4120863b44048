/** Whose a parcel is, asked once or often. */
import { expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { createOrdersFinder, createParcelFinder } from "../../server/known-parcels.ts";
import { aRow } from "../support/board-rows.ts";

const rows = new Map<string, Row>(
  Array.from({ length: 100 }, (_, n) => {
    const row = aRow({ id: `SO-${n}`, find: [`P-${n}`, "P-shared", `SKU-${n % 3}`] });
    return [row.id, row] as const;
  }),
);

test("a few or many: the same orders, by one walk for many", () => {
  let walks = 0;
  const counted = {
    get rows() {
      walks += 1;
      return rows;
    },
  };
  const find = createParcelFinder(counted);
  const names = [...Array.from({ length: 50 }, (_, n) => `P-${n}`), "P-none", "P-shared"];
  const once = names.map((name) => createParcelFinder({ rows })(name));
  expect(names.map(find)).toEqual(once);
  expect(once.slice(0, 2)).toEqual(["SO-0", "SO-1"]);
  expect(once.slice(-2)).toEqual([undefined, "SO-99"]);
  names.forEach(find);
  expect(walks).toBeLessThan(10);
});

test("what several orders share is every one's", () => {
  const find = createOrdersFinder({ rows });
  const some = ["P-1", "P-2", "P-none"];
  expect(some.map(find)).toEqual([["SO-1"], ["SO-2"], []]);
  for (let n = 0; n < 10; n += 1) find(`P-${n}`);
  expect(find("P-shared")).toHaveLength(100);
});

test("without a board nothing is known", () => {
  expect(createParcelFinder(undefined)("P-1")).toBeUndefined();
});

test("an article that is called like a parcel is none", () => {
  const packed = aRow({ id: "SO-1", find: ["P-1", "T-1", "4006381333931"] });
  const open = aRow({
    id: "SO-2",
    find: ["4006381333931"],
    parcels: { total: 0, packed: 0, shipped: 0 },
  });
  const rows = new Map([packed, open].map((row) => [row.id, row]));
  const asked = ["P-1", "T-1", "4006381333931", ...Array.from({ length: 9 }, (_, n) => `X-${n}`)];
  for (const names of [asked.slice(0, 3), asked.toReversed()]) {
    const find = createParcelFinder({ rows });
    const found = new Map(names.map((name) => [name, find(name)]));
    expect(asked.slice(0, 3).map((name) => found.get(name))).toEqual(["SO-1", "SO-1", undefined]);
  }
});
