import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyDelta,
  applyPage,
  callsForAction,
  compareUrgency,
  createBoardModel,
  pickupStates,
  type BoardModel,
} from "../../domain/board-model.ts";
import type { BoardDelta, Row } from "../../domain/board.ts";
import { SEVERITIES, STAGES } from "../../domain/stages.ts";

const aRow = (id: string, v: number, change: Partial<Row> = {}): Row => ({
  id,
  v,
  stage: "received",
  stageSince: 0,
  sev: "on_time",
  actBy: 1_000,
  due: 2_000,
  dueKind: "ship",
  risk: null,
  carrier: "A",
  service: "standard",
  pickup: null,
  flags: [],
  holds: [],
  exceptions: [],
  parcels: { total: 0, packed: 0, shipped: 0 },
  lines: 1,
  units: 1,
  find: [],
  placedAt: 0,
  ...change,
});

const board = (seq: number, rows: Row[] = [], more = false): BoardModel =>
  createBoardModel({ site: "BER1", epoch: "e1", seq, rows }, more);
const delta = (from: number, to: number, change: Partial<BoardDelta> = {}): BoardDelta => ({
  site: "BER1",
  epoch: "e1",
  from,
  to,
  upserts: [],
  removed: [],
  at: 0,
  ...change,
});

describe("a delta", () => {
  test("is applied when the cursor stands inside of it", () => {
    const model = board(5, [aRow("a", 4), aRow("b", 5)]);
    const change = { upserts: [aRow("a", 7), aRow("c", 6)], removed: ["b"] };
    expect(applyDelta(model, delta(3, 7, change))).toBe("applied");
    expect([...model.rows.values()].map(({ id, v }) => [id, v])).toEqual([
      ["a", 7],
      ["c", 6],
    ]);
    expect(model.seq).toBe(7);
  });

  test.each([
    ["ignored", delta(3, 5, { removed: ["a"] })],
    ["ignored", delta(3, 4, { removed: ["a"] })],
    ["gap", delta(6, 7, { removed: ["a"] })],
    ["other-epoch", delta(3, 7, { epoch: "e2", removed: ["a"] })],
  ])("changes nothing when it is %s", (fate, change) => {
    const model = board(5, [aRow("a", 4)]);
    expect(applyDelta(model, change)).toBe(fate);
    expect(model.seq).toBe(5);
    expect(model.rows.has("a")).toBe(true);
  });

  test("is applied when it begins exactly at the cursor", () => {
    expect(applyDelta(board(5), delta(5, 6))).toBe("applied");
  });

  test("brings no row back to an older version", () => {
    const model = board(5, [aRow("a", 9)]);
    applyDelta(model, delta(5, 7, { upserts: [aRow("a", 7)] }));
    expect(model.rows.get("a")?.v).toBe(9);
  });

  test("does not remove what came back after it ended", () => {
    const model = board(5, [aRow("a", 9)]);
    applyDelta(model, delta(5, 7, { removed: ["a"] }));
    expect(model.rows.has("a")).toBe(true);
  });
});

describe("pages of a snapshot", () => {
  test("do not bring back what a delta removed meanwhile", () => {
    const model = board(5, [], true);
    applyDelta(model, delta(5, 7, { removed: ["a"] }));
    const page = { epoch: "e1", rows: [aRow("a", 4), aRow("b", 3)], last: true };
    expect(applyPage(model, page)).toBe("applied");
    expect([...model.rows.keys()]).toEqual(["b"]);
    expect(model.gone).toBeUndefined();
    expect(model.seq).toBe(7);
  });

  test("of another epoch are refused", () => {
    const model = board(5, [], true);
    expect(applyPage(model, { epoch: "e0", rows: [aRow("a", 4)], last: true })).toBe("other-epoch");
    expect(model.rows.size).toBe(0);
  });
});

/** A log: commit n changes some ids; null removes one. */
const logs = fc.array(
  fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.boolean(), { maxKeys: 3 }),
  { minLength: 1, maxLength: 12 },
);
type Log = Record<string, boolean>[];

/** The board after the first `seq` commits, by the plainest means there is. */
function stateAt(log: Log, seq: number): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [index, commit] of log.slice(0, seq).entries()) {
    for (const [id, isThere] of Object.entries(commit)) {
      if (isThere) rows.set(id, index + 1);
      else rows.delete(id);
    }
  }
  return rows;
}

function deltaOf(log: Log, from: number, to: number): BoardDelta {
  const touched = new Set(log.slice(from, to).flatMap((commit) => Object.keys(commit)));
  const after = stateAt(log, to);
  const upserts = [...after].filter(([id]) => touched.has(id)).map(([id, v]) => aRow(id, v));
  return delta(from, to, { upserts, removed: [...touched].filter((id) => !after.has(id)) });
}

