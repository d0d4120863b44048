import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { applyDelta, createBoardModel } from "../../../domain/board-model.ts";
import { CANARY_SOURCE } from "../../../domain/contract/jobs.ts";
import type { Change } from "../../../domain/contract/stored.ts";
import type { Row } from "../../../domain/board.ts";
import { noSums } from "../../../domain/contract/board-sums.ts";
import { createLiveBoard } from "../../../server/live/live-board.ts";
import { createRemovals } from "../../../server/live/removals.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";
import { aChange } from "../../support/changes.ts";

const NOW = 1_000_000;

function aBoard(rows: Row[] = [], seq = 0) {
  const board = createLiveBoard(() => aSite(), "BER1");
  board.load({ ...noSums(), epoch: "e1", seq }, new Map(rows.map((row) => [row.id, row])));
  return board;
}

const changed = (seq: number, upserts: string[], removed: string[] = []): Change => {
  const rows = upserts.map((id) => aRow({ id, v: seq }));
  return { seq, epoch: "e1", ...aChange({ at: NOW, rows, removed, cursor: `${seq}-0` }) };
};

const ids = fc.subarray(["A", "B", "C", "D", "E"]);
const commits = fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 30 });

test("a snapshot and any split of the deltas after it equal the later snapshot", () => {
  const stops = fc.array(fc.nat(30), { maxLength: 10 });
  fc.assert(
    fc.property(commits, stops, (list, lookAt) => {
      const board = aBoard();
      const viewer = createBoardModel({ site: "BER1", epoch: "e1", seq: 0, rows: [] });
      const catchUp = () => {
        const delta = board.since(viewer.seq, NOW);
        return delta === null ? "unknown" : applyDelta(viewer, delta);
      };
      list.forEach(([upserts, removed], at) => {
        const gone = removed.filter((id) => !upserts.includes(id));
        board.apply(changed(at + 1, upserts, gone));
        if (lookAt.includes(at)) expect(catchUp()).toBe("applied");
      });
      catchUp();
      expect(viewer.seq).toBe(list.length);
      expect(new Map(viewer.rows)).toEqual(new Map(board.view.rows));
    }),
  );
});

test("a row that was read after its number is not put back by the changes before it", () => {
  const board = aBoard([aRow({ id: "A", v: 5, stage: "packed" })], 3);
  board.apply(changed(4, ["A"]));
  expect(board.view.rows.get("A")).toMatchObject({ v: 5, stage: "packed" });
  board.apply({ ...changed(5, []), removed: [] });
  board.apply(changed(6, [], ["A"]));
  expect(board.view.rows.has("A")).toBe(false);
});

test("an order that left and came back is an upsert and no removal", () => {
  const board = aBoard([aRow({ id: "A", v: 1 })], 1);
  board.apply(changed(2, [], ["A"]));
  board.apply(changed(3, ["A"]));
  expect(board.since(1, NOW)).toMatchObject({ upserts: [{ id: "A" }], removed: [] });
});

test("reading again in the same epoch tells what left meanwhile; another epoch starts anew", () => {
  const board = aBoard([aRow({ id: "A", v: 1 }), aRow({ id: "B", v: 1 })], 1);
  const later = { ...noSums(), epoch: "e1", seq: 5 };
  const rows = new Map([["B", aRow({ id: "B", v: 4 })]]);
  expect(board.load(later, rows)).toBe("continued");
  expect(board.since(1, NOW)).toMatchObject({ from: 1, to: 5, removed: ["A"] });
  expect(board.load({ ...later, epoch: "e2" }, rows)).toBe("other-epoch");
  expect(board.since(1, NOW)).toBeNull();
});

test("a change of yesterday's counters moves yesterday; days further back are left to the store", () => {
  const day = Math.floor(NOW / 86_400_000);
  const board = aBoard();
  const field = { "in|received|0": 1 };
  expect(() =>
    board.apply({
      ...changed(1, []),
      counters: { [day]: field, [day - 1]: field, [day - 9]: field },
    }),
  ).not.toThrow();
  expect(board.view.seq).toBe(1);
});

test("whoever waits for a position is answered by a commit, by the pulse, or by the clock", async () => {
  const board = aBoard();
  const byCommit = board.waitFor("1-0", 1_000);
  expect(board.view.appliedTo).toBe("0-0");
  board.apply(changed(1, []));
  expect(await byCommit).toBe(true);
  expect(board.view.appliedTo).toBe("1-0");
  const byPulse = board.waitFor("7-0", 1_000);
  board.notePulse({ epoch: "e1", seq: 1, cursor: "7-0", inboxLag: 4 });
  expect(await byPulse).toBe(true);
  expect(board.view.metrics(NOW).inboxLag).toBe(4);
  expect(board.view.appliedTo).toBe("7-0");
  expect(await board.waitFor("8-0", 5)).toBe(false);
  const given = board.waitFor("9-0", 1_000);
  board.load({ ...noSums(), epoch: "e2", seq: 0 }, new Map());
  expect(await given).toBe(false);
});

test("what left is remembered up to a number; before that a snapshot is due", () => {
  const removals = createRemovals(10);
  for (let seq = 1; seq <= 11; seq += 1) removals.add(seq, `SO-${seq}`);
  expect(removals.floor()).toBe(6);
  expect([...removals.after(9)]).toEqual(["SO-11", "SO-10"]);
});

test("the canary's age counts from its record time, and never runs backwards", () => {
  const board = aBoard();
  expect(board.canaryAgeMs(NOW)).toBeNull();
  board.apply({ ...changed(1, []), canaryAt: NOW - 400 });
  board.apply({ ...changed(2, []), canaryAt: NOW - 900 });
  expect(board.canaryAgeMs(NOW)).toBe(400);
  expect(board.canaryAgeMs(NOW - 1_000)).toBe(0);
});

test("after the clock was set back the canary's age is what this server saw: a tower that died does not look alive", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const board = aBoard();
  const later = NOW + 7_200_000;
  board.load(
    { ...noSums(), sources: new Map([[CANARY_SOURCE, later]]), epoch: "e1", seq: 0 },
    new Map(),
  );
  expect(board.canaryAgeMs(later + 500)).toBe(500);
  expect(board.canaryAgeMs(NOW)).toBeNull();
  // record times never go backwards
  board.apply({ ...changed(1, []), canaryAt: later });
  expect(board.canaryAgeMs(NOW)).toBe(0);
  vi.advanceTimersByTime(31_000);
  expect(board.canaryAgeMs(NOW + 31_000)).toBe(31_000);
  board.apply({ ...changed(2, []), canaryAt: later });
  expect(board.canaryAgeMs(NOW + 31_000)).toBe(0);
  vi.useRealTimers();
});
