import { expect, test } from "vitest";
import { freeViewId, isSameName } from "../../../client/board/useSavedViews.ts";

test("names that an address cannot tell apart keep an address each", () => {
  const known = [{ id: "hall-a" }, { id: "view" }, { id: "view-2" }];
  expect(freeViewId("Hall B", known)).toBe("hall-b");
  expect(freeViewId("Hall A!", known)).toBe("hall-a-2");
  expect(freeViewId("大口", known)).toBe("view-3");
  const long = "x".repeat(60);
  expect(freeViewId(long, [{ id: "x".repeat(48) }])).toBe(`${"x".repeat(46)}-2`);
});

test("a name is the same in capitals and with spaces around it", () => {
  expect(isSameName(" Hall A", "hall a ")).toBe(true);
  expect(isSameName("Hall A!", "Hall A")).toBe(false);
});
