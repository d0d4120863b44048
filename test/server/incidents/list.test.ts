import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "../../support/incidents.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const NOW = Date.now();
const HOUR = 3_600_000;
let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

const lost = { orders: 3, atRisk: 0, late: 0, lost: 3, blind: 0 };
const INCIDENTS: Incident[] = [
  anIncident({ id: "INC-1", savingRate: 2, priority: 40, v: 1 }),
  anIncident({ id: "INC-2", savingRate: 9, priority: 10, severity: "S2", v: 2 }),
  anIncident({ id: "INC-3", savingRate: 50, counts: lost, severity: "S1", v: 3 }),
  anIncident({
    id: "INC-4",
    savingRate: 0,
    kind: "source_silent",
    state: "acknowledged",
    owner: "coordinator",
    ackUntil: NOW + HOUR,
    title: "3PL North is silent",
    v: 4,
  }),
  anIncident({
    id: "INC-5",
    savingRate: 1,
    state: "shelved",
    shelved: { by: "lead", at: NOW, reason: "supplier answers", until: NOW + HOUR },
    v: 5,
  }),
];

const get = async (url: string, headers: Record<string, string> = BEARER) => {
  const answer = await tower.app.inject({ url: `/api/v1${url}`, headers });
  return { status: answer.statusCode, body: answer.json() };
};
const idsOf = async (query: string): Promise<string[]> =>
  (await get(`/incidents?site=BER1${query}`)).body.items.map(({ id }: Incident) => id);

describe("the list of incidents", () => {
  beforeAll(() => tower.fill("BER1", [], 7, INCIDENTS));

  test("begins with what a minute of work saves most, and ends with what is lost", async () => {
    expect(await idsOf("")).toEqual(["INC-2", "INC-1", "INC-5", "INC-4", "INC-3"]);
    expect(await idsOf("&sort=severity")).toEqual(["INC-3", "INC-2", "INC-1", "INC-5", "INC-4"]);
  });

  test("says up to which commit it is true", async () => {
    expect((await get("/incidents?site=BER1")).body.seq).toBe(7);
  });

  test("is narrowed by state, severity, kind, owner and words", async () => {
    expect(await idsOf("&state=open,shelved")).toEqual(["INC-2", "INC-1", "INC-5", "INC-3"]);
    expect(await idsOf("&severity=S1,S2")).toEqual(["INC-2", "INC-3"]);
    expect(await idsOf("&kind=source_silent")).toEqual(["INC-4"]);
    expect(await idsOf("&owner=coordinator")).toEqual(["INC-4"]);
    expect(await idsOf("&owner=none")).not.toContain("INC-4");
    expect(await idsOf("&q=north")).toEqual(["INC-4"]);
    expect(await idsOf("&q=inc-5")).toEqual(["INC-5"]);
    expect(await idsOf("&q=%20INC-5%0A")).toEqual(["INC-5"]);
  });

  test("names the filter that means nothing", async () => {
    const { status, body } = await get("/incidents?site=BER1&severity=S9");
    expect([status, body.code, body.errors[0].path]).toEqual([422, "CT_ERR_INVALID", "/severity"]);
  });

  test("goes on page by page although it moves meanwhile", async () => {
    const first = await get("/incidents?site=BER1&limit=2");
    expect(first.body.items.map(({ id }: Incident) => id)).toEqual(["INC-2", "INC-1"]);
    tower.fill("BER1", [], 8, [...INCIDENTS, anIncident({ id: "INC-6", savingRate: 7, v: 8 })]);
    const next = await get(`/incidents?site=BER1&limit=2&cursor=${first.body.next}`);
    expect(next.body.items.map(({ id }: Incident) => id)).toEqual(["INC-5", "INC-4"]);
    const last = await get(`/incidents?site=BER1&limit=2&cursor=${next.body.next}`);
    expect([last.body.items.map(({ id }: Incident) => id), last.body.next]).toEqual([
      ["INC-3"],
      null,
    ]);
    expect((await get("/incidents?site=BER1&cursor=bm8")).status).toBe(422);
    tower.fill("BER1", [], 9, INCIDENTS);
  });

  test("has the resolved ones when they are asked for, the last resolved first", async () => {
    tower.incidents.resolved.push(
      ...[1, 2, 3].map((n) =>
        anIncident({
          id: `INC-9${n}`,
          state: "resolved",
          resolution: { at: NOW - n * HOUR, code: "cleared", words: "its cause is gone" },
        }),
      ),
    );
    expect(await idsOf("&state=resolved")).toEqual(["INC-91", "INC-92", "INC-93"]);
    const page = await get("/incidents?site=BER1&state=resolved&limit=2");
    const rest = await get(`/incidents?site=BER1&state=resolved&limit=2&cursor=${page.body.next}`);
    expect(rest.body.items.map(({ id }: Incident) => id)).toEqual(["INC-93"]);
  });

  test("shows a viewer neither owner nor reason of a shelf, but that somebody owns it", async () => {
    const cookie = await tower.login("viewer", "demo-viewer-tower");
    const { body } = await get("/incidents?site=BER1", { cookie });
    const [owned] = body.items.filter(({ id }: Incident) => id === "INC-4");
    expect([owned.owner, owned.isOwned]).toEqual([null, true]);
    expect(JSON.stringify(body)).not.toContain("supplier");
  });
});

