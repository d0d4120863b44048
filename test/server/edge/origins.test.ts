/** Promise S10: who may open a socket and change something with a cookie. Every case is tried at both doors of a listening server. */
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { HTTP_OPERATIONS } from "../../../domain/permissions.ts";
import { isAllowedOrigin } from "../../../server/origins.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

type Headers = Record<string, string>;
type Case = readonly [what: string, headers: Headers, isAllowed: boolean];

const HOST = "tower.example:8443";
const LISTED = ["https://tower.example", "https://wall.example:8443"];

const from = (origin: string, isAllowed = false, host = HOST): Case => [
  `origin ${JSON.stringify(origin)} at ${host}`,
  { host, origin },
  isAllowed,
];
const asked = (site: string, isAllowed: boolean): Case => [
  `no origin, Sec-Fetch-Site ${site}`,
  { host: HOST, "sec-fetch-site": site },
  isAllowed,
];

/** Without CT_ORIGINS: the host that was asked. */
const OWN_HOST: Case[] = [
  ["neither origin nor Sec-Fetch-Site", { host: HOST }, true],
  asked("same-origin", true),
  asked("none", true),
  asked("same-site", false),
  asked("cross-site", false),
  asked("Same-Origin", false),
  asked("", false),
  from(`http://${HOST}`, true),
  from(`https://${HOST}`, true),
  from("http://tower.example", false),
  from("https://tower.example", false),
  from("https://tower.example:443", false),
  from("https://tower.example:8444", false),
  from("http://tower.example:80", true, "tower.example:80"),
  from("http://tower.example", true, "tower.example"),
  from("https://evil.example", false),
  from("https://good.evil.example", false),
  from(`https://${HOST}.evil.example`, false),
  from(`https://evil${HOST}`, false),
  from(`https://evil.${HOST}`, false),
  from(`https://${HOST}@evil.example`, false),
  from(`https://evil.example/${HOST}`, false),
  from(`https://evil.example#https://${HOST}`, false),
  from(`https://${HOST}/`, false),
  from(`https://${HOST}.`, false),
  from(`https://${HOST} `, true),
  from(`HTTPS://${HOST}`, false),
  from("https://TOWER.EXAMPLE:8443", false),
  from("null", false),
  from("NULL", false),
  from("undefined", false),
  from("*", false),
  from("file://", false),
  from("about:blank", false),
  from(`ws://${HOST}`, false),
  from(`wss://${HOST}`, false),
  from(`chrome-extension://${HOST}`, false),
  from(`data:text/html,${HOST}`, false),
  from(`//${HOST}`, false),
  from(HOST, false),
  from(`https://${HOST}, https://evil.example`, false),
  from("https://xn--twer-5qa.example:8443", false),
  from("https://t\u00f6wer.example:8443", false),
  from("https://127.0.0.1:8443", false),
  from("https://[::1]:8443", false),
  from("https://[::1]:8443", true, "[::1]:8443"),
  from("https://localhost:8443", false, "127.0.0.1:8443"),
];

/** With CT_ORIGINS: exactly these, whatever the host. */
const NAMED: Case[] = [
  from("https://tower.example", true),
  from("https://wall.example:8443", true),
  from("https://wall.example", false),
  from("https://wall.example:8444", false),
  from("http://tower.example", false),
  from("https://tower.example:443", false),
  from("https://sub.tower.example", false),
  from("https://eviltower.example", false),
  from(`https://${HOST}`, false),
  from("https://TOWER.example", false),
  from("null", false),
  ["a list of origins by two headers", { host: HOST, origin: LISTED.join(", ") }, false],
  ["no origin, Sec-Fetch-Site cross-site", { host: HOST, "sec-fetch-site": "cross-site" }, false],
];

/** As the browser sends it: an origin that is no header value cannot arrive. */
const canBeSent = ([, headers]: Case): boolean =>
  Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value));

