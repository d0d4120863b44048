import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

const URL = "/api/v1/config/policies";
const ask = async (method: "GET" | "PUT", url: string, payload?: object, headers = {}) => {
  const answer = await tower.app.inject({
    method,
    url,
    headers: { ...BEARER, ...headers },
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.json() };
};
const changed = (minimumOrders: number) => ({
  ...DEFAULT_POLICIES,
  rules: [{ kind: "common_cause", enabled: true, thresholds: { minimumOrders } }],
});

describe("the policies of a site", () => {
  test("are version 0 while nobody decided", async () => {
    const { body } = await ask("GET", `${URL}?site=BER1`);
    expect(body).toMatchObject({ site: "BER1", version: 0, history: [] });
    expect(body.thresholds.common_cause.minimumOrders).toBe(5);
  });

  test("a dry run says what would change and changes nothing", async () => {
    const { body } = await ask("PUT", `${URL}?site=BER1&dryRun=true`, { policies: changed(8) });
    expect(body.changes).toEqual(["common_cause: minimumOrders is 8 instead of 5"]);
    expect((await ask("GET", `${URL}?site=BER1`)).body.version).toBe(0);
  });

  test("a change gets a version, an author, its words, and its entry in the audit", async () => {
    const { body } = await ask("PUT", `${URL}?site=BER1`, { policies: changed(8), ifVersion: 0 });
    expect(body).toMatchObject({
      version: 1,
      history: [{ version: 1, by: "bootstrap", words: body.changes }],
    });
    expect(tower.audit.entries().at(-1)).toMatchObject({
      what: "policies.changed",
      site: "BER1",
      after: { version: 1, changes: ["common_cause: minimumOrders is 8 instead of 5"] },
    });
  });

  test("nobody writes over what somebody else changed meanwhile", async () => {
    const wish = { policies: changed(9), ifVersion: 0 };
    const { status, body } = await ask("PUT", `${URL}?site=BER1`, wish);
    expect([status, body.code, body.version]).toEqual([409, "CT_ERR_CONFLICT", 1]);
  });

  test("what was read is sent back as it is, changed, and not over another's change", async () => {
    const { body: read } = await ask("GET", `${URL}?site=BER1`);
    const again = await ask("PUT", `${URL}?site=BER1`, read);
    expect([again.status, again.body.version]).toEqual([200, 1]);
    const old = await ask("PUT", `${URL}?site=BER1`, { ...read, version: 0 });
    expect([old.status, old.body.code]).toEqual([409, "CT_ERR_CONFLICT"]);
    const both = await ask("PUT", `${URL}?site=BER1`, { ...read, ifVersion: 0 });
    expect([both.status, both.body.errors[0].path]).toEqual([422, "/ifVersion"]);
  });

  test("what was read is of its site, also where the address names none, and of no other", async () => {
    const { body: read } = await ask("GET", `${URL}?site=BER1`);
    expect(await ask("PUT", URL, read)).toMatchObject({ status: 200, body: { site: "BER1" } });
    const other = await ask("PUT", `${URL}?site=NYC1`, read);
    expect([other.status, other.body.errors]).toEqual([
      422,
      [{ index: 0, path: "/site", message: "body is NYC1, and not changed here" }],
    ]);
    expect((await ask("PUT", URL, { ...read, site: "NONE" })).status).toBe(404);
    expect((await ask("GET", `${URL}?site=NYC1`)).body.version).toBe(0);
  });

  test("a channel that the site does not have is said before it is believed in", async () => {
    const steps = [{ wait: { minutes: 1 }, targets: [{ to: "channel", channel: "dock" }] }];
    const policies = {
      ...DEFAULT_POLICIES,
      ladders: DEFAULT_POLICIES.ladders.map((one) => ({ ...one, steps })),
    };
    const { status, body } = await ask("PUT", `${URL}?site=BER1&dryRun=true`, { policies });
    expect([status, body.warnings]).toEqual([
      200,
      ["This site has no channel dock: nothing goes there."],
    ]);
  });

  test("every mistake is named with its place in the body", async () => {
    const policies = {
      rules: [{ kind: "damage", enabled: true, thresholds: { minimumLift: 1 } }],
      ladders: [
        {
          ...DEFAULT_POLICIES.ladders[0],
          steps: [{ wait: { minutes: 1 }, targets: [{ to: "duty", schedule: "nobody" }] }],
        },
      ],
    };
    const { status, body } = await ask("PUT", `${URL}?site=BER1`, { policies });
    expect(status).toBe(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      "/policies/rules/0/thresholds/minimumLift",
      "/policies/ladders/0/steps/0/targets/0/schedule",
    ]);
  });

  test("leave as one file and come in at another site", async () => {
    const { body: file } = await ask("GET", `${URL}/file?site=BER1`);
    expect(file).toMatchObject({ kind: "control-tower-policies", site: "BER1", version: 1 });
    const { status, body } = await ask("PUT", `${URL}/file?site=NYC1`, file);
    expect([status, body.version]).toEqual([200, 1]);
    expect(body.thresholds.common_cause.minimumOrders).toBe(8);
  });
});
