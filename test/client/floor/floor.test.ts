import { expect, test } from "vitest";
import { floorTitle } from "../../../client/floor/floor-words.ts";
import { fitted } from "../../../client/floor/picture.ts";
import { byNeed, detailWords, newestBuild, stateWords } from "../../../client/walls/wall-model.ts";
import { hexOf } from "../../../client/wall/frame.ts";
import type { DisplayView } from "../../../domain/contract/displays.ts";
import type { WallTask } from "../../../domain/contract/walls.ts";

const task: WallTask = {
  id: "t",
  severity: 1,
  sev: "at_risk",
  process: "pick",
  orders: 18,
  actBy: null,
  truck: null,
  state: "open",
};

test("a task says what to do, where, and what is wrong", () => {
  expect(floorTitle({ ...task, zone: "C" })).toBe("Pick zone C: 18 orders");
  expect(floorTitle({ ...task, process: "pack", orders: 1, code: "QC_REJECT" })).toBe(
    "Pack: 1 order, QC reject",
  );
  expect(floorTitle({ ...task, process: null })).toBe("Load: 18 orders");
  expect(floorTitle({ ...task, title: "Carton L is out" })).toBe("Carton L is out");
});

test("a photo is made small, never larger, and keeps its shape", () => {
  expect(fitted({ width: 4_000, height: 3_000 })).toEqual({ width: 1_600, height: 1_200 });
  expect(fitted({ width: 100, height: 50 })).toEqual({ width: 100, height: 50 });
});

const wall = (change: Partial<DisplayView>): DisplayView => ({
  id: "w",
  name: "Hall",
  site: "BER1",
  state: "live",
  settings: {} as DisplayView["settings"],
  blank: false,
  message: null,
  claimedBy: "ana",
  claimedAt: "2026-03-02T09:00:00Z",
  revokedAt: null,
  seenAt: "2026-03-02T09:00:00Z",
  address: "192.0.2.1",
  report: {
    slide: "trucks",
    state: "live",
    dataAgeMs: 400,
    build: "b1",
    width: 1_920,
    height: 1_080,
    upMs: 60_000,
    heapMb: 12,
    errors: [],
  },
  ...change,
});
const NOW = Date.parse("2026-03-02T09:10:00Z");

test("walls without a heartbeat stand first and say for how long", () => {
  const walls = [
    wall({ id: "1", name: "B" }),
    wall({ id: "2", name: "C", state: "silent" }),
    wall({ id: "3", name: "A", state: "new", report: null, seenAt: null }),
  ].toSorted(byNeed);
  expect(walls.map(({ id }) => id)).toEqual(["2", "3", "1"]);
  expect(walls.map((one) => stateWords(one, NOW))).toEqual([
    "no heartbeat for 10 min",
    "never heard",
    "Next trucks · data 0.4 s old",
  ]);
  expect(detailWords(walls[2]!)).toBe("1920 × 1080 · up 1 min · 12 MB · build b1 · 192.0.2.1");
});

test("the newest page is that of the wall that was loaded last", () => {
  const report = wall({}).report!;
  const walls = [wall({}), wall({ report: { ...report, build: "b2", upMs: 5 } })];
  expect(newestBuild(walls)).toBe("b2");
  expect(newestBuild([])).toBeUndefined();
});

test("colours of a picture are told in hex, and what is seen through is none", () => {
  expect(hexOf("rgb(255, 184, 28)")).toBe("#ffb81c");
  expect(hexOf("rgba(0, 0, 0, 0)")).toBeUndefined();
  expect(hexOf("color(display-p3 1 0 0)")).toBeUndefined();
});
