import fc from "fast-check";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, test } from "vitest";
import { compareUrgency } from "../../../domain/board-model.ts";
import type { Row } from "../../../domain/board.ts";
import { GROUP_KEYS, isGroup } from "../../../client/stores/board-groups.ts";
import { useBoardList } from "../../../client/stores/board-list.ts";
import {
  compareOf,
  DEFAULT_VIEW,
  queryFromView,
  viewFromQuery,
} from "../../../client/stores/board-view.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import { createListing } from "../../../client/stores/listing.ts";
import { aRow, generateRows, metricsOf } from "../../support/board-rows.ts";

const MINUTE = 60_000;
beforeEach(() => setActivePinia(createPinia()));

function openList(rows: Row[]) {
  const board = useBoard();
  const list = useBoardList();
  board.clear("BER1");
  const metrics = metricsOf(rows, 0);
  board.load(
    { epoch: "e", seq: 1 },
    { rows, more: false, metrics, pickups: [], sources: [], total: rows.length },
  );
  list.settle(0);
  let seq = 1;
  const change = (upserts: Row[], removed: string[] = []) => {
    seq += 1;
    const at = { site: "BER1", epoch: "e", from: seq - 1, to: seq, at: 0 };
    board.apply({ ...at, upserts: upserts.map((row) => ({ ...row, v: seq })), removed });
  };
  const ids = () => list.entries.map((entry) => (isGroup(entry) ? `# ${entry.label}` : entry.id));
  return { board, list, change, ids };
}

const late = (id: string, actBy: number, change: Partial<Row> = {}) =>
  aRow({ id, sev: "late", actBy, due: actBy, ...change });

