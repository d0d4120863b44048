import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../../server/config.ts";
import { safePath } from "../../../server/people/oidc.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  startHostileProvider,
  startRealProvider,
  type Badness,
  type People,
} from "./oidc-providers.ts";
import { asKey } from "./person.ts";

const ORIGIN = "http://tower.example";
const CALLBACK = `${ORIGIN}/api/v1/session/oidc/callback`;

const environment = (issuer: string): NodeJS.ProcessEnv => ({
  CT_DEMO: "0",
  CT_ORIGINS: ORIGIN,
  CT_OIDC_ISSUER: issuer,
  CT_OIDC_CLIENT_ID: CLIENT_ID,
  CT_OIDC_CLIENT_SECRET: CLIENT_SECRET,
  CT_OIDC_SCOPE: "openid profile roles",
  CT_OIDC_ROLES: "tower-admins=admin, floor=coordinator",
  CT_OIDC_NAME: "Example Login",
});

type Answer = { status: number; location: string; cookies: string[] };
const cookieOf = (answer: Answer, name: string): string =>
  answer.cookies.find((one) => one.startsWith(`${name}=`) && !one.includes("=;")) ?? "";
const bare = (cookie: string): string => cookie.split(";")[0] ?? "";

async function get(app: FastifyInstance, url: string, cookie = ""): Promise<Answer> {
  const answer = await app.inject({ url, headers: cookie === "" ? {} : { cookie } });
  return {
    status: answer.statusCode,
    location: String(answer.headers.location ?? ""),
    cookies: [answer.headers["set-cookie"] ?? []].flat().map(String),
  };
}

const begin = async (app: FastifyInstance, next = "/trends?site=BER1") => {
  const answer = await get(app, `/api/v1/session/oidc?${new URLSearchParams({ next })}`);
  return { url: answer.location, ticket: bare(cookieOf(answer, "ct-oidc")), answer };
};
const finish = (app: FastifyInstance, query: string, ticket: string) =>
  get(app, `/api/v1/session/oidc/callback?${query}`, ticket);

const isLetIn = (answer: Answer): boolean => cookieOf(answer, "ct") !== "";