const rowsAt = (log: Log, seq: number): Row[] =>
  [...stateAt(log, seq)].map(([id, v]) => aRow(id, v));
const versions = (model: BoardModel): Map<string, number> =>
  new Map([...model.rows].map(([id, row]) => [id, row.v]));

describe("snapshot and deltas", () => {
  test("however cut and overlapping, end as a later snapshot does", () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat(12), { maxLength: 30 }), fc.nat(12), (log, cuts, start) => {
        const first = Math.min(start, log.length);
        const model = board(first, rowsAt(log, first));
        for (let index = 0; index + 1 < cuts.length; index += 1) {
          const [from = 0, to = 0] = [cuts[index] ?? 0, cuts[index + 1] ?? 0].sort((a, b) => a - b);
          applyDelta(model, deltaOf(log, Math.min(from, log.length), Math.min(to, log.length)));
        }
        expect(versions(model)).toEqual(stateAt(log, model.seq));
        applyDelta(model, deltaOf(log, model.seq, log.length));
        expect(versions(model)).toEqual(stateAt(log, log.length));
      }),
    );
  });

  test("with pages that come late, end as a later snapshot does", () => {
    fc.assert(
      fc.property(logs, fc.nat(12), fc.array(fc.nat(3), { maxLength: 4 }), (log, start, when) => {
        const first = Math.min(start, log.length);
        const rows = rowsAt(log, first);
        const model = board(first, rows.splice(0, 1), true);
        let seq = first;
        for (const [index, row] of rows.entries()) {
          const to = Math.min(log.length, seq + (when[index] ?? 0));
          applyDelta(model, deltaOf(log, seq, to));
          seq = Math.max(seq, to);
          applyPage(model, { epoch: "e1", rows: [row], last: index === rows.length - 1 });
        }
        applyDelta(model, deltaOf(log, seq, log.length));
        expect(versions(model)).toEqual(stateAt(log, log.length));
      }),
    );
  });
});

