import { describe, expect, test } from "vitest";
import { columnsFor } from "../../../client/board/columns.ts";
import { csvCell, rowsToCsv } from "../../../client/board/csv.ts";
import { cellWords, changedCells, rowView } from "../../../client/board/row-view.ts";
import { stateOf, worstFilter } from "../../../client/board/board-state.ts";
import { DEFAULT_VIEW } from "../../../client/stores/board-view.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aRow, SITE_STAGES } from "../../support/board-rows.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 13, 6);
const context = {
  now: NOW,
  format: createSiteFormat("Europe/Berlin"),
  stages: SITE_STAGES,
  p90Of: () => 55 * MINUTE,
};

describe("a row on the board", () => {
  const late = aRow({
    id: "SO-100045",
    sev: "late",
    stage: "packing",
    stageSince: NOW - 71 * MINUTE,
    due: NOW - 18 * MINUTE,
    pickup: { id: "DHL-20261122-1500", at: NOW + 54 * MINUTE },
    holds: [{ code: "ADDRESS_CHECK" }],
    exceptions: ["SHORT_PICK", "QC_REJECT"],
    owner: "Bo",
    why: "Carton L is out",
  });

  test("says in words what is left, when it is due, and where it is", () => {
    expect(rowView(late, context)).toMatchObject({
      left: "−18 min",
      due: "13:48 CET",
      dueKind: "s",
      stage: "Packing",
      inStage: "1 h 11",
      isSlow: true,
      truck: "15:00 · 54 min",
      holds: [{ words: "Address check" }],
      flags: [],
      rest: ["Short pick", "QC reject"],
      owner: "Bo",
    });
  });

  test("says by when somebody must act, as the default order goes, and nothing where nobody is called", () => {
    const said = (change: Parameters<typeof aRow>[0], actBy: number | null) => {
      const { act, sentence } = rowView(aRow({ stage: "picking", ...change, actBy }), context);
      return [act, /[^,]* to act|act now/.exec(sentence)?.[0].trim()];
    };
    const soon = NOW + 3 * MINUTE;
    expect(said({ sev: "on_time" }, soon)).toEqual(["3 min", "3 minutes left to act"]);
    expect(said({ sev: "at_risk" }, soon)).toEqual(["3 min", "3 minutes left to act"]);
    expect(said({ sev: "at_risk" }, NOW - MINUTE)).toEqual(["now", "act now"]);
    const nothing = ["", undefined];
    expect(said({ sev: "on_time" }, NOW - MINUTE)).toEqual(nothing);
    expect(said({ sev: "late" }, soon)).toEqual(nothing);
    expect(said({ sev: "on_time", stage: "in_transit" }, soon)).toEqual(nothing);
    expect(said({ sev: "on_time" }, null)).toEqual(nothing);
    const row = aRow({ stage: "picking", sev: "at_risk", actBy: soon });
    expect(cellWords("act", row, rowView(row, context))).toBe("3 min");
  });

  test("shows two chips only where both are read, and keeps the words of those it has no room for", () => {
    const chips = (holds: string[], exceptions: string[]) => {
      const view = rowView(aRow({ holds: holds.map((code) => ({ code })), exceptions }), context);
      return [view.holds.map(({ words }) => words), view.flags, view.rest];
    };
    expect(chips([], ["QC_REJECT", "NOT_PACKED", "SHORT_PICK"])).toEqual([
      [],
      ["QC reject"],
      ["Not packed", "Short pick"],
    ]);
    expect(chips(["HOLD_FRAUD"], ["DAMP"])).toEqual([["Fraud"], ["Damp"], []]);
    expect(chips(["HOLD_CUSTOMER_REQUEST", "HOLD_FRAUD"], [])).toEqual([
      ["Customer request"],
      [],
      ["Fraud"],
    ]);
    expect(chips([], [])).toEqual([[], [], []]);
  });

  test("says why without what its other columns say, and the whole of it to those who ask or listen", () => {
    const why = "Should have shipped by Sun 22 Nov 13:48 CET; Ready to leave, truck A leaves";
    const row = { ...late, why: `${why} Sun 22 Nov 15:00 CET` };
    const view = rowView(row, context);
    expect(view.why).toBe("Ready to leave, truck A leaves 15:00");
    expect(view.sentence).toContain(row.why);
    expect(cellWords("why", row, view)).toBe(row.why);
    const other = "Cannot ship by Mon 23 Nov 09:00 CET any more; 40 min of work remain";
    expect(rowView({ ...late, why: other }, context).why).toBe(
      "Cannot ship by Mon 23 Nov 09:00 any more; 40 min of work remain",
    );
  });

  test("is one sentence for those who listen", () => {
    expect(rowView(late, context).sentence).toBe(
      "SO-100045, late, 18 minutes late, packing, DHL 15:00 truck, on hold: Address check, owner Bo, Carton L is out",
    );
  });

  test.each([
    ["received", ["received", "packed", "handed_over"], 0],
    ["backordered", ["received", "packed", "handed_over"], 0],
    ["picking", ["received", "packed", "handed_over"], 0],
    ["checked", ["received", "packed", "handed_over"], 0.5],
    ["delivery_failed", ["received", "packed", "handed_over"], 1],
    ["packed", ["handed_over"], 0],
    ["handed_over", ["handed_over"], 1],
    ["in_transit", ["handed_over"], 1],
    ["packed", ["received"], 1],
    ["packed", [], 0],
  ] as const)("%s at a site that scans %j is so far", (stage, stages, progress) => {
    expect(rowView(aRow({ stage }), { ...context, stages }).progress).toBe(progress);
  });

  test("claims no time left while it is blind", () => {
    expect(rowView(aRow({ sev: "unknown", due: NOW }), context).left).toBe("—");
  });

  test("names the day of another day's promise", () => {
    expect(rowView(aRow({ due: NOW + 24 * 60 * MINUTE }), context).due).toBe("23 Nov 14:06 CET");
  });

  test("calls a truck of another day by that day, and a hold without its prefix", () => {
    const tomorrow = { id: "DHL-20261123-1500", at: NOW + 24 * 60 * MINUTE };
    const row = aRow({ pickup: tomorrow, holds: [{ code: "HOLD_ADDRESS" }] });
    expect(rowView(row, context)).toMatchObject({
      truck: "Mon 14:06",
      holds: [{ words: "Address" }],
    });
  });

  test("says of a hold whose time is over that it has expired, and since when", () => {
    const until = NOW - 6 * MINUTE;
    const held = (end: number) => aRow({ holds: [{ code: "HOLD_ADDRESS", until: end }] });
    const view = rowView(held(until), context);
    expect(view.holds).toEqual([
      { words: "expired: Address", title: "On hold: Address, expired since 14:00 CET" },
    ]);
    expect(view.sentence).toContain("on hold: Address, expired since 14:00 CET");
    expect(rowView(held(NOW), context).holds).toMatchObject([{ words: "Address" }]);
  });

  test("tints the cells whose value changed, not those of the clock", () => {
    const after = { ...late, stage: "packed" as const, stageSince: NOW, owner: "Ana" };
    expect([...changedCells(late, after)]).toEqual(["stage", "owner"]);
  });
});

