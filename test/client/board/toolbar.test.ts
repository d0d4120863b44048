import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import BoardToolbar from "../../../client/board/BoardToolbar.vue";
import { useBoardList } from "../../../client/stores/board-list.ts";
import { DEFAULT_VIEW, type BoardView } from "../../../client/stores/board-view.ts";
import { useSession } from "../../../client/stores/session.ts";
import { areKeysShown } from "../../../client/ui/key-table.ts";

const facets = { stages: [], severities: [], carriers: [] };
let page: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
});
afterEach(() => {
  page?.unmount();
  vi.useRealTimers();
});

function open(view: Partial<BoardView> = {}): VueWrapper {
  useBoardList().show({ ...DEFAULT_VIEW, ...view });
  page = mount(BoardToolbar, {
    props: { facets, areTrendsShown: false },
    attachTo: document.body,
    global: { stubs: { ViewMenu: true, ColumnMenu: true } },
  });
  return page;
}
const button = (words: string) => page!.findAll("button").find((one) => one.text().includes(words));
const shown = () => page!.emitted("show")?.map(([change]) => change);

describe("what the board is filtered by", () => {
  test("is said as chips, each taken out by a click, and cleared at once", async () => {
    open({
      pickups: ["A-20261201-1500"],
      owners: ["bo"],
      held: true,
      actWithin: 30,
      sort: "due",
    });
    await button("Truck A 15:00")?.trigger("click");
    await button("Owner bo")?.trigger("click");
    await button("On hold")?.trigger("click");
    await button("Act within 30 min")?.trigger("click");
    expect(shown()).toEqual([{ pickups: [] }, { owners: [] }, { held: false }, { actWithin: 0 }]);
    expect(button("On hold")?.text()).toContain("remove this filter");
    await button("Clear filter")?.trigger("click");
    expect(shown()?.at(-1)).toMatchObject({ held: false, owners: [], sort: "due" });
  });

  test("is nothing at first: then nothing can be cleared", () => {
    open();
    expect(button("Clear filter")).toBeUndefined();
    expect(page!.text()).toContain("Stage: all");
  });

  test("is searched when somebody stops typing; Escape empties the field, then leaves it", async () => {
    vi.useFakeTimers();
    open();
    const field = page!.get<HTMLInputElement>("input[type=search]");
    field.element.focus();
    await field.setValue("SO-1");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    expect(shown()).toEqual([{ text: "SO-1" }]);
    await field.trigger("keydown", { key: "Escape" });
    expect(field.element.value).toBe("");
    expect(document.activeElement).toBe(field.element);
    await field.trigger("keydown", { key: "Escape" });
    expect(document.activeElement).not.toBe(field.element);
  });

  test("takes over a search that came with the address", async () => {
    open({ text: "SKU-7" });
    expect(page!.get<HTMLInputElement>("input[type=search]").element.value).toBe("SKU-7");
    useBoardList().show(DEFAULT_VIEW);
    await page!.vm.$nextTick();
    expect(page!.get<HTMLInputElement>("input[type=search]").element.value).toBe("");
  });
});

describe("the pill of a list that is held still", () => {
  test("is there while it is held, and lets it go", async () => {
    open();
    expect(page!.find("[data-testid=waiting]").exists()).toBe(false);
    useBoardList().toggleStill();
    await page!.vm.$nextTick();
    expect(page!.get("[data-testid=waiting]").text()).toContain("held still");
    await page!.get("[data-testid=waiting]").trigger("click");
    expect(page!.find("[data-testid=waiting]").exists()).toBe(false);
  });

  test.each([
    [1, "1 change waiting"],
    [2_345, "2,345 changes waiting"],
  ])("counts %i", async (waiting, words) => {
    open();
    useBoardList().waiting = waiting;
    await page!.vm.$nextTick();
    expect(page!.get("[data-testid=waiting]").text()).toContain(words);
  });
});

test("the keys of the screen are one click away", async () => {
  open();
  await page!.get("button[aria-label='Keys of this screen']").trigger("click");
  expect(areKeysShown.value).toBe(true);
  areKeysShown.value = false;
});