describe("the default order", () => {
  test("puts late and at risk first by time left, then unknown, on time by time left, lost causes", () => {
    const rows = [
      aRow("lost", 1, { sev: "lost_cause", actBy: 0 }),
      aRow("calm", 1, { sev: "on_time", actBy: 900 }),
      aRow("calmer", 1, { sev: "on_time", actBy: 950 }),
      aRow("blind", 1, { sev: "unknown", actBy: 10 }),
      aRow("risk", 1, { sev: "at_risk", actBy: 300 }),
      aRow("late", 1, { sev: "late", actBy: 400 }),
      aRow("no-deadline", 1, { sev: "on_time", actBy: null, due: null }),
      aRow("risk-2", 1, { sev: "at_risk", actBy: 300 }),
    ];
    expect(rows.sort(compareUrgency).map(({ id }) => id)).toEqual([
      "risk",
      "risk-2",
      "late",
      "blind",
      "calm",
      "calmer",
      "no-deadline",
      "lost",
    ]);
  });

  test("sorts what nobody sees by when it is due, since nobody knows what is left to do", () => {
    const rows = [
      aRow("later", 1, { sev: "unknown", actBy: 10, due: 500 }),
      aRow("sooner", 1, { sev: "unknown", actBy: 400, due: 450 }),
    ];
    expect(rows.sort(compareUrgency).map(({ id }) => id)).toEqual(["sooner", "later"]);
  });

  test("is the same for the same rows, wherever they started", () => {
    const rows = fc.uniqueArray(
      fc.record({
        id: fc.string({ maxLength: 3 }),
        sev: fc.constantFrom(...SEVERITIES),
        actBy: fc.option(fc.nat(3)),
        due: fc.option(fc.nat(3)),
      }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(rows, (some) => {
        const made = some.map(({ id, ...change }) => aRow(id, 1, change));
        const sorted = made.toSorted(compareUrgency).map(({ id }) => id);
        expect(
          made
            .toReversed()
            .sort(compareUrgency)
            .map(({ id }) => id),
        ).toEqual(sorted);
      }),
    );
  });
});

describe("trucks", () => {
  const noon = { id: "DHL-EXP-20260211-1200", at: 1_000 };
  const evening = { id: "B-20260211-1800", at: 5_000 };

  test("count the open orders that aim at them by how they stand", () => {
    const rows = [
      aRow("1", 1, { pickup: noon, sev: "on_time", stage: "packed" }),
      aRow("2", 1, { pickup: noon, sev: "at_risk", stage: "picking" }),
      aRow("3", 1, { pickup: noon, sev: "late", stage: "packed", due: 500 }),
      aRow("4", 1, { pickup: noon, sev: "lost_cause", stage: "received" }),
      aRow("5", 1, { pickup: noon, sev: "unknown", stage: "packing" }),
      aRow("6", 1, { pickup: evening }),
      aRow("7", 1),
    ];
    expect(pickupStates(rows, new Map())).toEqual([
      {
        id: noon.id,
        carrier: "DHL-EXP",
        at: 1_000,
        due: 5,
        safe: 1,
        savable: 2,
        lost: 1,
        blind: 1,
        notPacked: 3,
      },
      expect.objectContaining({ id: evening.id, carrier: "B", due: 1, safe: 1, notPacked: 1 }),
    ]);
  });

  const factsOf = (type: string, facts: unknown) =>
    new Map([[`pickup|DHL-EXP|${noon.id}`, { at: 900, type, data: facts }]]);

  test("that left have lost who still aims at them", () => {
    const [state] = pickupStates([aRow("1", 1, { pickup: noon })], factsOf("pickup.departed", {}));
    expect(state).toMatchObject({ due: 1, lost: 1, safe: 0 });
  });

  test("have lost what cannot reach them any more, though a later one keeps its promise, unless they wait", () => {
    const late = aRow("1", 1, { pickup: noon, sev: "late", due: noon.at });
    const stateWith = (facts: ReturnType<typeof factsOf>) => pickupStates([late], facts)[0];
    expect(stateWith(new Map())).toMatchObject({ due: 1, lost: 1, savable: 0 });
    const waiting = factsOf("pickup.delayed", { byMs: 300 });
    expect(stateWith(waiting)).toMatchObject({ due: 1, lost: 0, savable: 1 });
  });

  test("are safe for what is late and stands on the dock already, unless it is on hold", () => {
    const staged = { pickup: noon, sev: "late", stage: "staged", due: 500 } as const;
    const [free] = pickupStates([aRow("1", 1, staged)], new Map());
    expect(free).toMatchObject({ safe: 1, savable: 0 });
    const holds = [{ code: "HOLD_FRAUD" }];
    const [held] = pickupStates([aRow("1", 1, { ...staged, holds })], new Map());
    expect(held).toMatchObject({ safe: 0, savable: 1 });
  });

  test.each([
    [{ at: 2_500 }, 2_500],
    [{ byMs: 300 }, 1_300],
    [{}, 1_000],
    [null, 1_000],
  ])("that are delayed leave later: %j", (facts, at) => {
    const [state] = pickupStates(
      [aRow("1", 1, { pickup: noon })],
      factsOf("pickup.delayed", facts),
    );
    expect(state).toMatchObject({ at, safe: 1 });
  });

  test("always have lost, savable, blind and safe sum up to due", () => {
    const rows = fc.array(
      fc.record({
        sev: fc.constantFrom(...SEVERITIES),
        stage: fc.constantFrom(...STAGES),
        pickup: fc.constantFrom(noon, evening, null),
      }),
    );
    fc.assert(
      fc.property(rows, fc.boolean(), (some, hasLeft) => {
        const made = some.map((change, index) => aRow(String(index), 1, change));
        const states = pickupStates(made, hasLeft ? factsOf("pickup.departed", {}) : new Map());
        for (const { due, lost, savable, blind, safe, notPacked } of states) {
          expect(lost + savable + blind + safe).toBe(due);
          expect(notPacked).toBeLessThanOrEqual(due);
        }
        const aiming = made.filter(({ pickup }) => pickup !== null).length;
        expect(states.reduce((sum, { due }) => sum + due, 0)).toBe(aiming);
      }),
    );
  });
});

test.each([
  ["at_risk", 400, true],
  ["at_risk", -400, true],
  ["on_time", 400, true],
  ["on_time", 0, true],
  ["on_time", -400, false],
  ["on_time", 500, false],
  ["on_time", null, false],
  ["late", 400, false],
  ["lost_cause", 400, false],
  ["unknown", 400, false],
] as const)("%s with %s ms left calls for action within 500 ms: %s", (sev, left, calls) => {
  const now = 10_000;
  const row = { sev, stage: "picking" as const, actBy: left === null ? null : now + left };
  expect(callsForAction(row, now, 500)).toBe(calls);
});

test("what its carrier has on time calls nobody, what is at risk there does", () => {
  const calls = (sev: Row["sev"]) =>
    callsForAction({ sev, stage: "in_transit", actBy: 400 }, 0, 500);
  expect([calls("on_time"), calls("at_risk")]).toEqual([false, true]);
});
