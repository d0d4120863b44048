import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TruckView } from "../../../client/trucks/truck-view.ts";
import TruckWarnings from "../../../client/trucks/TruckWarnings.vue";
import WhatIfPanel from "../../../client/trucks/WhatIfPanel.vue";
import {
  cameWords,
  suggestedMove,
  truckLine,
  turnedWords,
} from "../../../client/trucks/what-if-model.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { WhatIfView } from "../../../domain/contract/what-if.ts";

const station = (process: string, need: number, capacity: number) => ({
  process,
  need,
  capacity,
  clear: capacity / need,
  probability: 0.5,
  short: 0,
  neededPerHour: need,
});
const aTruck = (change: object = {}): TruckView => ({
  id: "A-20261123-1600",
  carrier: "A",
  at: 10_000,
  due: 40,
  safe: 30,
  savable: 10,
  lost: 0,
  blind: 0,
  notPacked: 40,
  savableOrders: [],
  missing: 0,
  hasLeft: false,
  outlook: {
    stations: [station("pick", 10, 100), station("pack", 40, 30)],
    ...change,
  } as unknown as TruckView["outlook"],
});
const works = [
  { id: "pick", words: "Picking" },
  { id: "pack", words: "Packing" },
];
const tally = (expectedMisses: number) => ({
  safe: 30,
  savable: 10,
  lost: 0,
  expectedMisses,
  pickups: [
    { pickup: "A-20261123-1600", at: "", orders: 40, expectedMisses, misses: expectedMisses },
  ],
});
const aView = (change: Partial<WhatIfView> = {}): WhatIfView => ({
  id: "11111111-1111-4111-8111-111111111111",
  site: "BER1",
  at: "2026-11-23T09:00:00Z",
  basis: "learned",
  orders: 40,
  before: tally(12),
  after: tally(3),
  saved: ["SO-1", "SO-2"],
  savedCount: 2,
  lost: [],
  lostCount: 0,
  words: "Saves 2 orders: 3 instead of 12 misses are expected.",
  notes: ["Only 1 people work in picking: more cannot leave."],
  ms: 12,
  ...change,
});

describe("what is suggested first", () => {
  test("is the move that the server advises", () => {
    const advised = { bottleneck: "pack", moves: [{ from: "picking", people: 3 }] };
    expect(suggestedMove(aTruck(advised), works)).toEqual({ from: "pick", to: "pack", people: 3 });
  });

  test("is else one person towards the tightest station", () => {
    expect(suggestedMove(aTruck(), works)).toEqual({ from: "pick", to: "pack", people: 1 });
  });
});

test("a truck is told as it goes and as it would go", () => {
  expect(truckLine(aView(), "A-20261123-1600")).toEqual({
    before: "12 of 40 expected to ship late",
    after: "3 of 40 expected to ship late",
    isBetter: true,
  });
  expect(truckLine(aView(), "gone")).toBeNull();
});

test("what came is said only once it is known", () => {
  const pickup = { pickup: "A", at: "", orders: 9, expectedBefore: 7.6, expectedAfter: 2.2 };
  const said = "2 misses expected with it, 8 without";
  expect(cameWords({ ...pickup, missed: null, known: null })).toBe(
    `${said}; what came is not known yet`,
  );
  expect(cameWords({ ...pickup, missed: 3, known: 9 })).toBe(`${said}; 3 of 9 missed`);
  expect(cameWords({ ...pickup, missed: 0, known: 0 })).toContain("no longer here");
});

test("a truck is no better when as many orders miss it, whatever their mean", () => {
  const before = { pickup: "A-1", at: "", orders: 40, expectedMisses: 3.4, misses: 3 };
  const line = (change: object) =>
    truckLine(
      aView({
        before: { ...tally(0), pickups: [before] },
        after: { ...tally(0), pickups: [{ ...before, ...change }] },
      }),
      "A-1",
    );
  expect(line({ expectedMisses: 2.6 })).toEqual({
    before: "3 of 40 expected to ship late",
    after: "3 of 40 expected to ship late",
    isBetter: false,
  });
  expect(line({ expectedMisses: 3.2, misses: 2 })?.isBetter).toBe(true);
});

test("and by the orders whose verdict it was to turn", () => {
  const none = { orders: 0, missed: 0, known: 0 };
  const words = (saved: object, lost: object = none) =>
    turnedWords({ saved: { ...none, ...saved }, lost: { ...none, ...lost } });
  expect(words({})).toEqual([]);
  expect(words({ orders: 12, missed: null, known: null })).toEqual([
    "12 orders it was to save: what came is not known yet",
  ]);
  expect(words({ orders: 12, missed: 2, known: 11 }, { orders: 1, missed: 1, known: 1 })).toEqual([
    "12 orders it was to save: 9 of 11 left in time",
    "1 order it was to lose: 1 of 1 missed",
  ]);
  expect(words({ orders: 3 })).toEqual(["3 orders it was to save: no longer here"]);
});