describe("a real provider", () => {
  const people: People = {
    "u-1": { name: "Petra Meyer", roles: ["other", "floor"] },
    "u-2": { name: "Nobody Here", roles: ["canteen"] },
    "u-3": { name: "Boss", roles: ["tower-admins", "floor"] },
  };
  let who = "u-1";
  let tower: FakeTower;
  let provider: Awaited<ReturnType<typeof startRealProvider>>;
  beforeAll(async () => {
    provider = await startRealProvider(CALLBACK, people, () => who);
    tower = await fakeTower(environment(provider.issuer));
  });
  afterAll(async () => {
    await tower.app.close();
    await provider.stop();
  });

  /** A browser at the provider: follows it with its cookies until it sends back to the tower. */
  async function atProvider(url: string): Promise<string> {
    const jar = new Map<string, string>();
    let next = url;
    for (let hops = 0; hops < 12 && !next.startsWith(ORIGIN); hops += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(next, { redirect: "manual", headers: { cookie } });
      for (const one of answer.headers.getSetCookie()) {
        const [pair = ""] = one.split(";");
        jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      next = new URL(answer.headers.get("location") ?? "", next).href;
    }
    return next.slice(next.indexOf("?") + 1);
  }

  async function signOn(person: string, next?: string) {
    who = person;
    const { url, ticket } = await begin(tower.app, next);
    const query = await atProvider(url);
    return { query, ticket, answer: await finish(tower.app, query, ticket) };
  }

  test("is offered on the login page by its name", async () => {
    const options = (await tower.app.inject("/api/v1/session/options")).json();
    expect(options).toEqual({ oidc: { name: "Example Login" }, demoUsers: [] });
  });

  test("is asked with PKCE, state, nonce and the one address to come back to", async () => {
    const { url, answer } = await begin(tower.app);
    const asked = new URL(url).searchParams;
    expect(answer.status).toBe(303);
    expect(asked.get("redirect_uri")).toBe(CALLBACK);
    expect(asked.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"])
      expect(asked.get(name)?.length).toBeGreaterThan(40);
    expect(cookieOf(answer, "ct-oidc")).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  test("lets a person in with the role of the table and the page they wanted", async () => {
    const { answer } = await signOn("u-1");
    expect(answer).toMatchObject({ status: 303, location: "/trends?site=BER1" });
    const cookie = bare(cookieOf(answer, "ct"));
    const session = await tower.app.inject({ url: "/api/v1/session", headers: { cookie } });
    expect(session.json()).toMatchObject({
      name: "oidc:u-1",
      shownName: "Petra Meyer",
      role: "coordinator",
    });
    expect(tower.audit.entries().map(({ what }) => what)).toEqual(
      expect.arrayContaining(["user.created", "session.started"]),
    );
  });

  test("takes the first line of the table that fits, and what changed at the provider at the next login", async () => {
    await signOn("u-3");
    expect(tower.app.users.get("oidc:u-3")).toMatchObject({ role: "admin", origin: "oidc" });
    people["u-3"] = { name: "Boss", roles: ["floor"] };
    await signOn("u-3");
    expect(tower.app.users.get("oidc:u-3")).toMatchObject({ role: "coordinator" });
  });

  test("whose person has no role here is not let in, and told so", async () => {
    const { answer } = await signOn("u-2");
    expect(isLetIn(answer)).toBe(false);
    expect(answer.location).toBe("/login?refused=no-role");
    expect(tower.app.users.get("oidc:u-2")).toBeUndefined();
  });

  test("whose person is disabled here stays out", async () => {
    await signOn("u-1");
    await asKey(tower.app, "PATCH", "/api/v1/users/oidc%3Au-1", { disabled: true });
    expect(isLetIn((await signOn("u-1")).answer)).toBe(false);
    await asKey(tower.app, "PATCH", "/api/v1/users/oidc%3Au-1", { disabled: false });
    expect(isLetIn((await signOn("u-1")).answer)).toBe(true);
  });

  test("says the role: an administrator here cannot change it, nor give a password", async () => {
    const change = (what: object) => asKey(tower.app, "PATCH", "/api/v1/users/oidc%3Au-1", what);
    expect((await change({ role: "admin" })).json()).toMatchObject({ code: "CT_ERR_PROTECTED" });
    expect((await change({ resetPassword: true })).json()).toMatchObject({
      code: "CT_ERR_PROTECTED",
    });
  });

  test("answers once: the same answer again, or in another browser, opens nothing", async () => {
    const { query, ticket, answer } = await signOn("u-1");
    expect(isLetIn(answer)).toBe(true);
    expect(isLetIn(await finish(tower.app, query, ticket))).toBe(false);
    const other = await begin(tower.app);
    expect(isLetIn(await finish(tower.app, query, other.ticket))).toBe(false);
    expect(isLetIn(await finish(tower.app, query, ""))).toBe(false);
  });

  test("a person of the same subject at another issuer is somebody else", async () => {
    await signOn("u-1");
    const person = {
      subject: "u-1",
      issuer: "https://elsewhere.example",
      shownName: "Petra Meyer",
      role: "admin",
      sites: "all",
    } as const;
    await expect(tower.app.people.signOn(person, "192.0.2.1")).rejects.toThrow("another sign-on");
  });
});

/** The same token with other claims and the signature it had. */
function withClaim(token: string, claims: object): string {
  const [head = "", body = "", signature = ""] = token.split(".");
  const before = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
  const after = Buffer.from(JSON.stringify({ ...before, ...claims })).toString("base64url");
  return [head, after, signature].join(".");
}

describe("a provider that means harm", () => {
  let tower: FakeTower;
  let provider: Awaited<ReturnType<typeof startHostileProvider>>;
  beforeAll(async () => {
    provider = await startHostileProvider();
    tower = await fakeTower({ ...environment(provider.issuer), CT_OIDC_SITES_CLAIM: "" });
  });
  afterAll(async () => {
    await tower.app.close();
    await provider.stop();
  });

  async function comeBack(how: Badness, change: (query: URLSearchParams) => void = () => {}) {
    const { url, ticket } = await begin(tower.app);
    provider.expect(url, how);
    const state = new URL(url).searchParams.get("state") ?? "";
    const query = new URLSearchParams({ code: "a-code", state });
    change(query);
    return finish(tower.app, query.toString(), ticket);
  }

  test("an answer without any fault would be taken", async () => {
    expect(isLetIn(await comeBack({}))).toBe(true);
  });

  const hour = 3_600;
  const BAD: [string, Badness][] = [
    ["is not signed (alg none)", { alg: "none" }],
    ["is signed with the client's secret (HS256)", { alg: "HS256" }],
    ["is signed with a key that is not published", { swapKey: true }],
    ["is of another issuer", { claims: (all) => ({ ...all, iss: "https://evil.example" }) }],
    [
      "is of an issuer with a slash more",
      { claims: (all) => ({ ...all, iss: `${String(all["iss"])}/` }) },
    ],
    ["has no issuer", { claims: ({ iss: _iss, ...rest }) => rest }],
    ["is for another client", { claims: (all) => ({ ...all, aud: "another" }) }],
    [
      "is for several clients without saying whose it is",
      { claims: (all) => ({ ...all, aud: ["another"] }) },
    ],
    [
      "is meant for another party (azp)",
      { claims: (all) => ({ ...all, aud: [CLIENT_ID, "x"], azp: "x" }) },
    ],
    ["has no audience", { claims: ({ aud: _aud, ...rest }) => rest }],
    ["has another nonce", { claims: (all) => ({ ...all, nonce: "another" }) }],
    ["has no nonce", { claims: ({ nonce: _nonce, ...rest }) => rest }],
    ["is over", { claims: (all) => ({ ...all, exp: Number(all["exp"]) - hour }) }],
    ["has no end", { claims: ({ exp: _exp, ...rest }) => rest }],
    ["is not valid yet", { claims: (all) => ({ ...all, nbf: Number(all["iat"]) + hour }) }],
    ["has no subject", { claims: ({ sub: _sub, ...rest }) => rest }],
    ["has a subject that is no text", { claims: (all) => ({ ...all, sub: { name: "admin" } }) }],
    ["has a subject with a line feed", { claims: (all) => ({ ...all, sub: "a\nadmin" }) }],
    ["has a subject of 300 letters", { claims: (all) => ({ ...all, sub: "a".repeat(300) }) }],
    ["has no role", { claims: ({ roles: _roles, ...rest }) => rest }],
    [
      "has a role that only looks like one",
      { claims: (all) => ({ ...all, roles: ["Tower-Admins"] }) },
    ],
    ["has roles as an object", { claims: (all) => ({ ...all, roles: { "tower-admins": true } }) }],
    ["has a role of the prototype", { claims: (all) => ({ ...all, roles: ["constructor"] }) }],
    ["is not signed (alg None)", { alg: "None" }],
    ["has its signature cut off", { touch: (token) => token.replace(/[^.]+$/, "") }],
    ["has a signature of something else", { touch: (token) => token.replace(/[^.]{9}$/, "A") }],
    ["was changed after it was signed", { touch: (token) => withClaim(token, { sub: "petra" }) }],
    ["has no signature part", { touch: (token) => token.split(".").slice(0, 2).join(".") }],
    ["has two parts more, as if it were encrypted", { touch: (token) => `${token}.e30.e30` }],
    ["has an end in words", { claims: (all) => ({ ...all, exp: "tomorrow" }) }],
    ["is for a client in an object", { claims: (all) => ({ ...all, aud: { [CLIENT_ID]: 1 } }) }],
    ["has a list of nonces", { claims: (all) => ({ ...all, nonce: [all["nonce"]] }) }],
    ["has a list of issuers", { claims: (all) => ({ ...all, iss: [all["iss"]] }) }],
    ["was never made (no iat)", { claims: ({ iat: _iat, ...rest }) => rest }],
    ["has an empty subject", { claims: (all) => ({ ...all, sub: "" }) }],
    ["is missing", { withoutIdToken: true }],
    ["is an error", { status: 500 }],
  ];
  test.each(BAD)("an ID token that %s opens nothing", async (_what, how) => {
    const answer = await comeBack(how);
    expect(isLetIn(answer)).toBe(false);
    expect(answer.location).toMatch(/^\/login\?refused=(sign-on|no-role)$/);
  });

  const QUERIES: [string, (query: URLSearchParams) => void][] = [
    ["with another state", (query) => query.set("state", "another")],
    ["without a state", (query) => query.delete("state")],
    ["with two states", (query) => query.append("state", "another")],
    ["without a code", (query) => query.delete("code")],
    ["with an error", (query) => query.set("error", "access_denied")],
    ["with another issuer beside the code", (query) => query.set("iss", "https://evil.example")],
    ["with the answer of another flow", (query) => query.set("response", "x.y.z")],
  ];
  test("there are 40 hostile answers at least", () => {
    expect(BAD.length + QUERIES.length).toBeGreaterThanOrEqual(40);
  });

  test.each(QUERIES)("coming back %s opens nothing", async (_what, change) => {
    expect(isLetIn(await comeBack({}, change))).toBe(false);
  });

  test("an account that exists is not joined by its e-mail address or its name", async () => {
    await asKey(tower.app, "POST", "/api/v1/users", { name: "petra", role: "admin" });
    const claims: Badness["claims"] = (all) => ({
      ...all,
      sub: "stranger",
      roles: ["floor"],
      email: "petra@warehouse.example",
      preferred_username: "petra",
      name: "petra",
    });
    expect(isLetIn(await comeBack({ claims }))).toBe(true);
    expect(tower.app.users.get("oidc:stranger")).toMatchObject({ role: "coordinator" });
    expect(tower.app.users.get("petra")).toMatchObject({ origin: "local", role: "admin" });
  });

  test("a refusal is audited, without code or token", async () => {
    await comeBack({ alg: "none" });
    const entry = tower.audit.entries().at(-1);
    expect(entry).toMatchObject({ what: "session.refused", who: "anonymous" });
    expect(JSON.stringify(entry)).not.toContain("a-code");
  });
});

test("a provider that is away is said on the login page, and nothing else is broken", async () => {
  const tower = await fakeTower(environment("http://127.0.0.1:9"));
  const answer = await get(tower.app, "/api/v1/session/oidc");
  expect(answer).toMatchObject({ status: 303, location: "/login?refused=away" });
  expect((await asKey(tower.app, "GET", "/api/v1/users")).statusCode).toBe(200);
  await tower.app.close();
});

test.each([
  ["https://evil.example", "/board"],
  ["//evil.example", "/board"],
  ["/\\evil.example", "/board"],
  ["/\t/evil.example", "/board"],
  ["\\\\evil.example", "/board"],
  ["/./\\/evil.example", "/board"],
  ["/..//evil.example", "/board"],
  ["javascript:alert(1)", "/board"],
  ["board", "/board"],
  [`/${"a".repeat(2_000)}`, "/board"],
  ["/orders/SO-1?site=BER1#top", "/orders/SO-1?site=BER1#top"],
])("after login %j leads to %s", (next, where) => {
  expect(safePath(next)).toBe(where);
});

describe("the environment of single sign-on", () => {
  const good = environment("https://login.example");
  const mistakesOf = (change: NodeJS.ProcessEnv): string => {
    try {
      readConfig({ ...good, ...change });
      return "";
    } catch (error) {
      return String(error);
    }
  };

  test("is read whole", () => {
    expect(readConfig(good).oidc).toMatchObject({
      redirectUri: CALLBACK,
      roles: [
        ["tower-admins", "admin"],
        ["floor", "coordinator"],
      ],
    });
    expect(readConfig({}).oidc).toBeUndefined();
  });

  test.each([
    ["CT_OIDC_CLIENT_ID", { CT_OIDC_CLIENT_ID: "" }],
    ["CT_OIDC_ROLES", { CT_OIDC_ROLES: "" }],
    ["CT_OIDC_ROLES", { CT_OIDC_ROLES: "a=king" }],
    ["CT_OIDC_ROLES", { CT_OIDC_ROLES: "a=wall" }],
    ["CT_ORIGINS", { CT_ORIGINS: "" }],
    ["must be https", { CT_OIDC_ISSUER: "http://login.example" }],
    ["not both", { CT_OIDC_CLIENT_SECRET_FILE: "/etc/hostname" }],
    ["no such file", { CT_OIDC_CLIENT_SECRET: "", CT_OIDC_CLIENT_SECRET_FILE: "/nowhere" }],
    ["CT_OIDC_SCOPE", { CT_OIDC_SCOPE: "profile" }],
  ])("a mistake in it is named: %s", (words, change) => {
    const message = mistakesOf(change);
    expect(message).toContain(words);
    expect(message).not.toContain(CLIENT_SECRET);
  });
});
