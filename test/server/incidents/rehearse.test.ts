import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeRest } from "../../../domain/contract/log-entry.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import type { Row } from "../../../domain/board.ts";
import { rehearse } from "../../../server/incidents/rehearse.ts";
import { aRow } from "../../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const MINUTE = 60_000;
const URL = "/api/v1/config/policies/rehearse?site=BER1";
let tower: FakeTower;

function entry(seq: number, at: number, rows: Row[]): [string, string[]] {
  const change = {
    at,
    rows: [],
    removed: [],
    counters: {},
    totals: {},
    sources: {},
    facts: {},
    dead: 0,
    waiting: 0,
    cursor: `${seq}-0`,
  };
  const apart = rows.flatMap((row) => [row.id, JSON.stringify({ ...row, v: seq })]);
  return [`${seq}-0`, ["e", "e1", "c", encodeRest(change), ...apart]];
}

beforeAll(async () => {
  tower = await fakeTower();
  const now = Date.now();
  const due = now - 30 * MINUTE;
  const rows = Array.from({ length: 40 }, (_, at) =>
    aRow({
      id: `SO-${at}`,
      stage: "picking",
      due,
      actBy: due - MINUTE,
      risk: 0.9,
      pickup: null,
      sev: "at_risk",
    }),
  );
  tower.fill("BER1", rows, 900);
  tower.incidents.logs.set("BER1", [
    entry(1, now - 300 * MINUTE, []),
    entry(2, now - 240 * MINUTE, rows),
    ...Array.from({ length: 600 }, (_, at) => entry(3 + at, now - 200 * MINUTE + at * 1_000, [])),
    entry(
      800,
      now - 20 * MINUTE,
      rows.map((row) => ({ ...row, sev: "late" as const })),
    ),
  ]);
});
afterAll(() => tower.app.close());

const ask = (policies: object, hours?: number) =>
  tower.app.inject({ method: "POST", url: URL, headers: BEARER, payload: { policies, hours } });

describe("rehearsing rules over the log", () => {
  test("says what both would have raised, and what it could not see", async () => {
    const off = DEFAULT_POLICIES.rules.map((rule) => ({ ...rule, enabled: false }));
    const answer = await ask({ ...DEFAULT_POLICIES, rules: off });
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body.orders).toBe(40);
    expect(body.proposed.raised).toBe(0);
    expect(body.current.raised).toBeGreaterThan(0);
    expect(body.current.right).toBeGreaterThan(0);
    expect(body.words).toMatch(/^would have raised 0, 0 true; the rules in force \d+, \d+ true/);
    expect(body.limits[0]).toContain("The log reaches back to");
  });

  test("looks no further back than it was asked", async () => {
    const { frames, from, to } = (await ask(DEFAULT_POLICIES, 1)).json();
    expect(Date.parse(to) - Date.parse(from)).toBeLessThanOrEqual(60 * MINUTE);
    expect(frames).toBeLessThanOrEqual(13);
  });

  test("names a mistake before anything is played", async () => {
    const rules = [{ kind: "damage", enabled: true, thresholds: { x: 1 } }];
    const answer = await ask({ ...DEFAULT_POLICIES, rules });
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([
      422,
      "/policies/rules/0/thresholds/x",
    ]);
  });

  test("is one at a time, stops when whoever asked goes away, and leaves room for the next", async () => {
    const policy = tower.app.sites.get("BER1");
    if (policy === undefined) throw new Error("there is no site");
    const control = new AbortController();
    const wish = { policies: DEFAULT_POLICIES };
    const first = rehearse(tower.app, policy, wish, control.signal);
    const second = rehearse(tower.app, policy, wish, new AbortController().signal);
    await expect(second).rejects.toMatchObject({ code: "CT_ERR_TOO_MANY_REQUESTS" });
    control.abort();
    await expect(first).rejects.toMatchObject({ code: "CT_ERR_UNAVAILABLE" });
    expect((await ask(DEFAULT_POLICIES, 1)).statusCode).toBe(200);
  });
});
