import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { PEOPLE_ROLES } from "../../../domain/people.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey } from "./person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower({ CT_DEMO: "0", CT_ADMIN_PASSWORD: "the key of the tower" });
});
afterAll(() => tower.app.close());

const record = (name: string): string => tower.audit.hashes.get(GLOBAL_KEYS.users)?.get(name) ?? "";
const lastEntry = () => tower.audit.entries().at(-1);

describe("a new user", () => {
  test("gets a one-time password that opens nothing but the choice of an own one", async () => {
    const added = await asKey(tower.app, "POST", "/api/v1/users", {
      name: "petra",
      role: "coordinator",
      sites: ["BER1"],
    });
    expect(added.statusCode).toBe(201);
    expect(added.headers["cache-control"]).toBe("no-store");
    const { oneTimePassword, ...view } = added.json();
    expect(view).toMatchObject({ name: "petra", role: "coordinator", sites: ["BER1"] });
    expect(lastEntry()).toMatchObject({ who: "bootstrap", what: "user.created", subject: "petra" });

    const petra = aPerson(tower.app);
    const login = await petra.login(" Petra ", oneTimePassword);
    expect(login.json()).toMatchObject({ mustChoosePassword: true, role: "coordinator" });
    expect((await petra.ask("GET", "/api/v1/board?site=BER1")).statusCode).toBe(403);
    const next = "a red lorry in the yard";
    const change = { current: oneTimePassword, next };
    const chosen = await petra.ask("POST", "/api/v1/account/password", change);
    expect(chosen.statusCode).toBe(204);
    const after = (await petra.ask("GET", "/api/v1/session")).json();
    expect(after.mustChoosePassword).toBeUndefined();
    expect(after.sites.map(({ id }: { id: string }) => id)).toEqual(["BER1"]);
    expect((await petra.login("petra", oneTimePassword)).statusCode).toBe(401);
    expect((await petra.login("petra", next)).statusCode).toBe(200);
  });

  test("can log in though the record of another cannot be read", async () => {
    const users = tower.audit.hashes.get(GLOBAL_KEYS.users);
    users?.set("broken", "{");
    const password = await addPerson(tower.app, { name: "nina", role: "viewer" });
    const login = await aPerson(tower.app).login("nina", password);
    users?.delete("broken");
    expect(login.statusCode).toBe(200);
  });

  test("a one-time password is good for three days and not longer", async () => {
    const added = await asKey(tower.app, "POST", "/api/v1/users", { name: "late", role: "viewer" });
    const { oneTimePassword } = added.json();
    const kept = JSON.parse(record("late"));
    expect(kept.oneTimeUntil - Date.now()).toBeGreaterThan(2.9 * 86_400_000);
    tower.audit.hashes
      .get(GLOBAL_KEYS.users)
      ?.set("late", JSON.stringify({ ...kept, oneTimeUntil: Date.now() - 1 }));
    // any other change makes the servers read again
    await asKey(tower.app, "POST", "/api/v1/users", { name: "other", role: "viewer" });
    expect((await aPerson(tower.app).login("late", oneTimePassword)).statusCode).toBe(401);
  });

  test.each([
    ["Upper", 422],
    ["oidc:somebody", 422],
    ["has space", 422],
    ["system", 409],
    ["admin", 409],
    ["petra", 409],
  ])("%s is refused with %i", async (name, status) => {
    const answer = await asKey(tower.app, "POST", "/api/v1/users", { name, role: "viewer" });
    expect(answer.statusCode).toBe(status);
  });

  test("has a person's role and sites that exist", async () => {
    const add = (user: object) => asKey(tower.app, "POST", "/api/v1/users", { name: "n", ...user });
    expect((await add({ role: "wall" })).statusCode).toBe(422);
    expect((await add({ role: "viewer", sites: ["NOWHERE"] })).statusCode).toBe(422);
    expect((await add({ role: "viewer", password: "mine mine mine" })).statusCode).toBe(422);
  });
});

