import { afterAll, beforeAll, expect, test } from "vitest";
import type { Row } from "../../../domain/board.ts";
import { aRow } from "../../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const NOW = Date.UTC(2026, 1, 11, 9);
let tower: FakeTower;

const rows: Row[] = [
  aRow({ id: "late", sev: "late", actBy: NOW - 1, due: NOW, stage: "packing", placedAt: 3 }),
  aRow({ id: "risk", sev: "at_risk", actBy: NOW + 1, due: NOW + 5, carrier: "UPS", placedAt: 2 }),
  aRow({ id: "calm", sev: "on_time", actBy: NOW + 9, due: NOW + 9, placedAt: 1, find: ["SKU-77"] }),
  aRow({
    id: "held",
    sev: "on_time",
    actBy: NOW + 8,
    due: NOW + 8,
    holds: [{ code: "HOLD_FRAUD" }],
    exceptions: ["SHORT_PICK"],
    pickup: { id: "UPS-20260211-1700", at: NOW + 10 },
    customerOrder: "Web-9",
    owner: "Mia",
    shipTo: { city: "Berlin" },
  }),
];

beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", rows);
  tower.closed.push(
    ...Array.from({ length: 30 }, (_, at) =>
      aRow({ id: `done-${at}`, stage: at % 2 === 0 ? "delivered" : "cancelled" }),
    ),
  );
});
afterAll(() => tower.app.close());

async function list(query: string, headers: Record<string, string> = BEARER) {
  const answer = await tower.app.inject({ url: `/api/v1/orders?site=BER1&${query}`, headers });
  const { items, next } = answer.json() as { items: { id: string }[]; next: string | null };
  return { ids: items.map(({ id }) => id), next, items };
}

test.each([
  ["", ["late", "risk", "held", "calm"]],
  ["sort=placedAt", ["held", "calm", "risk", "late"]],
  ["sort=id", ["calm", "held", "late", "risk"]],
  ["sort=due", ["late", "risk", "held", "calm"]],
  ["sort=-due", ["calm", "held", "risk", "late"]],
  ["sort=-id", ["risk", "late", "held", "calm"]],
  ["sort=severity", ["late", "risk", "held", "calm"]],
  ["sort=-severity", ["calm", "held", "risk", "late"]],
  ["severity=late,at_risk", ["late", "risk"]],
  ["severity=late&carrier=UPS", []],
  ["stage=packing", ["late"]],
  ["carrier=UPS", ["risk"]],
  ["hold=HOLD_FRAUD", ["held"]],
  ["exception=SHORT_PICK", ["held"]],
  ["pickup=UPS-20260211-1700", ["held"]],
  ["q=sku-7", ["calm"]],
  ["q=WEB-9", ["held"]],
  ["q=%20web-9%0A", ["held"]],
  ["q=%20", ["late", "risk", "held", "calm"]],
  ["q=(.*)", []],
])("?%s finds %j", async (query, expected) => {
  expect((await list(query)).ids).toEqual(expected);
});

test("pages follow one another without a gap or a repetition, also while the board moves", async () => {
  const first = await list("limit=2");
  expect(first.ids).toEqual(["late", "risk"]);
  // what comes in before the place of the page is not on the next one
  tower.fill("BER1", [...rows, aRow({ id: "new", sev: "late", actBy: NOW - 50 })]);
  const second = await list(`limit=2&cursor=${first.next}`);
  expect(second).toMatchObject({ ids: ["held", "calm"], next: null });
  tower.fill("BER1", rows);
});

test("ended orders come when their stage is asked for, the last ended first, all of them", async () => {
  const ids: string[] = [];
  let next: string | null = "";
  let pages = 0;
  while (next !== null) {
    const page = await list(`stage=delivered&limit=4${next === "" ? "" : `&cursor=${next}`}`);
    ids.push(...page.ids);
    next = page.next;
    pages += 1;
    expect(page.ids.length).toBeLessThanOrEqual(4);
  }
  expect(ids).toEqual(Array.from({ length: 15 }, (_, at) => `done-${at * 2}`));
  expect(pages).toBeLessThan(10);
  expect((await list("")).ids).not.toContain("done-0");
});

