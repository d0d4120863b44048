import { afterAll, beforeAll, expect, test } from "vitest";
import type { DueCheck } from "../../../domain/incidents/due-check.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

const found = (more: Partial<DueCheck> = {}): string =>
  JSON.stringify({
    at: tower.app.now() - 5_000,
    ahead: 3,
    due: 2,
    fired: 2,
    late: 1,
    missed: [],
    lost: [],
    doubled: [],
    early: [],
    words: "",
    ...more,
  } satisfies DueCheck);
const partOf = async () => {
  const ready = await tower.app.inject("/readyz");
  return (ready.json() as { parts: { escalation: { ageMs: number | null } } }).parts.escalation;
};

test("what the auditor found is said by /readyz, and makes nothing unready", async () => {
  expect(await partOf()).toMatchObject({ state: "ok", missed: 0, ageMs: null });
  tower.incidents.audits.set("BER1", found());
  tower.incidents.audits.set("NYC1", found({ missed: [{ incident: "INC-1", dueAt: 1 }] }));
  expect(await partOf()).toMatchObject({ state: "ok", missed: 1, doubled: 0 });
  // looked before the clock was set back
  tower.incidents.audits.set("NYC1", found({ at: tower.app.now() + 3_600_000 }));
  expect((await partOf()).ageMs).toBeGreaterThan(60_000);
  tower.incidents.audits.set("NYC1", found({ missed: [{ incident: "INC-1", dueAt: 1 }] }));
});

test("and is a metric of each site", async () => {
  const { body } = await tower.app.inject({ url: "/metrics", headers: BEARER });
  expect(body).toContain('ct_escalation_missed{site="NYC1"} 1');
  expect(body).toContain('ct_escalation_missed{site="BER1"} 0');
  expect(body).toContain('ct_escalation_late{site="BER1"} 1');
});