describe("the board's order", () => {
  test("follows changes when nobody looks closely", () => {
    const { list, change, ids } = openList([late("a", 1), late("b", 2)]);
    change([late("b", 0), late("c", 3)]);
    list.settle(250);
    expect(ids()).toEqual(["b", "a", "c"]);
  });

  test("stands still under the pointer, counts what waits, and settles two seconds after", () => {
    const { board, list, change, ids } = openList([late("a", 1), late("b", 2), late("c", 3)]);
    list.hold("pointer", true);
    change([late("c", 0), late("d", 9)], ["b"]);
    list.settle(0);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(list.waiting).toBe(3);
    expect(Object.fromEntries(list.drift)).toEqual({ b: "left", c: "moved" });
    expect(board.rows.get("c")?.actBy).toBe(0);

    list.hold("pointer", false);
    list.settle(performance.now() + 1_500);
    expect(ids()).toEqual(["a", "b", "c"]);
    list.settle(performance.now() + 2_100);
    expect(ids()).toEqual(["c", "a", "d"]);
    expect(list.waiting).toBe(0);
  });

  test("a change that moves nothing does not wait", () => {
    const { list, change } = openList([late("a", 1), late("b", 5)]);
    list.hold("focus", true);
    change([late("b", 4, { why: "another reason" })]);
    list.settle(0);
    expect(list.waiting).toBe(0);
  });

  test("the dot takes what waits, then holds, then lets go", () => {
    const { list, change, ids } = openList([late("a", 1), late("b", 2)]);
    list.hold("drawer", true);
    change([late("b", 0)]);
    list.settle(0);
    list.toggleStill();
    expect(ids()).toEqual(["b", "a"]);
    list.toggleStill();
    expect(list.isHeldByHand).toBe(true);
    list.toggleStill();
    expect(list.isHeldByHand).toBe(false);
  });

  test("their own filter is answered at once, held or not", () => {
    const { list, change, ids } = openList([late("a", 1), aRow({ id: "b", stage: "packing" })]);
    list.hold("pointer", true);
    change([aRow({ id: "c", stage: "packing" })]);
    list.show({ ...DEFAULT_VIEW, stages: ["packing"] });
    expect(ids()).toEqual(["b", "c"]);
    expect(list.shownCount).toBe(2);
  });

  test("finds by SKU, tracking id and several words, and by nothing else", () => {
    const { list, ids } = openList([
      aRow({ id: "SO-1", find: ["SKU-77", "JJD000390"] }),
      aRow({ id: "SO-2", customerOrder: "A-77", shipTo: { city: "Köln" } }),
    ]);
    list.show({ ...DEFAULT_VIEW, text: "jjd000390" });
    expect(ids()).toEqual(["SO-1"]);
    list.show({ ...DEFAULT_VIEW, text: "köln 77" });
    expect(ids()).toEqual(["SO-2"]);
    list.show({ ...DEFAULT_VIEW, text: "zzz" });
    expect(ids()).toEqual([]);
  });

  test("groups by departing truck, the next one first, and closes a group", () => {
    const at = (time: number, carrier: string) => ({ id: `${carrier}-20261123-1500`, at: time });
    const { list, ids } = openList([
      late("a", 1, { pickup: at(90 * MINUTE, "UPS") }),
      late("b", 2, { pickup: at(60 * MINUTE, "DHL") }),
      late("c", 3),
    ]);
    list.show({ ...DEFAULT_VIEW, group: "truck" });
    expect(ids()).toEqual(["# DHL 15:00", "b", "# UPS 15:00", "a", "# No truck", "c"]);
    list.toggleGroup("DHL-20261123-1500");
    expect(ids()).toEqual(["# DHL 15:00", "# UPS 15:00", "a", "# No truck", "c"]);
  });

  test("groups by station, owner and cause stand by their most urgent order, whatever the sort, and those without one last", () => {
    const { list, change, ids } = openList([
      late("a", 1),
      late("b", 4, { station: "P1", owner: "ana", incident: "INC-2" }),
      late("c", 2, { station: "P3", owner: "bo", holds: [{ code: "HOLD_ADDRESS" }] }),
      aRow({ id: "d", station: "P1", exceptions: ["SHORT_PICK"] }),
      aRow({ id: "e", station: "P2", sev: "unknown", why: "North silent since 9: not known" }),
    ]);
    list.show({ ...DEFAULT_VIEW, group: "station", sort: "id", descending: true });
    expect(ids()).toEqual(["# P3", "c", "# P1", "d", "b", "# P2", "e", "# No station", "a"]);
    expect(list.shownRows().map(({ id }) => id)).toEqual(["c", "d", "b", "e", "a"]);
    change([late("b", 0, { station: "P1", owner: "ana", incident: "INC-2" })]);
    list.settle(250);
    expect(ids()[0]).toBe("# P1");
    list.show({ ...DEFAULT_VIEW, group: "owner" });
    expect(ids()).toEqual(["# ana", "b", "# bo", "c", "# Nobody", "a", "e", "d"]);
    list.show({ ...DEFAULT_VIEW, group: "cause" });
    const heads = list.entries.filter(isGroup);
    expect(heads.map(({ label, count }) => `${label} ${count}`)).toEqual([
      "INC-2 1",
      "On hold: address 1",
      "North silent since 9 1",
      "Short pick 1",
      "No cause known 1",
    ]);
    expect(heads.map(({ incident }) => incident)[0]).toBe("INC-2");
  });

  test("a closed group counts what it hides, and closes nothing of another grouping", () => {
    const { list, ids } = openList([late("a", 1), late("b", 2), aRow({ id: "c" })]);
    list.show({ ...DEFAULT_VIEW, group: "owner" });
    list.toggleGroup("");
    expect(list.entries).toEqual([
      { group: "", label: "Nobody", count: 3, severities: { late: 2, on_time: 1 }, isClosed: true },
    ]);
    expect(list.shownRows()).toHaveLength(3);
    list.show({ ...DEFAULT_VIEW, group: "station" });
    expect(ids()).toEqual(["# No station", "a", "b", "c"]);
  });

  test("fills itself while pages come, even under the pointer", () => {
    const board = useBoard();
    const list = useBoardList();
    board.clear("BER1");
    list.hold("pointer", true);
    const rows = generateRows(6, 0);
    const part = { metrics: metricsOf(rows, 0), pickups: [], sources: [], total: 6 };
    board.load({ epoch: "e", seq: 1 }, { ...part, rows: rows.slice(0, 4), more: true });
    list.settle(0);
    expect(list.shownCount).toBe(4);
    board.page({ site: "BER1", epoch: "e", seq: 1, rows: rows.slice(4), last: true });
    list.settle(250);
    expect(list.shownCount).toBe(6);
    const [row] = rows;
    board.apply({
      site: "BER1",
      epoch: "e",
      from: 1,
      to: 2,
      upserts: [{ ...row!, id: "new", v: 2 }],
      removed: [],
      at: 0,
    });
    list.settle(500);
    expect([list.shownCount, list.waiting]).toEqual([6, 1]);
  });
});

