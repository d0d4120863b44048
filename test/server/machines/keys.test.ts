import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { KeyCreate, KeyView, KeyWithSecret } from "../../../domain/contract/machine-keys.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  // before the server takes its clock from it
  vi.useFakeTimers({ toFake: ["Date"] });
  tower = await fakeTower({ CT_RATE_KEYS: "0" });
  tower.fill("BER1", []);
  tower.fill("NYC1", []);
});
afterAll(async () => {
  vi.useRealTimers();
  await tower.app.close();
});

const pass = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

type Headers = Record<string, string>;
type Made = KeyWithSecret & { detail: string; code: string };

async function ask(method: string, url: string, payload?: object, headers: Headers = BEARER) {
  const answer = await tower.app.inject({
    method: method as "GET",
    url: `/api/v1${url}`,
    headers,
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.body === "" ? {} : answer.json() };
}

async function make(wish: Partial<KeyCreate> = {}, headers: Headers = BEARER): Promise<Made> {
  const body = { name: "WMS", scopes: ["board:read"], sites: ["BER1"], ...wish };
  return (await ask("POST", "/keys", body, headers)).body as Made;
}

const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });
const opens = async (secret: string): Promise<number> =>
  (await ask("GET", "/board", undefined, bearer(secret))).status;

const event = (source: string) => ({
  id: `e-${source}`,
  source,
  type: "note.added",
  orderId: "SO-1",
  occurredAt: "2026-11-22T09:14:03+01:00",
  data: { text: "x" },
});

describe("a key", () => {
  test("is shown once, in a shape that secret scanners find, and works at once", async () => {
    const made = await make();
    expect(made.secret).toMatch(/^ct_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    expect(made.secret).toContain(made.id);
    expect(await opens(made.secret)).toBe(200);
    const shown = await ask("GET", `/keys/${made.id}`);
    expect(shown.body).toMatchObject({ name: "WMS", state: "active", createdBy: "bootstrap" });
    expect(JSON.stringify(shown.body)).not.toContain(made.secret.slice(16));
    expect(JSON.stringify((await ask("GET", "/keys")).body)).not.toContain(made.secret.slice(16));
  });

  test("is kept without anything that opens a door, and the audit tells of it without it", async () => {
    const made = await make();
    const kept = tower.audit.hashes.get(GLOBAL_KEYS.machineKeys)?.get(made.id) ?? "";
    expect(kept).toContain("sha256");
    expect(kept).not.toContain(made.secret.slice(16));
    const told = JSON.stringify(tower.audit.entries());
    expect(told).toContain("key.created");
    expect(told).not.toContain("sha256");
    expect(told).not.toContain(made.secret.slice(16));
  });

  test("of another secret, another id or no shape at all opens nothing", async () => {
    const { secret, id } = await make();
    const other = await make({ name: "other" });
    const crossed = `ct_${id}_${other.secret.slice(16)}`;
    const wrong = [`${secret.slice(0, -1)}_`, `${secret}x`, `ct_${id}_`, `ct__${secret}`, crossed];
    for (const one of [...wrong, secret.toUpperCase(), `CT${secret.slice(2)}`])
      expect([one, await opens(one)]).toEqual([one, 401]);
  });

  test("does only what its scopes say, at its sites only", async () => {
    const { secret } = await make({ scopes: ["board:read"], sites: ["BER1"] });
    const as = bearer(secret);
    expect((await ask("GET", "/board?site=NYC1", undefined, as)).status).toBe(404);
    expect((await ask("GET", "/orders", undefined, as)).status).toBe(403);
    expect((await ask("POST", "/events", event("wms/1"), as)).status).toBe(403);
    expect((await ask("GET", "/session", undefined, as)).body).toMatchObject({
      permissions: expect.arrayContaining(["board:read", "session:own"]),
      sites: [{ id: "BER1" }],
    });
  });

  test("whose time is over opens nothing, and says expired", async () => {
    const soon = new Date(Date.now() + 60).toISOString();
    const { secret, id } = await make({ expiresAt: soon });
    expect(await opens(secret)).toBe(200);
    pass(80);
    expect(await opens(secret)).toBe(401);
    expect((await ask("GET", `/keys/${id}`)).body).toMatchObject({ state: "expired", secrets: [] });
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await ask("PATCH", `/keys/${id}`, { expiresAt: later })).status).toBe(200);
    expect(await opens(secret)).toBe(200);
  });

  test("that expires in the past is not made", async () => {
    const wish = { name: "x", scopes: ["board:read"], sites: ["BER1"] };
    const past = { ...wish, expiresAt: "2020-01-01T00:00:00Z" };
    expect((await ask("POST", "/keys", past)).status).toBe(422);
  });

  test("is revoked here though another server has just changed it", async () => {
    const { id, secret } = await make();
    const keys = tower.audit.hashes.get(GLOBAL_KEYS.machineKeys);
    const stored = JSON.parse(keys?.get(id) ?? "{}") as object;
    keys?.set(id, JSON.stringify({ ...stored, name: "WMS 2" }));
    expect((await ask("DELETE", `/keys/${id}`)).status).toBe(204);
    expect((await ask("GET", `/keys/${id}`)).body).toMatchObject({
      name: "WMS 2",
      state: "revoked",
    });
    expect(await opens(secret)).toBe(401);
  });

  test("is revoked for good, also on the connection that is open", async () => {
    const { secret, id } = await make();
    expect(await opens(secret)).toBe(200);
    expect((await ask("DELETE", `/keys/${id}`)).status).toBe(204);
    expect(await opens(secret)).toBe(401);
    expect((await ask("DELETE", `/keys/${id}`)).status).toBe(204);
    expect((await ask("PATCH", `/keys/${id}`, { name: "again" })).status).toBe(409);
    expect((await ask("POST", `/keys/${id}/rotate`, {})).status).toBe(409);
    expect((await ask("GET", `/keys/${id}`)).body).toMatchObject({
      state: "revoked",
      revokedBy: "bootstrap",
    });
  });

  test("shows when it was last used", async () => {
    const { secret, id } = await make();
    expect((await ask("GET", `/keys/${id}`)).body).toMatchObject({ lastUsedAt: null });
    await opens(secret);
    const { lastUsedAt } = (await ask("GET", `/keys/${id}`)).body as KeyView;
    expect(Date.now() - Date.parse(lastUsedAt ?? "")).toBeLessThan(5_000);
  });
});

