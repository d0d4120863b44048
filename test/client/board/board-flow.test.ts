import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import BoardFlow from "../../../client/board/BoardFlow.vue";
import { useBoardList } from "../../../client/stores/board-list.ts";
import { DEFAULT_VIEW } from "../../../client/stores/board-view.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import { useMetrics } from "../../../client/stores/metrics.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { Stage } from "../../../domain/stages.ts";
import { aRow, metricsOf } from "../../support/board-rows.ts";

const NOW = Date.parse("2026-02-11T10:00:00Z");
const DAY = 86_400_000;
const STAGES: Stage[] = ["picked", "packing", "packed", "handed_over"];
let page: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: STAGES }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
  useConnection().now = NOW;
});
afterEach(() => page?.unmount());

/** Orders stand in each of the stages; `emptiesAt` of the packed. */
function take(stages: readonly Stage[], emptiesAt?: number | null): void {
  const rows = stages.map((stage, at) => aRow({ id: `SO-${at}`, stage }));
  const metrics = metricsOf(rows, NOW);
  const packed = metrics.stages["packed"];
  if (packed !== undefined && emptiesAt !== undefined) packed.emptiesAt = emptiesAt;
  useMetrics().take(metrics);
}
function flow(): VueWrapper {
  page = mount(BoardFlow);
  return page;
}
const cellOf = (stage: Stage) => page!.get(`[data-stage=${stage}]`);
const said = (stage: Stage): string[] =>
  cellOf(stage)
    .findAll("span.truncate, span.font-semibold")
    .map((part) => part.text());

describe("the flow through the stages", () => {
  test("has a cell for each stage up to the dock", () => {
    const stages = flow().findAll("[data-stage]");
    expect(stages.map((one) => one.attributes("data-stage"))).toEqual([
      "picked",
      "packing",
      "packed",
    ]);
  });

  test("claims nothing before the server has counted: neither empty nor stuck", () => {
    flow();
    expect(said("packing")).toEqual(["Packing", "–", "", ""]);
    expect(page!.text()).toContain("Handed over today–");
  });

  test("a stage that more comes into than goes out of never empties, and says so in bold", () => {
    take(["packing", "packing", "packed"]);
    flow();
    expect(said("packing")).toEqual(["Packing", "2", "in 45 out 10", "empties never"]);
    const words = cellOf("packing").findAll("span").at(-1);
    expect(words?.classes()).toContain("font-semibold");
    expect(cellOf("packed").findAll("span").at(-1)?.classes()).toContain("text-muted");
  });

  test("an empty stage is empty, whatever its rates; its bar has no length", () => {
    take(["packed"]);
    flow();
    expect(said("packing").at(-1)).toBe("empty");
    expect(cellOf("packing").get<HTMLElement>(".bg-fill").element.style.inlineSize).toBe("0%");
    expect(cellOf("packed").get<HTMLElement>(".bg-fill").element.style.inlineSize).toBe("100%");
  });

  test.each([
    ["on this day by the clock", NOW + 5_400_000, "empties 12:30"],
    ["on another when it is near, too", NOW + DAY / 2 - 60_000, "empties 22:59"],
    ["on another by how long it takes", NOW + 0.75 * DAY, "empties in 18 h"],
    ["on many others in days", NOW + 2 * DAY, "empties in 2 d"],
  ])("when it empties is said %s", (_, at, words) => {
    take(["packed"], at);
    flow();
    expect(said("packed").at(-1)).toBe(words);
  });

  test("a click filters by the stage, another takes it out again", async () => {
    take(["packing"]);
    flow();
    await cellOf("packing").trigger("click");
    expect(page!.emitted("show")).toEqual([[{ stages: ["packing"] }]]);
    useBoardList().show({ ...DEFAULT_VIEW, stages: ["picked", "packing"] });
    await page!.vm.$nextTick();
    expect(cellOf("packing").attributes("aria-pressed")).toBe("true");
    expect(cellOf("packed").attributes("aria-pressed")).toBe("false");
    await cellOf("packing").trigger("click");
    expect(page!.emitted("show")?.at(-1)).toEqual([{ stages: ["picked"] }]);
  });
});
