import { afterAll, beforeAll, expect, test } from "vitest";
import type { ForecastQuality } from "../../../domain/contract/api.ts";
import { emptyQuality, noteEnd, noteShown } from "../../../domain/forecast/quality.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const NOON = Date.UTC(2026, 1, 11, 12);
const HOUR = 3_600_000;
let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

async function read(query = ""): Promise<ForecastQuality> {
  const url = `/api/v1/analytics/forecast-quality?site=BER1${query}`;
  const answer = await tower.app.inject({ url, headers: BEARER });
  expect([answer.statusCode, answer.body.slice(0, 200)]).toEqual([200, expect.anything()]);
  return answer.json();
}

/** Two orders of each of two days; one of each day was said to miss, and missed on the first day alone. */
function someDays() {
  const state = emptyQuality();
  for (const [day, missed] of [
    ["2026-02-10", true],
    ["2026-02-11", false],
  ] as const) {
    const deadline = NOON + 4 * HOUR;
    for (const [id, p] of [
      [`${day}-bad`, 0.9],
      [`${day}-good`, 0.1],
    ] as const) {
      noteShown(state, { id, p, eta: NOON + HOUR, deadline, isRaised: p > 0.5 }, NOON);
      noteEnd(state, id, missed && p > 0.5 ? deadline + HOUR : NOON + 2 * HOUR, day);
    }
  }
  return state.days;
}

test("says that nothing was learned before the forecaster ever looked", async () => {
  const quality = await read();
  expect(quality).toMatchObject({ site: "BER1", basis: "budgets", since: null, settled: 0 });
  expect(quality.total).toMatchObject({ orders: 0, brier: null, auc: null });
  expect(quality.days).toEqual([]);
});

test("adds up the local days asked for, and each of them by itself", async () => {
  const providers = [{ node: "3pl-north", orders: 40, isEnough: true }];
  const learned = { at: NOON, basis: "learning", since: NOON, settled: 4, orders: 9, paces: {} };
  const status = { ...learned, providers };
  tower.foresight.said.set("BER1/status", JSON.stringify(status));
  tower.foresight.said.set("BER1/quality", JSON.stringify(someDays()));

  const both = await read();
  expect(both).toMatchObject({ basis: "learning", since: "2026-02-11T12:00:00.000Z", settled: 4 });
  expect(both.providers).toMatchObject([{ node: "3pl-north", name: "3PL North" }]);
  expect(both.total).toMatchObject({ orders: 4, missed: 1, baseRate: 0.25 });
  expect(both.total.alarms).toMatchObject({ right: 1, wrong: 1, silent: 0, precision: 0.5 });
  expect(both.days.map(({ day, figures }) => [day, figures.missed])).toEqual([
    ["2026-02-10", 1],
    ["2026-02-11", 0],
  ]);
  expect(both.bins.filter(({ n }) => n > 0)).toHaveLength(2);

  // 23:30 UTC of the 10th is the 11th in Berlin
  const one = await read("&from=2026-02-10T23:30:00Z&to=2026-02-11T10:00:00Z");
  expect(one.days.map(({ day }) => day)).toEqual(["2026-02-11"]);
  expect(one.total).toMatchObject({ orders: 2, missed: 0 });
});

test("refuses a span that is no time, and another's site", async () => {
  const ask = async (query: string) =>
    tower.app.inject({ url: `/api/v1/analytics/forecast-quality?${query}`, headers: BEARER });
  expect((await ask("site=BER1&from=yesterday")).statusCode).toBe(422);
  expect((await ask("site=XXX9")).statusCode).toBe(404);
});

test("the window is split by day, which may be said, and ends after it begins", async () => {
  const ask = (query: string) =>
    tower.app.inject({
      url: `/api/v1/analytics/forecast-quality?site=BER1${query}`,
      headers: BEARER,
    });
  expect((await ask("&by=day")).statusCode).toBe(200);
  expect((await ask("&by=carrier")).statusCode).toBe(422);
  const backwards = await ask("&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z");
  expect([backwards.statusCode, backwards.json()]).toMatchObject([
    422,
    { errors: [{ path: "/from" }] },
  ]);
});
