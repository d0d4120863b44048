import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeRest } from "../../../domain/contract/log-entry.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import type { Row } from "../../../domain/board.ts";
import { rehearse } from "../../../server/incidents/rehearse.ts";
import { aRow } from "../../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";
import { aChange } from "../../support/changes.ts";

const MINUTE = 60_000;
const URL = "/api/v1/config/policies/rehearse?site=BER1";
let tower: FakeTower;

function entry(seq: number, at: number, rows: Row[]): [string, string[]] {
  const change = aChange({ at, cursor: `${seq}-0` });
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
    expect(body.limits[0]).toContain("What is kept reaches back to");
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

  test("goes on into what history kept of the time before the log, board by board", async () => {
    const now = Date.now();
    const due = now - 400 * MINUTE;
    const past = Array.from({ length: 30 }, (_, at) =>
      aRow({ id: `OLD-${at}`, stage: "picking", due, actBy: due, risk: 0.95, sev: "at_risk" }),
    );
    const late = past.map((row) => ({ ...row, sev: "late" as const }));
    const asked: number[] = [];
    const from = now - 600 * MINUTE;
    const told = async (name: string, query: { at: number; since?: { seq: number } }) => {
      if (name === "range") return { from, to: now };
      asked.push(query.at);
      const rows = query.at > due ? late : past;
      const frame = { epoch: "e1", seq: asked.length, at: query.at, isWhole: true };
      // told as what changed, and once whole where history lost its place
      const isWhole = query.since === undefined || asked.length === 3;
      const delta = { from: 0, to: 0, upserts: rows, removed: [] };
      return isWhole ? { ...frame, rows } : { ...frame, delta };
    };
    const spy = vi.spyOn(tower.app.history, "ask").mockImplementation(told as never);
    const body = (await ask(DEFAULT_POLICIES, 10)).json();
    spy.mockRestore();
    expect(Math.abs(Date.parse(body.from) - from)).toBeLessThan(MINUTE);
    expect(body.orders).toBe(70);
    // the forty of the log alone are right too, and so are those of history
    expect(body.current.right).toBeGreaterThan(1);
    expect(body.limits[0]).toMatch(/boards of history are looked at, ten minutes apart/);
    const steps = asked.slice(1).map((at, place) => at - asked[place]!);
    expect(Math.max(...steps)).toBe(10 * MINUTE);
    expect(asked.at(-1)).toBeLessThanOrEqual(now - 299 * MINUTE);
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
