import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BEARER, type FakeTower, fakeTower } from "../fake-app.ts";
import { anIncident } from "../../domain/incidents/fixtures.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [], 12, [anIncident({ id: "INC-1" }), anIncident({ id: "INC-2" })]);
});
afterAll(() => tower.app.close());

async function post(path: string, payload: object, headers: Record<string, string> = BEARER) {
  const url = `/api/v1/incidents/${path}?site=BER1`;
  const answer = await tower.app.inject({ method: "POST", url, headers, payload });
  return { status: answer.statusCode, body: answer.json() };
}

describe("an incident", () => {
  test("is given to nobody who is not here or may not own one", async () => {
    for (const assignee of ["ghost", "viewer", "associate"]) {
      const { status, body } = await post("INC-1/assign", { assignee });
      expect([assignee, status, body.code, body.errors?.[0]?.path]).toEqual([
        assignee,
        422,
        "CT_ERR_INVALID",
        "/assignee",
      ]);
    }
    expect(tower.taken).toEqual([]);
    expect((await post("INC-1/assign", { assignee: "coordinator" })).status).toBe(202);
    expect((await post("INC-1/assign", { assignee: null })).status).toBe(202);
  });

  test("nor with many: each says so", async () => {
    const { body } = await post("actions/assign", { ids: ["INC-1", "INC-2"], assignee: "ghost" });
    expect(body.items.map((one: { status: number }) => one.status)).toEqual([422, 422]);
  });

  test("calls in a comment only people who answer incidents", async () => {
    const said = { text: "@associate @ghost", mentions: ["associate", "ghost"] };
    const { status, body } = await post("INC-1/comment", said);
    expect([status, body.detail]).toEqual([
      422,
      "mentions: nobody here who answers incidents is called ghost.",
    ]);
    expect((await post("INC-1/comment", { ...said, mentions: ["associate"] })).status).toBe(202);
  });
});

test("people are listed with what they may, for those who may see people", async () => {
  const url = "/api/v1/people?site=BER1";
  const read = async (headers: Record<string, string>) => tower.app.inject({ url, headers });
  const { items } = (await read(BEARER)).json();
  expect(items).toContainEqual({ name: "associate", role: "associate", mayOwn: false });
  expect(items).toContainEqual({ name: "lead", role: "lead", mayOwn: true });
  expect(items.map(({ name }: { name: string }) => name)).not.toContain("viewer");
  const cookie = await tower.login("viewer", "demo-viewer-tower");
  expect((await read({ cookie })).statusCode).toBe(403);
});