test("what ends meanwhile puts nobody of the ended twice on a page", async () => {
  const first = await list("stage=delivered&limit=4");
  tower.closed.unshift(aRow({ id: "just-now", stage: "delivered" }));
  const second = await list(`stage=delivered&limit=4&cursor=${first.next}`);
  tower.closed.shift();
  const ids = [...first.ids, ...second.ids];
  expect([new Set(ids).size, second.ids[0]]).toEqual([ids.length, `done-${first.ids.length * 2}`]);
});

test.each([
  "no base64 of ours",
  {},
  [],
  { after: null },
  { after: {} },
  { after: { id: {}, sev: "late" } },
  { closed: -1 },
  { closed: "0" },
  { closed: { id: "done-2" } },
  { closed: { id: "", at: 1 } },
  { closed: null, more: 1 },
])("a cursor of somebody else's making is refused as the field it is: %j", async (made) => {
  const cursor = Buffer.from(JSON.stringify(made)).toString("base64url");
  for (const filter of ["", "&stage=delivered"]) {
    const url = `/api/v1/orders?site=BER1&cursor=${cursor}${filter}`;
    const answer = await tower.app.inject({ url, headers: BEARER });
    expect(answer.json()).toMatchObject({
      status: 422,
      code: "CT_ERR_INVALID",
      errors: [{ path: "/cursor" }],
    });
  }
});

test.each(["stage=nowhere", "stage=picked,", "severity=LATE", "stage=picked%2Cnowhere"])(
  "a filter by what does not exist is refused, not answered with nothing: %s",
  async (filter) => {
    const url = `/api/v1/orders?site=BER1&${filter}`;
    const answer = await tower.app.inject({ url, headers: BEARER });
    const path = `/${filter.split("=")[0]}`;
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ path }] });
  },
);

test("instants leave as RFC 3339, and viewers get neither people nor places", async () => {
  const [held] = (await list("hold=HOLD_FRAUD")).items;
  expect(held).toMatchObject({
    due: new Date(NOW + 8).toISOString(),
    pickup: { id: "UPS-20260211-1700", at: new Date(NOW + 10).toISOString() },
    owner: "Mia",
  });
  const cookie = await tower.login("viewer", "demo-viewer-tower");
  const [seen] = (await list("hold=HOLD_FRAUD", { cookie })).items;
  expect(seen).not.toHaveProperty("owner");
  expect(seen).not.toHaveProperty("shipTo");
});

test("the board and its trucks over HTTP say what sockets are told", async () => {
  const ask = async (path: string) =>
    (await tower.app.inject({ url: `${path}?site=BER1`, headers: BEARER })).json();
  const board = await ask("/api/v1/board");
  expect(board).toMatchObject({ site: "BER1", epoch: "e1", seq: 1 });
  expect(board.rows.map(({ id }: Row) => id)).toEqual(["late", "risk", "held", "calm"]);
  expect(board.metrics).toMatchObject({ open: 4, severities: { late: 1, at_risk: 1, on_time: 2 } });
  const { items } = await ask("/api/v1/pickups");
  expect(items).toMatchObject(board.pickups);
  expect(items[0]).toMatchObject({ due: 1, at: new Date(NOW + 10).toISOString() });
});

test("sorts by risk, the most likely to miss first, across pages; what has none comes last either way", async () => {
  const many = [0.5, null, 1, 0, 0.5, 0.05, null].map((risk, at) => aRow({ id: `R${at}`, risk }));
  tower.fill("BER1", many);
  const all = async (sort: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let next: string | null = ""; next !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `sort=${sort}&limit=2${next === "" ? "" : `&cursor=${next}`}`,
      );
      ids.push(...page.ids);
      next = page.next;
    }
    return ids;
  };
  expect(await all("risk")).toEqual(["R2", "R0", "R4", "R5", "R3", "R1", "R6"]);
  expect(await all("-risk")).toEqual(["R3", "R5", "R0", "R4", "R2", "R1", "R6"]);
  tower.fill("BER1", rows);
});