const someRow = fc.record({
  id: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
  actBy: fc.nat(4),
  sev: fc.constantFrom("late" as const, "on_time" as const, "lost_cause" as const),
});

const rounds = fc.array(fc.array(someRow, { maxLength: 6 }), { maxLength: 8 });
test("placing changes one pass at a time equals sorting everything anew", () => {
  const property = fc.property(rounds, fc.boolean(), (changes, isFiltered) => {
    const rows = new Map<string, Row>();
    const passes = isFiltered ? (row: Row) => row.sev !== "lost_cause" : null;
    const listing = createListing(rows, () => ({ compare: compareUrgency, passes }));
    for (const round of changes) {
      for (const { id, actBy, sev } of round) {
        if (actBy === 4) rows.delete(id);
        else rows.set(id, aRow({ id, actBy, sev }));
        listing.note(id);
      }
      listing.place();
      const anew = [...rows.values()].filter(passes ?? (() => true)).sort(compareUrgency);
      expect(listing.shown()).toEqual(anew);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 500 });
});

test("the number of those to act on shows its own orders: none that is late already", () => {
  const { now } = useConnection();
  const { list, ids } = openList([
    aRow({ id: "soon", sev: "on_time", actBy: now + 10 * MINUTE }),
    aRow({ id: "risk", sev: "at_risk", actBy: now - MINUTE }),
    aRow({ id: "planned", sev: "on_time", actBy: now - MINUTE }),
    late("late", now - MINUTE),
  ]);
  list.show({ ...DEFAULT_VIEW, actWithin: 30 });
  list.settle(0);
  expect(ids()).toEqual(["risk", "soon"]);
});

describe("the address", () => {
  test("carries the whole view and brings it back", () => {
    const view = {
      ...DEFAULT_VIEW,
      stages: ["picking", "packing"] as const,
      severities: ["late"] as const,
      carriers: ["DHL"],
      pickups: ["DHL-20261123-1500"],
      owners: ["bo"],
      held: true,
      actWithin: 30,
      text: "SKU 8841",
      sort: "due" as const,
      descending: true,
      group: "truck" as const,
    };
    expect(viewFromQuery(queryFromView(view))).toEqual(view);
    for (const group of GROUP_KEYS)
      expect(viewFromQuery(queryFromView({ ...view, group })).group).toBe(group);
    expect(queryFromView(DEFAULT_VIEW)).toEqual({});
  });

  test("leaves out what it does not know", () => {
    expect(viewFromQuery({ stage: "picking,sleeping", sort: "luck", group: "moon" })).toEqual({
      ...DEFAULT_VIEW,
      stages: ["picking"],
    });
  });
});

test("every sort is a total order that ends with the id", () => {
  const rows = generateRows(200, 0);
  for (const sort of ["due", "stage", "pickup", "owner", "to", "lines"] as const)
    for (const descending of [false, true]) {
      const compare = compareOf({ ...DEFAULT_VIEW, sort, descending });
      const once = rows.toSorted(compare).map((row) => row.id);
      expect(
        rows
          .toReversed()
          .sort(compare)
          .map((row) => row.id),
      ).toEqual(once);
    }
});