describe("rotation", () => {
  test("gives a new secret while the old one goes on working, two at most", async () => {
    const first = await make();
    const second = (await ask("POST", `/keys/${first.id}/rotate`, {})).body as Made;
    expect(second.secret).not.toBe(first.secret);
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([200, 200]);
    expect(second.secrets).toHaveLength(2);
    const endsAt = Date.parse(second.secrets[1]?.endsAt ?? "");
    expect(endsAt - Date.now()).toBeGreaterThan(86_300_000);
    const third = await ask("POST", `/keys/${first.id}/rotate`, {});
    expect(third.status).toBe(409);
    expect(third.body.detail).toContain("Two secrets are alive");
  });

  test("needs no body", async () => {
    const { id } = await make();
    expect((await ask("POST", `/keys/${id}/rotate`)).status).toBe(200);
  });

  test("with no time left for the old one ends all before at once", async () => {
    const first = await make();
    const second = (await ask("POST", `/keys/${first.id}/rotate`, { oldForMs: 0 })).body as Made;
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([401, 200]);
  });

  test("ends the old secret when its time is over", async () => {
    const first = await make();
    const second = (await ask("POST", `/keys/${first.id}/rotate`, { oldForMs: 50 })).body as Made;
    expect(await opens(first.secret)).toBe(200);
    pass(70);
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([401, 200]);
    expect((await ask("POST", `/keys/${first.id}/rotate`, {})).status).toBe(200);
  });

  test("by two at the same moment happens once", async () => {
    const { id } = await make();
    const both = await Promise.all([1, 2].map(() => ask("POST", `/keys/${id}/rotate`, {})));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});

describe("giving", () => {
  test("a key gives nothing that it does not have, and nothing that makes others powerful", async () => {
    const scopes: KeyCreate["scopes"] = ["keys:manage", "board:read"];
    const giver = bearer((await make({ scopes, sites: "all" })).secret);
    const wish = (change: Partial<KeyCreate>) => ({
      name: "x",
      scopes: ["board:read"],
      sites: ["BER1"],
      ...change,
    });
    const status = async (change: Partial<KeyCreate>) =>
      (await ask("POST", "/keys", wish(change), giver)).status;
    expect(await status({})).toBe(201);
    expect(await status({ sites: "all" })).toBe(201);
    expect(await status({ scopes: ["orders:read"] })).toBe(403);
    expect(await status({ scopes: ["board:read", "keys:manage"] })).toBe(403);
  });

  test("an administrator in person gives keys:manage", async () => {
    const cookie = await tower.login("admin", "demo-admin-tower");
    const made = await make({ scopes: ["keys:manage", "users:manage"], sites: "all" }, { cookie });
    expect(made.createdBy).toBe("admin");
    expect((await ask("GET", "/keys", undefined, bearer(made.secret))).status).toBe(200);
  });

  test("a key cannot get the secret of one that may more, nor widen one, but may revoke it", async () => {
    const giver = bearer((await make({ scopes: ["keys:manage"], sites: "all" })).secret);
    const strong = await make({ scopes: ["orders:act"], sites: "all" });
    expect((await ask("POST", `/keys/${strong.id}/rotate`, {}, giver)).status).toBe(403);
    expect((await ask("PATCH", `/keys/${strong.id}`, { name: "mine" }, giver)).status).toBe(403);
    expect((await ask("DELETE", `/keys/${strong.id}`, undefined, giver)).status).toBe(204);
  });

  test("a key of one site sees and gives keys of that site only; others do not exist for it", async () => {
    const giver = bearer((await make({ scopes: ["keys:manage", "board:read"] })).secret);
    const [own, other, all] = [
      await make({ sites: ["BER1"] }),
      await make({ sites: ["NYC1"] }),
      await make({ sites: "all" }),
    ];
    const { items } = (await ask("GET", "/keys", undefined, giver)).body as { items: KeyView[] };
    const ids = items.map(({ id }) => id);
    expect(ids).toContain(own.id);
    expect(ids).not.toContain(other.id);
    expect(ids).not.toContain(all.id);
    for (const id of [other.id, all.id, "0123456789ab"])
      for (const [method, path] of [
        ["GET", ""],
        ["PATCH", ""],
        ["DELETE", ""],
        ["POST", "/rotate"],
      ] as const) {
        const body = method === "PATCH" ? { name: "x" } : method === "POST" ? {} : undefined;
        const answer = await ask(method, `/keys/${id}${path}`, body, giver);
        expect([method, answer.status]).toEqual([method, 404]);
        expect(answer.body.detail).toBe("There is no such key for you.");
      }
    const wish = (sites: KeyCreate["sites"]) => ({ name: "x", scopes: ["board:read"], sites });
    const foreign = await ask("POST", "/keys", wish(["NYC1"]), giver);
    const missing = await ask("POST", "/keys", wish(["NOPE"]), giver);
    expect([foreign.status, missing.status]).toEqual([422, 422]);
    expect(foreign.body.detail.replace("NYC1", "NOPE")).toBe(missing.body.detail);
    expect((await ask("POST", "/keys", wish("all"), giver)).status).toBe(403);
  });

  test("a key bound to sources gives keys within those only", async () => {
    const scopes: KeyCreate["scopes"] = ["keys:manage", "events:write"];
    const giver = bearer((await make({ scopes, sources: ["wms/"] })).secret);
    const wish = { name: "x", scopes: ["events:write"], sites: ["BER1"] };
    const status = async (change: object) =>
      (await ask("POST", "/keys", { ...wish, ...change }, giver)).status;
    expect(await status({ sources: ["wms/ber1"] })).toBe(201);
    expect(await status({})).toBe(403);
    expect(await status({ sources: ["wms/ber1", "shop/"] })).toBe(403);
  });

  test.each([
    { name: "" },
    { name: "a\u0000b" },
    { scopes: [] },
    { scopes: ["account:own"] },
    { scopes: ["session:own"] },
    { scopes: ["everything"] },
    { scopes: ["board:read", "board:read"] },
    { sites: [] },
    { sites: "some" },
    { sources: [] },
    { secret: "mine" },
    { expiresAt: "tomorrow" },
  ])("%j is refused", async (change) => {
    const wish = { name: "x", scopes: ["board:read"], sites: ["BER1"], ...change };
    expect((await ask("POST", "/keys", wish)).status).toBe(422);
  });
});

test("the list goes on where the page before ended, the newest first", async () => {
  for (let count = 0; count < 5; count += 1) await make({ name: `key ${count}` });
  const page = async (query: string) =>
    (await ask("GET", `/keys${query}`)).body as { items: KeyView[]; next: string | null };
  const found: KeyView[] = [];
  for (let next: string | null = ""; next !== null;) {
    const read = await page(`?limit=3${next === "" ? "" : `&cursor=${next}`}`);
    expect(read.items.length).toBeLessThanOrEqual(3);
    found.push(...read.items);
    ({ next } = read);
  }
  const all = (await page("?limit=200")).items;
  expect(found).toEqual(all);
  expect(all.length).toBeGreaterThan(5);
  const made = all.map(({ createdAt }) => createdAt);
  expect(made).toEqual(made.toSorted().toReversed());
  expect((await ask("GET", "/keys?cursor=nonsense")).status).toBe(422);
});

test("a change while somebody else changed it is refused, not lost", async () => {
  const { id } = await make();
  const kept = tower.audit.hashes.get(GLOBAL_KEYS.machineKeys);
  const text = kept?.get(id) ?? "";
  // another server wrote it, and this one has not read it yet
  kept?.set(id, text.replace('"WMS"', '"WMS 2"'));
  const answer = await ask("PATCH", `/keys/${id}`, { note: "mine" });
  expect(answer).toMatchObject({ status: 409, body: { code: "CT_ERR_CONFLICT" } });
});