describe("what is kept", () => {
  test("holds no password, and the audit neither hash nor password", async () => {
    const password = await addPerson(tower.app, { name: "secretive", role: "lead" });
    expect(record("secretive")).toContain("$argon2id$");
    expect(record("secretive")).not.toContain(password);
    const audit = JSON.stringify(tower.audit.entries());
    expect(audit).not.toContain("$argon2id$");
    expect(audit).not.toContain(password);
    expect(audit).not.toContain("the key of the tower");
  });

  test("a hash of other parameters is renewed at the next login", async () => {
    const password = await addPerson(tower.app, { name: "oldtimer", role: "viewer" });
    const { hashPassword } = await import("../../../server/passwords.ts");
    const kept = JSON.parse(record("oldtimer"));
    const old = await hashPassword(password, { kind: "scrypt", logN: 14, r: 8, p: 1 });
    tower.audit.hashes
      .get(GLOBAL_KEYS.users)
      ?.set("oldtimer", JSON.stringify({ ...kept, password: old }));
    await asKey(tower.app, "POST", "/api/v1/users", { name: "nudge", role: "viewer" });
    expect((await aPerson(tower.app).login("oldtimer", password)).statusCode).toBe(200);
    expect(JSON.parse(record("oldtimer")).password).toMatch(/^\$argon2id\$/);
    expect((await aPerson(tower.app).login("oldtimer", password)).statusCode).toBe(200);
  });
});

test.each(PEOPLE_ROLES)("a key of every scope makes and sees one who is %s", async (role) => {
  const name = `of-every-role-${role}`;
  const made = await asKey(tower.app, "POST", "/api/v1/users", { name, role });
  expect(made.statusCode).toBe(201);
  expect((await asKey(tower.app, "GET", `/api/v1/users/${name}`)).json()).toMatchObject({ role });
});

describe("an administrator", () => {
  test("changes role and sites, and the next request of the person has them", async () => {
    const password = await addPerson(tower.app, { name: "mover", role: "viewer" });
    const mover = aPerson(tower.app);
    await mover.login("mover", password);
    expect((await mover.ask("GET", "/api/v1/dead-letters?site=BER1")).statusCode).toBe(403);
    const change = { role: "lead", sites: ["NYC1"] };
    const changed = await asKey(tower.app, "PATCH", "/api/v1/users/mover", change);
    expect(changed.json()).toMatchObject(change);
    expect((await mover.ask("GET", "/api/v1/dead-letters?site=NYC1")).statusCode).toBe(200);
    expect((await mover.ask("GET", "/api/v1/dead-letters?site=BER1")).statusCode).toBe(404);
    expect(lastEntry()).toMatchObject({
      what: "user.changed",
      before: { role: "viewer" },
      after: { role: "lead", sites: ["NYC1"] },
    });
  });

  test("disables: sessions end, the right password is wrong, enabling does not bring sessions back", async () => {
    const password = await addPerson(tower.app, { name: "gone", role: "viewer" });
    const gone = aPerson(tower.app);
    await gone.login("gone", password);
    await asKey(tower.app, "PATCH", "/api/v1/users/gone", { disabled: true });
    expect((await gone.ask("GET", "/api/v1/session")).statusCode).toBe(401);
    expect((await aPerson(tower.app).login("gone", password)).statusCode).toBe(401);
    await asKey(tower.app, "PATCH", "/api/v1/users/gone", { disabled: false });
    expect((await gone.ask("GET", "/api/v1/session")).statusCode).toBe(401);
    expect((await gone.login("gone", password)).statusCode).toBe(200);
  });

  test("resets a password: the old one and every session are over", async () => {
    const password = await addPerson(tower.app, { name: "forgetful", role: "viewer" });
    const person = aPerson(tower.app);
    await person.login("forgetful", password);
    const reset = await asKey(tower.app, "PATCH", "/api/v1/users/forgetful", {
      resetPassword: true,
    });
    expect((await person.ask("GET", "/api/v1/session")).statusCode).toBe(401);
    expect((await person.login("forgetful", password)).statusCode).toBe(401);
    const again = await person.login("forgetful", reset.json().oneTimePassword);
    expect(again.json()).toMatchObject({ mustChoosePassword: true });
  });

  test("logs somebody out everywhere", async () => {
    const password = await addPerson(tower.app, { name: "everywhere", role: "viewer" });
    const [one, two] = [aPerson(tower.app), aPerson(tower.app)];
    await one.login("everywhere", password);
    await two.login("everywhere", password);
    const ended = await asKey(tower.app, "POST", "/api/v1/users/everywhere/logout");
    expect(ended.statusCode).toBe(204);
    for (const person of [one, two])
      expect((await person.ask("GET", "/api/v1/session")).statusCode).toBe(401);
  });

  test("deletes: the name may be given again, and an old session does not fit the new one", async () => {
    const password = await addPerson(tower.app, { name: "twice", role: "viewer" });
    const first = aPerson(tower.app);
    await first.login("twice", password);
    expect((await asKey(tower.app, "DELETE", "/api/v1/users/twice")).statusCode).toBe(204);
    expect((await asKey(tower.app, "GET", "/api/v1/users/twice")).statusCode).toBe(404);
    await addPerson(tower.app, { name: "twice", role: "admin" });
    expect((await first.ask("GET", "/api/v1/session")).statusCode).toBe(401);
  });

  test("cannot change the own account, nor one that the environment makes", async () => {
    const admin = aPerson(tower.app);
    await admin.login("admin", "the key of the tower");
    const own = await admin.ask("PATCH", "/api/v1/users/admin", { disabled: true });
    expect(own.json()).toMatchObject({ status: 409, code: "CT_ERR_PROTECTED" });
    const byKey = await asKey(tower.app, "PATCH", "/api/v1/users/admin", { role: "viewer" });
    expect(byKey.json()).toMatchObject({ code: "CT_ERR_PROTECTED" });
    const gone = await asKey(tower.app, "DELETE", "/api/v1/users/admin");
    expect(gone.json()).toMatchObject({ code: "CT_ERR_PROTECTED" });
  });
});