function upgrade(tower: FakeTower, headers: Headers): Promise<number> {
  const { port } = tower.app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: "127.0.0.1",
      path: "/socket.io/?EIO=4&transport=websocket",
      headers: {
        ...headers,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    sent.on("upgrade", (_answer, socket) => {
      socket.destroy();
      resolve(101);
    });
    sent.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe.each([
  ["its own host", OWN_HOST, {}],
  ["named origins", NAMED, { CT_ORIGINS: LISTED.join(",") }],
] as const)("a server with %s", (_name, cases, env) => {
  let tower: FakeTower;
  let cookie = "";
  beforeAll(async () => {
    tower = await fakeTower(env);
    await tower.app.listen({ host: "127.0.0.1", port: 0 });
    cookie = await tower.login("lead", "demo-lead-tower");
  });
  afterAll(() => tower.app.close());

  const sent = cases.filter(canBeSent);
  test.each(sent)("takes a socket or not: %s", async (_what, headers, isAllowed) => {
    // engine.io says 400 to an upgrade that it refuses
    expect(await upgrade(tower, headers)).toBe(isAllowed ? 101 : 400);
  });

  test.each(cases)("takes a change with a cookie or not: %s", async (_what, headers, isAllowed) => {
    const answer = await tower.app.inject({
      method: "POST",
      url: "/api/v1/orders/nothing/actions/note",
      // what node itself cuts off a header's end
      headers: Object.fromEntries(
        Object.entries({ ...headers, cookie }).map(([name, value]) => [name, value.trim()]),
      ),
      payload: { text: "x" },
    });
    const isOriginRefused = answer.json().code === "CT_ERR_ORIGIN";
    expect([answer.statusCode === 403, isOriginRefused]).toEqual([!isAllowed, !isAllowed]);
  });
});

test("there are 60 cases at least", () => {
  expect(OWN_HOST.length + NAMED.length).toBeGreaterThanOrEqual(60);
});

test("over TLS a page of the same host without TLS is another one", () => {
  const headers = { host: HOST, origin: `http://${HOST}` };
  expect(isAllowedOrigin(headers, [], true)).toBe(false);
  expect(isAllowedOrigin({ ...headers, origin: `https://${HOST}` }, [], true)).toBe(true);
});

describe("what a form of another page can send", () => {
  const TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
  const changes = Object.keys(HTTP_OPERATIONS).filter((name) => /^(POST|PUT|PATCH)/.test(name));
  let tower: FakeTower;
  beforeAll(async () => {
    // one person asks for all changes there are, in every type at once
    tower = await fakeTower({ CT_RATE_PEOPLE: "1000/1000" });
  });
  afterAll(() => tower.app.close());

  test.each(TYPES)("is read nowhere as %j", async (type) => {
    const cookie = await tower.login("admin", "demo-admin-tower");
    for (const operation of changes) {
      // the button of a message's page is a form; what it may do stands in the signed link, not in a cookie
      if (operation === "POST /l/:token") continue;
      const [method = "", pattern = ""] = operation.split(" ");
      const answer = await tower.app.inject({
        method: method as "POST",
        url: pattern.replaceAll(/:[A-Za-z]+/g, "x"),
        headers: { cookie, ...(type !== "" && { "content-type": type }) },
        payload: '{"name":"a"}',
      });
      expect([operation, answer.statusCode]).toEqual([operation, 415]);
    }
  });
});

test("no GET changes anything", async () => {
  const tower = await fakeTower();
  tower.fill("BER1", []);
  const cookie = await tower.login("admin", "demo-admin-tower");
  const kept = () => ({
    taken: tower.taken.length,
    sessions: [...tower.people.kept.keys()],
    // what holds is told to servers of the version before once a second, whoever asks for what
    changes: [...tower.audit.hashes]
      .filter(([key]) => key !== GLOBAL_KEYS.sitesBefore)
      .map(([key, fields]) => [key, ...fields]),
  });
  const before = kept();
  for (const operation of Object.keys(HTTP_OPERATIONS)) {
    const [method, pattern = ""] = operation.split(" ");
    // these two begin a log-in at a provider, which is not configured here
    if (method !== "GET" || pattern.includes("/oidc")) continue;
    const url = pattern.replaceAll(/:[A-Za-z]+/g, "x");
    await tower.app.inject({ method: "GET", url, headers: { cookie } });
    await tower.app.inject({ method: "HEAD", url, headers: { cookie } });
  }
  expect(kept()).toEqual(before);
  await tower.app.close();
});
