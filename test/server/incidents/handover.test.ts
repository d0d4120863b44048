import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HandoverView } from "../../../domain/contract/handover.ts";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "../../support/incidents.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
let tower: FakeTower;
const cookies: Record<string, string> = {};
let report: HandoverView;

const incidents = [
  anIncident({ id: "INC-1", savingRate: 1 }),
  anIncident({ id: "INC-2", savingRate: 5 }),
  anIncident({ id: "INC-3", state: "acknowledged", owner: "coordinator", ackUntil: NOW + HOUR }),
  anIncident({ id: "INC-4", state: "acknowledged", owner: "lead", ackUntil: NOW + HOUR }),
  anIncident({
    id: "INC-5",
    state: "shelved",
    shelved: { by: "lead", at: NOW, reason: "supplier", until: NOW + 2 * HOUR },
  }),
];

async function ask(who: string, method: "GET" | "PUT" | "POST", path = "", payload?: object) {
  const answer = await tower.app.inject({
    method,
    url: `/api/v1/handover${path}?site=BER1`,
    headers: { cookie: cookies[who] ?? "", host: "localhost:80", origin: "http://localhost:80" },
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.json() as HandoverView & { code: string } };
}
const edit = (who: string, payload: object) => ask(who, "PUT", `/${report.id}`, payload);
const sign = (who: string, as: string) => ask(who, "POST", `/${report.id}/sign`, { as });

beforeAll(async () => {
  tower = await fakeTower();
  for (const who of ["lead", "admin", "coordinator", "viewer"])
    cookies[who] = await tower.login(who, `demo-${who}-tower`);
  tower.fill(
    "BER1",
    [aRow({ sev: "late" }), aRow({ id: "SO-2" }), aRow({ id: "SO-3", sev: "lost_cause" })],
    3,
    incidents,
  );
  report = (await ask("lead", "GET")).body;
});
afterAll(() => tower.app.close());

describe("the handover of a shift", () => {
  test("writes itself: open by what can be saved, owned, on the shelf, figures", () => {
    expect(report.state).toBe("draft");
    expect(report.open.map(({ id }) => id)).toEqual(["INC-2", "INC-1"]);
    expect(report.owned.map(({ id, moves }) => [id, moves])).toEqual([
      ["INC-3", true],
      ["INC-4", true],
    ]);
    expect(report.shelved).toMatchObject([{ id: "INC-5", shelved: { reason: "supplier" } }]);
    expect(report.figures).toMatchObject({ openOrders: 3, late: 1, lost: 1 });
  });

  test("is edited by a lead, and says who changed what; a coordinator reads it", async () => {
    expect((await edit("coordinator", { notes: "x" })).status).toBe(403);
    const wish = { notes: "Belt 2 is slow", remarks: { "INC-1": "call DHL" }, ifVersion: 0 };
    const { body } = await edit("lead", wish);
    expect(body).toMatchObject({ version: 1, notes: "Belt 2 is slow" });
    expect(body.open.find(({ id }) => id === "INC-1")?.remark).toBe("call DHL");
    expect(body.history[0]).toMatchObject({ by: "lead" });
    const stale = await edit("admin", { notes: "mine", ifVersion: 0 });
    expect([stale.status, stale.body.code]).toEqual([409, "CT_ERR_CONFLICT"]);
    expect((await ask("coordinator", "GET")).body.notes).toBe("Belt 2 is slow");
    expect((await ask("viewer", "GET")).status).toBe(403);
  });

  test("is signed by who leaves first, then by somebody else; then it stands as it was", async () => {
    expect((await sign("admin", "coming")).status).toBe(409);
    expect((await sign("lead", "leaving")).body.state).toBe("half-signed");
    expect((await sign("lead", "coming")).status).toBe(409);
    expect((await edit("lead", { notes: "later" })).status).toBe(409);
    tower.fill("BER1", [], 4, []);
    expect((await ask("lead", "GET")).body.open).toHaveLength(2);
  });

  test("with the second signature what is owned changes hands in one append", async () => {
    const before = tower.taken.length;
    const { status, body } = await sign("admin", "coming");
    expect([status, body.state, body.moved.toSorted()]).toEqual([
      200,
      "signed",
      ["INC-3", "INC-4"],
    ]);
    const events = tower.taken.slice(before).map(({ event }) => event);
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      [
        "incident.handed_over",
        { incidents: ["INC-3"], from: "coordinator", to: "admin", handover: report.id },
      ],
      [
        "incident.handed_over",
        { incidents: ["INC-4"], from: "lead", to: "admin", handover: report.id },
      ],
    ]);
    // once more by the same: nothing more is appended
    expect((await sign("admin", "coming")).status).toBe(200);
    expect(tower.taken.length).toBe(before + 2);
    const what = tower.audit.entries().map((entry) => entry.what);
    expect(what.filter((one) => one === "handover.signed")).toHaveLength(2);
  });

  test("of a shift that is nowhere there is none", async () => {
    const answer = await tower.app.inject({
      url: "/api/v1/handover?site=BER1&shift=noon",
      headers: { cookie: cookies["lead"] ?? "" },
    });
    expect(answer.statusCode).toBe(404);
  });
});