describe("nobody gives more than they have", () => {
  test("an administrator of one site sees, makes and changes people of that site alone", async () => {
    const password = await addPerson(tower.app, { name: "local", role: "admin", sites: ["BER1"] });
    await addPerson(tower.app, { name: "ours", role: "viewer", sites: ["BER1"] });
    await addPerson(tower.app, { name: "theirs", role: "viewer", sites: ["NYC1"] });
    const local = aPerson(tower.app);
    await local.login("local", password);
    const names = (await local.ask("GET", "/api/v1/users"))
      .json()
      .items.map(({ name }: { name: string }) => name);
    expect(names).toContain("ours");
    expect(names).not.toContain("theirs");
    expect(names).not.toContain("admin");
    const touch = (name: string, change: object) =>
      local.ask("PATCH", `/api/v1/users/${name}`, change);
    expect((await touch("theirs", { disabled: true })).statusCode).toBe(404);
    expect((await touch("nobody", { disabled: true })).statusCode).toBe(404);
    expect((await local.ask("DELETE", "/api/v1/users/theirs")).statusCode).toBe(404);
    expect((await local.ask("POST", "/api/v1/users/theirs/logout")).statusCode).toBe(404);
    expect((await touch("ours", { sites: "all" })).statusCode).toBe(403);
    expect((await touch("ours", { sites: ["NYC1"] })).statusCode).toBe(422);
    expect((await touch("ours", { role: "lead" })).statusCode).toBe(200);
    const all = await local.ask("POST", "/api/v1/users", { name: "wide", role: "viewer" });
    expect(all.statusCode).toBe(403);
  });
});

test("two changes at once do not undo each other", async () => {
  await addPerson(tower.app, { name: "contested", role: "viewer" });
  const change = (what: object) => asKey(tower.app, "PATCH", "/api/v1/users/contested", what);
  const done = await Promise.all([change({ role: "lead" }), change({ sites: ["NYC1"] })]);
  expect(done.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  const now = (await asKey(tower.app, "GET", "/api/v1/users/contested")).json();
  expect(now).toMatchObject({ role: "lead", sites: ["NYC1"] });
});
