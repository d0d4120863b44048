import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { oneSite } from "../../../server/audit/one-site.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey } from "../people/person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

test.each([
  [[["BER1"]], "BER1"],
  [[undefined, ["BER1"]], "BER1"],
  [[["BER1"], ["BER1"]], "BER1"],
  [[["BER1"], ["NYC1"]], undefined],
  [[["BER1", "NYC1"]], undefined],
  [["all" as const], undefined],
  [["all" as const, ["BER1"]], undefined],
  [[undefined, undefined], undefined],
])("%j concerns %s alone", (grants, site) => {
  expect(oneSite(...grants)).toEqual(site === undefined ? {} : { site });
});

test("an auditor of one site sees what was done with its people and keys, and nothing of others", async () => {
  const password = await addPerson(tower.app, {
    name: "audit-ber",
    role: "auditor",
    sites: ["BER1"],
  });
  const [make, key] = ["/api/v1/users", "/api/v1/keys"];
  await asKey(tower.app, "POST", make, { name: "ber-only", role: "viewer", sites: ["BER1"] });
  await asKey(tower.app, "POST", make, { name: "nyc-only", role: "viewer", sites: ["NYC1"] });
  await asKey(tower.app, "POST", make, { name: "both", role: "viewer" });
  const scopes = ["events:write"];
  const made = await asKey(tower.app, "POST", key, { name: "ber key", scopes, sites: ["BER1"] });
  await asKey(tower.app, "POST", key, { name: "nyc key", scopes, sites: ["NYC1"] });
  const auditor = aPerson(tower.app);
  await auditor.login("audit-ber", password);
  const answer = await auditor.ask("GET", "/api/v1/audit?limit=200");
  const items = answer.json().items as { subject?: string; site?: string }[];
  const subjects = items.map(({ subject }) => subject);
  expect(subjects).toContain("ber-only");
  expect(subjects).toContain(made.json().id);
  expect(new Set(items.map(({ site }) => site))).toEqual(new Set(["BER1"]));
});
