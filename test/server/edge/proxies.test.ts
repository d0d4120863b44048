/** Whose word about the sender counts: that of named proxies, nobody else's. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Socket } from "node:net";
import { readConfig } from "../../../server/config.ts";
import { createAddressOf } from "../../../server/trusted-proxies.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

type Seen = { ip: string; protocol: string; host: string };

async function seenBy(tower: FakeTower, remoteAddress: string, headers: Record<string, string>) {
  const answer = await tower.app.inject({ url: "/seen", remoteAddress, headers });
  return answer.json() as Seen;
}

async function towerThatTells(env: NodeJS.ProcessEnv): Promise<FakeTower> {
  const told = { seen: { ip: "", protocol: "", host: "" } };
  const tower = await fakeTower(env, false, (app) => {
    app.addHook("onRequest", async (request, reply) => {
      const { ip, protocol, host } = request;
      told.seen = { ip, protocol, host };
      if (request.url === "/seen") await reply.send(told.seen);
    });
  });
  return tower;
}

const CLAIMS = {
  host: "tower.example",
  "x-forwarded-for": "198.51.100.9",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "evil.example",
  "x-real-ip": "198.51.100.9",
  forwarded: "for=198.51.100.9;proto=https;host=evil.example",
};

describe("without named proxies", () => {
  let tower: FakeTower;
  beforeAll(async () => {
    tower = await towerThatTells({});
  });
  afterAll(() => tower.app.close());

  test.each(["127.0.0.1", "10.0.0.1", "192.0.2.7"])(
    "%s is itself, whatever it says",
    async (at) => {
      expect(await seenBy(tower, at, CLAIMS)).toEqual({
        ip: at,
        protocol: "http",
        host: "tower.example",
      });
    },
  );

  test("a cookie is not marked for https because somebody says so", async () => {
    const answer = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      headers: { "x-forwarded-proto": "https" },
      payload: { name: "lead", password: "demo-lead-tower" },
    });
    expect(String(answer.headers["set-cookie"])).toMatch(/^ct=/);
  });

  test("a limit on guesses counts the sender, not its stories", async () => {
    const guess = (at: number) =>
      tower.app.inject({
        method: "POST",
        url: "/api/v1/session",
        remoteAddress: "192.0.2.77",
        headers: { "x-forwarded-for": `203.0.113.${at}` },
        payload: { name: "coordinator", password: "wrong-password" },
      });
    const statuses: number[] = [];
    for (let at = 0; at < 12; at += 1) statuses.push((await guess(at)).statusCode);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });
});

describe("with named proxies", () => {
  let tower: FakeTower;
  beforeAll(async () => {
    tower = await towerThatTells({ CT_TRUSTED_PROXIES: "10.0.0.0/24, 192.0.2.1" });
  });
  afterAll(() => tower.app.close());

  test.each(["10.0.0.200", "192.0.2.1"])("%s tells who asked", async (proxy) => {
    expect(await seenBy(tower, proxy, CLAIMS)).toEqual({
      ip: "198.51.100.9",
      protocol: "https",
      host: "evil.example",
    });
  });

  test("the first address that is no proxy counts, not what the sender put before it", async () => {
    const chain = { ...CLAIMS, "x-forwarded-for": "127.0.0.1, 198.51.100.9, 10.0.0.7" };
    expect((await seenBy(tower, "10.0.0.1", chain)).ip).toBe("198.51.100.9");
  });

  test.each(["10.0.1.1", "192.0.2.2", "127.0.0.1"])("%s is nobody's proxy", async (at) => {
    expect(await seenBy(tower, at, CLAIMS)).toMatchObject({ ip: at, protocol: "http" });
  });

  test("a cookie that came over https is bound to the host and to https", async () => {
    const answer = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      remoteAddress: "10.0.0.1",
      headers: { "x-forwarded-proto": "https", host: "tower.example" },
      payload: { name: "lead", password: "demo-lead-tower" },
    });
    const cookie = String(answer.headers["set-cookie"]);
    expect(cookie).toMatch(/^__Host-ct=/);
    expect(cookie).toContain("Secure");
    expect(cookie).toContain("Path=/");
    expect(cookie).not.toContain("Domain");
  });
});

test.each(["everybody", "10.0.0.0/0", "10.0.0.0/33", "::/0", "10.0.0", "1.2.3.4/8/8", "true"])(
  "%s is refused as a proxy",
  (proxy) => {
    expect(() => readConfig({ CT_TRUSTED_PROXIES: proxy })).toThrow("CT_TRUSTED_PROXIES");
  },
);

test("proxies may be addresses, networks and well-known names", () => {
  const given = "10.0.0.5, fd00::/8, loopback,::1";
  expect(readConfig({ CT_TRUSTED_PROXIES: given }).trustedProxies).toEqual([
    "10.0.0.5",
    "fd00::/8",
    "loopback",
    "::1",
  ]);
});

describe("the address of a socket", () => {
  const PROXIES = "loopback, 10.0.0.0/8, 192.0.2.5, 2001:db8::/32";
  const CONNECTIONS = [
    "127.0.0.1",
    "::1",
    "::ffff:10.1.2.3",
    "192.0.2.5",
    "192.0.2.6",
    "2001:db8::7",
  ];
  const CLAIMED = [
    undefined,
    "198.51.100.9",
    "198.51.100.9, 10.0.0.7",
    "198.51.100.9,10.0.0.7 , 192.0.2.5",
    "10.9.9.9, 10.0.0.7",
    "203.0.113.1, 198.51.100.9, 192.0.2.5",
    "2001:db8:1::1",
    "not an address",
    "198.51.100.9, not an address",
  ];

  test("is the one that Fastify finds for a request", async () => {
    const tower = await towerThatTells({ CT_TRUSTED_PROXIES: PROXIES });
    const addressOf = createAddressOf(tower.app.config.trustedProxies);
    for (const remoteAddress of CONNECTIONS)
      for (const claimed of CLAIMED) {
        const headers = claimed === undefined ? {} : { "x-forwarded-for": claimed };
        const { ip } = await seenBy(tower, remoteAddress, {
          ...CLAIMS,
          "x-forwarded-for": "",
          ...headers,
        });
        expect(addressOf({ headers, socket: { remoteAddress } as Socket })).toBe(ip);
      }
    await tower.app.close();
  });
});