describe("columns", () => {
  const ids = (width: number) => columnsFor(width, new Set()).map((column) => column.id);
  test("give way in the order of the design", () => {
    expect(ids(1_848)).toContain("to");
    expect(ids(1_700)).not.toContain("to");
    expect(ids(1_700)).toContain("lines");
    expect(ids(1_368)).toEqual([
      "select",
      "id",
      "severity",
      "act",
      "left",
      "due",
      "stage",
      "carrier",
      "truck",
      "owner",
      "why",
    ]);
  });
  test("that the reader may not see are never there", () => {
    const shown = columnsFor(3_000, new Set(["to", "owner"] as const)).map((column) => column.id);
    expect(shown).not.toContain("to");
    expect(shown).not.toContain("owner");
  });
});

describe("the export", () => {
  test("makes formulas harmless and keeps commas, quotes and lines", () => {
    expect(csvCell('=cmd|"x"')).toBe(`"'=cmd|""x"""`);
    expect(csvCell("a,b")).toBe('"a,b"');
    expect(csvCell(3)).toBe("3");
  });
  test("has a head and a line a row", () => {
    const lines = rowsToCsv([aRow({ id: "SO-1", due: 0 })]).split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe("SO-1,,picking,on_time,1970-01-01T00:00:00.000Z,,DHL,Express,,,2,3,");
  });
});

describe("the board's picture without rows", () => {
  const facts = {
    hasSite: true,
    isOurs: true,
    problem: null,
    isKnown: true,
    open: 0,
    ever: 5,
    isFiltered: false,
  };
  const problem = {
    type: "",
    title: "",
    detail: "",
    code: "CT_ERR_NOT_FOUND",
    retryable: false,
    status: 404,
    errors: [],
  };
  test.each([
    [{ isKnown: false }, "loading"],
    [{}, "empty"],
    [{ ever: 0 }, "never"],
    [{ open: 9, isFiltered: true }, "no-match"],
    [{ isOurs: false, problem }, "forbidden"],
    [{ problem: { ...problem, status: 503 } }, "refused"],
  ])("%j is %s", (change, state) => expect(stateOf({ ...facts, ...change })).toBe(state));

  test("names the filter that excludes most", () => {
    const rows = [aRow({ id: "a", stage: "packing" }), aRow({ id: "b", stage: "packing" })];
    const view = { ...DEFAULT_VIEW, stages: ["picking" as const], text: "nothing" };
    expect(worstFilter({ ...view, text: "" }, rows, 0)).toEqual({ name: "Stage", without: 2 });
    expect(worstFilter(view, rows, 0)).toBeNull();
  });
});
