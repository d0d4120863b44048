import { afterEach, beforeEach, expect, test } from "vitest";
import { MOST_VIEWS } from "../../../domain/view-limits.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
let lead: string;
let coordinator: string;

beforeEach(async () => {
  tower = await fakeTower();
  lead = await tower.login("lead", "demo-lead-tower");
  coordinator = await tower.login("coordinator", "demo-coordinator-tower");
});
afterEach(() => tower.app.close());

const ask = async (
  cookie: string,
  method: "GET" | "PUT" | "DELETE",
  url: string,
  body?: object,
) => {
  const answer = await tower.app.inject({
    method,
    url: `/api/v1${url}?site=BER1`,
    headers: { cookie },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.body === "" ? null : answer.json() };
};
const view = (name: string) => ({ name, query: "stage=picking,packing&group=truck" });
const seen = async (cookie: string) => (await ask(cookie, "GET", "/account/views")).body.items;

test("a view of one's own is kept for oneself alone, replaced under its id, and deleted once", async () => {
  expect(await ask(coordinator, "PUT", "/account/views/hall-a", view("Hall A"))).toEqual({
    status: 200,
    body: { id: "hall-a", ...view("Hall A"), isShared: false },
  });
  await ask(coordinator, "PUT", "/account/views/hall-a", view("Hall A today"));
  expect(await seen(coordinator)).toEqual([
    { id: "hall-a", ...view("Hall A today"), isShared: false },
  ]);
  expect(await seen(lead)).toEqual([]);
  expect((await ask(coordinator, "DELETE", "/account/views/hall-a")).status).toBe(204);
  expect((await ask(coordinator, "DELETE", "/account/views/hall-a")).status).toBe(404);
});

test("the bootstrap key, which has all scopes, keeps the views of a site", async () => {
  const ask = (method: "GET" | "PUT" | "DELETE", url: string, payload?: object) =>
    tower.app.inject({
      method,
      url: `/api/v1${url}?site=BER1`,
      headers: BEARER,
      ...(payload && { payload }),
    });
  expect((await ask("PUT", "/views/hall-a", view("Hall A"))).statusCode).toBe(200);
  expect((await ask("GET", "/views")).json()).toMatchObject({ items: [{ id: "hall-a" }] });
  expect((await ask("DELETE", "/views/hall-a")).statusCode).toBe(204);
});

test("a lead shares a view with everybody of the site, and the audit says who and which", async () => {
  expect((await ask(lead, "PUT", "/views/late-first", view("Late first"))).status).toBe(200);
  expect((await ask(coordinator, "PUT", "/views/late-first", view("Mine"))).status).toBe(403);
  expect(await seen(coordinator)).toEqual([
    { id: "late-first", ...view("Late first"), isShared: true },
  ]);
  await ask(lead, "DELETE", "/views/late-first");
  expect(await seen(coordinator)).toEqual([]);
  const written = tower.audit.entries().filter(({ what }) => what.startsWith("view."));
  expect(written).toMatchObject([
    { who: "lead", what: "view.shared", site: "BER1", subject: "late-first" },
    { who: "lead", what: "view.deleted", site: "BER1", subject: "late-first" },
  ]);
  expect(JSON.stringify(written)).not.toContain("Late first");
});

test("a lead chooses the view with which the board of the site opens, and the audit says so", async () => {
  await ask(lead, "PUT", "/views/late-first", view("Late first"));
  await ask(lead, "PUT", "/views/by-truck", view("By truck"));
  await ask(coordinator, "PUT", "/account/views/by-truck", view("Mine"));
  expect((await ask(coordinator, "PUT", "/views/by-truck/default")).status).toBe(403);
  expect((await ask(lead, "PUT", "/views/nowhere/default")).status).toBe(404);
  const defaults = async () =>
    (await seen(coordinator))
      .filter((one: { isDefault?: boolean }) => one.isDefault)
      .map((one: { id: string; isShared: boolean }) => [one.id, one.isShared]);
  expect(await defaults()).toEqual([]);
  expect((await ask(lead, "PUT", "/views/by-truck/default")).status).toBe(204);
  expect(await defaults()).toEqual([["by-truck", true]]);
  expect((await ask(lead, "PUT", "/views/late-first/default")).status).toBe(204);
  expect(await defaults()).toEqual([["late-first", true]]);
  expect((await ask(lead, "DELETE", "/views/by-truck/default")).status).toBe(404);
  expect((await ask(lead, "DELETE", "/views/late-first/default")).status).toBe(204);
  expect(await defaults()).toEqual([]);
  const said = tower.audit.entries().map(({ what, subject }) => `${what} ${subject}`);
  expect(said).toContain("view.made-default by-truck");
  expect(said).toContain("view.default-ended late-first");
});

test("a default that was deleted is none, also when its id is used again", async () => {
  await ask(lead, "PUT", "/views/late-first", view("Late first"));
  await ask(lead, "PUT", "/views/late-first/default");
  await ask(lead, "DELETE", "/views/late-first");
  await ask(lead, "PUT", "/views/late-first", view("Another"));
  expect(await seen(lead)).toEqual([{ id: "late-first", ...view("Another"), isShared: true }]);
});

test.each([
  ["an id that is no part of an address", "/account/views/Hall%20A", view("x")],
  ["a name of blanks", "/account/views/a", view("  ")],
  ["an address that is none", "/account/views/a", { name: "x", query: "a b\n" }],
  ["a field that nobody knows", "/account/views/a", { ...view("x"), owner: "somebody" }],
])("%s is refused", async (_, url, body) => {
  expect((await ask(coordinator, "PUT", url, body)).status).toBe(422);
});

test("there is an end to how many one keeps", async () => {
  for (let at = 0; at < MOST_VIEWS; at += 1)
    await tower.app.views.put({ site: "BER1", person: "coordinator" }, `v-${at}`, view("x"));
  expect(await ask(coordinator, "PUT", "/account/views/one-more", view("x"))).toMatchObject({
    status: 409,
    body: { code: "CT_ERR_CONFLICT" },
  });
  expect((await ask(coordinator, "PUT", "/account/views/v-7", view("x"))).status).toBe(200);
});

test("with an account its views go", async () => {
  const admin = await tower.login("admin", "demo-admin-tower");
  const user = { name: "petra", role: "viewer", sites: ["BER1"] };
  await tower.app.inject({
    method: "POST",
    url: "/api/v1/users",
    headers: { cookie: admin },
    payload: user,
  });
  const shelf = { site: "BER1", person: "petra" };
  await tower.app.views.put(shelf, "mine", view("Mine"));
  const gone = await tower.app.inject({
    method: "DELETE",
    url: "/api/v1/users/petra",
    headers: { cookie: admin },
  });
  expect(gone.statusCode).toBe(204);
  expect((await tower.app.views.all(shelf)).size).toBe(0);
});

test("those of the site are a list of their own, without anybody's", async () => {
  await ask(coordinator, "PUT", "/account/views/mine", view("Mine"));
  await ask(lead, "PUT", "/views/ours", view("Ours"));
  const { status, body } = await ask(coordinator, "GET", "/views");
  expect(status).toBe(200);
  expect(body).toEqual({ items: [{ id: "ours", ...view("Ours"), isShared: true }], next: null });
  expect((await ask(coordinator, "GET", "/account/views")).body).toHaveProperty("next", null);
});
