import { afterAll, beforeAll, expect, test } from "vitest";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

const said = (more: Partial<HistoryStatus>): string =>
  JSON.stringify({
    state: "current",
    store: "sqlite",
    at: tower.app.now(),
    epoch: "e",
    seq: 9,
    behind: 0,
    gaps: 0,
    ...more,
  } satisfies HistoryStatus);
const partOf = async () =>
  (
    (await tower.app.inject("/readyz")).json() as {
      parts: { history: { state: string; copying: string } };
    }
  ).parts.history;

test("each part says its state and its age", async () => {
  const { parts } = (await tower.app.inject("/readyz")).json() as {
    parts: Record<string, { state: string; ageMs: number | null }>;
  };
  expect(Object.keys(parts)).toEqual(expect.arrayContaining(["redis", "workers", "sites"]));
  for (const [name, part] of Object.entries(parts))
    expect([name, part]).toEqual([name, expect.objectContaining({ ageMs: part.ageMs ?? null })]);
});

test("a Redis that would lose events is said", async () => {
  tower.app.losses = () => ["appendonly is off"];
  const { parts } = (await tower.app.inject("/readyz")).json();
  tower.app.losses = () => [];
  expect(parts.redis).toMatchObject({ losses: ["appendonly is off"] });
});

test("history that is away is said and makes nothing unready", async () => {
  expect(await partOf()).toMatchObject({ state: "ok", copying: "unknown" });
  tower.history.said.set("BER1", said({}));
  expect(await partOf()).toMatchObject({ state: "ok", copying: "current", behind: 0 });
  tower.history.said.set("NYC1", said({ state: "failing", behind: 12, error: "disk is full" }));
  expect(await partOf()).toMatchObject({
    state: "ok",
    copying: "failing",
    behind: 12,
    error: "disk is full",
  });
  tower.history.said.set("NYC1", said({ at: tower.app.now() - 120_000 }));
  expect(await partOf()).toMatchObject({ copying: "silent" });
  // said before the clock was set back by an hour
  tower.history.said.set("NYC1", said({ at: tower.app.now() + 3_600_000 }));
  expect(await partOf()).toMatchObject({ copying: "silent" });
});

test("its lag is a metric", async () => {
  tower.history.said.set("NYC1", said({ state: "refused", behind: 7, gaps: 2 }));
  const { body } = await tower.app.inject({ url: "/metrics", headers: BEARER });
  expect(body).toContain('ct_history_behind_commits{site="NYC1"} 7');
  expect(body).toContain('ct_history_up{site="NYC1"} 0');
  expect(body).toContain('ct_history_up{site="BER1"} 1');
  expect(body).toContain('ct_history_gaps{site="NYC1"} 2');
});