describe("one incident", () => {
  beforeAll(() => {
    const rows = ["SO-1", "SO-2"].map((id, at) =>
      aRow({ id, sev: at === 0 ? "on_time" : "at_risk", actBy: NOW + HOUR }),
    );
    tower.fill("BER1", rows, 10, INCIDENTS);
    tower.incidents.membersOf.set("BER1/INC-1", ["SO-1", "SO-2", "SO-GONE"]);
    tower.incidents.told.set("BER1/INC-1", {
      "n-1|email|lead": JSON.stringify({
        notice: "n-1",
        whom: "lead",
        way: "email",
        at: NOW,
        state: "failed",
        words: "the mail server does not answer",
        generation: 1,
        step: 0,
        round: 0,
      }),
    });
  });

  test("has its orders with their rows, the most urgent first, and those that are over", async () => {
    const { body } = await get("/incidents/INC-1?site=BER1");
    expect(body.members.map(({ id }: { id: string }) => id)).toEqual(["SO-2", "SO-1", "SO-GONE"]);
    expect([body.members[0].row.sev, body.members[2].row, body.memberCount]).toEqual([
      "at_risk",
      null,
      3,
    ]);
  });

  test("has its ladder with what was fired, who was told with what result, and what comes", async () => {
    const { body } = await get("/incidents/INC-1?site=BER1");
    expect(body.ladderSteps.map(({ state }: { state: string }) => state)).toEqual([
      "fired",
      "next",
      "waiting",
      "waiting",
    ]);
    const [first, second] = body.ladderSteps;
    expect(first.told).toMatchObject([{ whom: "lead", way: "email", state: "failed" }]);
    expect([first.wait, second.wait]).toEqual([
      "at once",
      "25 % of the time left, at least 3 min, at most 15 min",
    ]);
    expect(second.dueAt).toBe(new Date(1_900_000).toISOString());
    expect(body.openedAt).toBe(new Date(1_000_000).toISOString());
  });

  test("has a playbook of four to six steps, and says which of them were done", async () => {
    const played = [{ id: "message-1", at: NOW, by: "lead", result: "called" }];
    tower.fill("BER1", [], 12, [anIncident({ id: "INC-1", played })]);
    const { body } = await get("/incidents/INC-1?site=BER1");
    const { steps } = body.playbook;
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(steps.length).toBeLessThanOrEqual(6);
    expect(JSON.stringify(steps)).not.toMatch(/\{orders\}|\{title\}/);
    const done = steps.filter((step: { played: object | null }) => step.played !== null);
    expect(done.map(({ id }: { id: string }) => id)).toEqual(
      steps.some(({ id }: { id: string }) => id === "message-1") ? ["message-1"] : [],
    );
    const cookie = await tower.login("viewer", "demo-viewer-tower");
    expect((await get("/incidents/INC-1?site=BER1", { cookie })).body.playbook).toBeNull();
  });

  test("says how often its cause was here before, and for how long", async () => {
    const { body } = await get("/incidents/INC-1?site=BER1");
    expect(body.before).toMatchObject({ days: 30, count: 3 });
    expect(body.before.words).toMatch(/^3 times in 30 days, median/);
  });

  test("that is nowhere and that of another site look the same", async () => {
    tower.fill("NYC1", [], 2, [anIncident({ id: "INC-77", site: "NYC1" })]);
    const [nowhere, other] = await Promise.all([
      get("/incidents/INC-78?site=BER1"),
      get("/incidents/INC-77?site=BER1"),
    ]);
    expect([nowhere.status, other.status]).toEqual([404, 404]);
    expect((await get("/incidents/INC-77")).status).toBe(200);
  });
});

test("the live metrics count incidents and know the oldest that nobody owns", async () => {
  tower.fill("BER1", [], 11, INCIDENTS);
  const { body } = await get("/metrics/live?site=BER1");
  expect(body.incidents).toMatchObject({
    open: 5,
    unowned: 3,
    acknowledged: 1,
    shelved: 1,
    bySeverity: { S1: 1, S2: 1, S3: 3, S4: 0 },
  });
  expect(body.incidents.unownedAgeMs).toBeGreaterThan(NOW - 1_000_000 - HOUR);
});
