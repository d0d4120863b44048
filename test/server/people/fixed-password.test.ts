import { expect, test, vi } from "vitest";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { aPerson } from "./person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000 });

const start = (env: NodeJS.ProcessEnv, before?: FakeTower) =>
  fakeTower({ CT_DEMO: "0", ...env }, false, undefined, before);

/** What a session of the tower before may still do at the one after it. */
async function standing(tower: FakeTower, cookie: string): Promise<number> {
  return (await tower.app.inject({ url: "/api/v1/users", headers: { cookie } })).statusCode;
}

async function adminAt(tower: FakeTower, password: string): Promise<string> {
  const admin = aPerson(tower.app);
  expect((await admin.login("admin", password)).statusCode).toBe(200);
  return admin.cookie();
}

test("another CT_ADMIN_PASSWORD ends the sessions begun with the one before", async () => {
  const first = await start({ CT_ADMIN_PASSWORD: "a red lorry in the yard" });
  const cookie = await adminAt(first, "a red lorry in the yard");
  expect(await standing(first, cookie)).toBe(200);
  await first.app.close();
  const same = await start({ CT_ADMIN_PASSWORD: "a red lorry in the yard" }, first);
  expect(await standing(same, cookie)).toBe(200);
  await same.app.close();
  const other = await start({ CT_ADMIN_PASSWORD: "a blue lorry in the yard" }, first);
  expect(await standing(other, cookie)).toBe(401);
  expect(await standing(other, await adminAt(other, "a blue lorry in the yard"))).toBe(200);
  expect((await aPerson(other.app).login("admin", "a red lorry in the yard")).statusCode).toBe(401);
  await other.app.close();
  const changes = first.audit.entries().filter(({ what }) => what === "password.changed");
  expect(changes).toMatchObject([
    { who: "system", subject: "admin", why: "CT_ADMIN_PASSWORD" },
    { who: "system", subject: "admin", why: "CT_ADMIN_PASSWORD" },
  ]);
  expect(JSON.stringify([...first.audit.hashes])).not.toContain("lorry");
});

test("a session of the demo's admin, whose password everybody knows, is nothing to the real one", async () => {
  const demo = await start({ CT_DEMO: "1" });
  const cookie = await adminAt(demo, "demo-admin-tower");
  await demo.app.close();
  const real = await start({ CT_ADMIN_PASSWORD: "a red lorry in the yard" }, demo);
  expect(await standing(real, cookie)).toBe(401);
  await real.app.close();
});

test("two servers that start at once with the same password write it once", async () => {
  const first = await start({});
  const env = { CT_ADMIN_PASSWORD: "a red lorry in the yard" };
  const both = await Promise.all([start(env, first), start(env, first)]);
  expect(first.audit.entries()).toHaveLength(1);
  for (const tower of [first, ...both]) await tower.app.close();
});

test.each(["password1", "adminadmin", "admin123", "aaaaaaaaaa"])(
  "no start with CT_ADMIN_PASSWORD=%s, which whoever guesses tries first",
  async (password) => {
    await expect(start({ CT_ADMIN_PASSWORD: password })).rejects.toThrow("CT_ADMIN_PASSWORD");
  },
);