describe("the panel", () => {
  let asked: { path: string; body: unknown }[];
  let answer: (path: string) => { status: number; body: object };
  let panel: VueWrapper;
  beforeEach(() => {
    setActivePinia(createPinia());
    asked = [];
    answer = () => ({ status: 200, body: aView() });
    vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
      if (path === "/api/v1/config/sites")
        return Response.json({
          sites: [{ id: "BER1", serviceLevels: [{ id: "express", name: "Express" }] }],
        });
      asked.push({ path, body: JSON.parse(String(request.body ?? "null")) });
      const { status, body } = answer(path);
      return Response.json(body, { status });
    });
    const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
    useSession().enter({ name: "lea", role: "lead", permissions: [], sites, demo: false });
  });
  afterEach(() => {
    panel.unmount();
    vi.unstubAllGlobals();
  });

  async function open(): Promise<void> {
    panel = mount(WhatIfPanel, {
      props: { trucks: [aTruck()] },
      global: { stubs: { RouterLink: RouterLinkStub } },
    });
    await flushPromises();
  }
  async function press(name: string): Promise<void> {
    const found = panel.findAll("button").find((one) => one.text() === name);
    if (found === undefined) throw new Error(`no button ${name}`);
    await found.trigger("click");
    await flushPromises();
  }

  test.each([
    [
      "Try the move",
      { kind: "move", from: "pick", to: "pack", people: 1 },
      "If 1 person moves from picking to packing:",
    ],
    [
      "Try holding it",
      { kind: "delayPickup", pickup: "A-20261123-1600", byMs: 900_000 },
      "If truck A 16:00 waits 15 min:",
    ],
    [
      "Try releasing its holds",
      { kind: "release", filter: { pickup: "A-20261123-1600" } },
      "If the orders of truck A 16:00 are held no more:",
    ],
    [
      "Try the upgrade",
      { kind: "upgrade", filter: { pickup: "A-20261123-1600" }, service: "express" },
      "If the savable of truck A 16:00 go by Express:",
    ],
  ])("%s asks for just that, and shows what is saved by what", async (name, change, tried) => {
    await open();
    await press(name);
    expect(asked).toEqual([{ path: "/api/v1/what-if?site=BER1", body: { changes: [change] } }]);
    const text = panel.get("[data-testid=answer]").text();
    expect(text).toContain(tried);
    expect(text).toContain("Saves 2 orders");
    expect(text).toContain("12 of 40 expected to ship late, then 3 of 40");
    expect(text).toContain("Only 1 people");
    expect(text).toContain("Saved: 2");
  });

  test("what people do is remembered, by its id", async () => {
    await open();
    await press("Try the move");
    await press("We do this: remember it");
    expect(asked.at(-1)?.path).toBe(`/api/v1/what-if/${aView().id}/applied?site=BER1`);
    expect(panel.text()).toContain("✓ Kept.");
  });

  test("a refusal says what to do next", async () => {
    await open();
    answer = () => ({
      status: 503,
      body: { code: "CT_ERR_OVERLOADED", title: "Too much", detail: "Try again in a moment." },
    });
    await press("Try the move");
    expect(panel.get("[role=alert]").text()).toContain("Try again in a moment.");
  });

  test("more people than can be asked for are shown at their field, and nothing is asked", async () => {
    await open();
    await panel.get("[aria-label='Move people'] input").setValue(500);
    await press("Try the move");
    expect(asked).toEqual([]);
    await panel.get("[aria-label='Move people'] input").setValue(2);
    await press("Try the move");
    expect(asked).toHaveLength(1);
  });

  test("a truck waits no time at all, nor without a number: the field says so", async () => {
    await open();
    for (const typed of [0, ""]) {
      await panel.get("[aria-label='Hold the truck'] input").setValue(typed);
      await press("Try holding it");
    }
    expect(asked).toEqual([]);
  });

  test("nobody moves from a place to itself", async () => {
    await open();
    await panel.findAll("select")[1]?.setValue("pack");
    const button = panel.findAll("button").find((one) => one.text() === "Try the move");
    expect(button?.attributes("disabled")).toBeDefined();
    expect(panel.text()).toContain("From and to are the same work.");
  });
});

test("what holds a truck back is said in its own words, and nothing while all clear", async () => {
  setActivePinia(createPinia());
  const items = [
    { id: "A-20261123-1600", at: "2026-11-23T15:00:00Z", words: "Packing 25 min behind." },
    { id: "A-20261123-1800", at: "2026-11-23T17:00:00Z", words: null },
  ];
  let answered = items;
  vi.stubGlobal("fetch", async () => Response.json({ items: answered, next: null }));
  const open = async () => {
    const global = { stubs: { RouterLink: RouterLinkStub } };
    const page = mount(TruckWarnings, { props: { site: "BER1" }, global });
    await flushPromises();
    return page;
  };
  expect((await open()).findAll("li").map((one) => one.text())).toEqual([
    expect.stringContaining("Packing 25 min behind."),
  ]);
  answered = items.slice(1);
  expect((await open()).find("section").exists()).toBe(false);
  vi.unstubAllGlobals();
});
