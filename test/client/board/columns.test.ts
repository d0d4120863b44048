import { expect, test } from "vitest";
import { columnPlaces, columnsFor, gridTemplate } from "../../../client/board/columns.ts";
import {
  addressOf,
  DEFAULT_VIEW,
  viewFromAddress,
  viewFromQuery,
  withoutFilter,
  type BoardView,
} from "../../../client/stores/board-view.ts";

const NONE = new Set<never>();
const idsAt = (width: number, chosen: BoardView["columns"] = []) =>
  columnsFor(width, NONE, chosen).map(({ id }) => id);

test("with little room columns give way in their order; why they are late stays to the last", () => {
  expect(idsAt(1_900)).toHaveLength(16);
  expect(idsAt(1_848)).toHaveLength(16);
  expect(idsAt(1_400)).not.toContain("to");
  expect(idsAt(1_368)).toContain("act");
  expect(idsAt(950)).toEqual(["select", "id", "severity", "left", "due", "stage", "truck", "why"]);
});

test("chosen columns stand in their order between what is always there, whatever the width", () => {
  const chosen = ["owner", "truck", "left"] as const;
  const wanted = ["select", "id", "severity", "owner", "truck", "left", "why"];
  expect(idsAt(1_900, chosen)).toEqual(wanted);
  expect(idsAt(500, chosen)).toEqual(wanted);
  expect(columnsFor(1_900, new Set(["owner"] as const), chosen).map(({ id }) => id)).not.toContain(
    "owner",
  );
});

test("cells are placed by column, so that they may stand in one order in the page", () => {
  const columns = columnsFor(1_900, NONE, ["owner", "left"]);
  expect(columnPlaces(columns)).toMatchObject({ "--at-owner": 4, "--at-left": 5, "--at-why": 6 });
  expect(gridTemplate(columns).split(" ")[0]).toBe("var(--select-width)");
});

test("an address says the columns, and what it does not know or says twice is left out", () => {
  const view = viewFromQuery({ cols: "owner,left,why,nonsense,owner" });
  expect(view.columns).toEqual(["owner", "left"]);
  expect(addressOf(view)).toBe("cols=owner%2Cleft");
});

test("a view comes back from its address as it was", () => {
  const view: BoardView = {
    stages: ["picking", "packing"],
    severities: ["late"],
    carriers: ["DHL", "a&b=c, d"].slice(0, 1),
    pickups: ["DHL-20261123-1500"],
    owners: ["bo", "ana"],
    held: true,
    actWithin: 30,
    text: "sku 7 & Köln",
    sort: "due",
    descending: true,
    group: "truck",
    columns: ["truck", "left"],
  };
  expect(viewFromAddress(addressOf(view))).toEqual(view);
  expect(addressOf(view)).toMatch(/^[\x21-\x7e]+$/);
  expect(addressOf(DEFAULT_VIEW)).toBe("");
});

test("without its filter a view keeps how it is shown", () => {
  const view = viewFromAddress("stage=picking&q=x&sort=-due&group=stage&cols=truck");
  expect(addressOf(withoutFilter(view))).toBe("sort=-due&group=stage&cols=truck");
});
