/** Whose a parcel is, asked once or often. */
import { expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { createParcelFinder } from "../../server/known-parcels.ts";
import { aRow } from "../support/board-rows.ts";

const rows = new Map<string, Row>(
  Array.from({ length: 100 }, (_, n) => {
    const row = aRow({ id: `SO-${n}`, find: [`SKU-${n % 3}`, `P-${n}`, "P-shared"] });
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

test("without a board nothing is known", () => {
  expect(createParcelFinder(undefined)("P-1")).toBeUndefined();
});
