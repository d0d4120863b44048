import { io } from "socket.io-client";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test, vi } from "vitest";
import { readConfig } from "../../server/config.ts";
import { createRates, networkOf } from "../../server/rates.ts";
import { createTokenBuckets } from "../../server/token-buckets.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";
import { openBoard, openSocket } from "./live-stand.ts";

let tower: FakeTower | undefined;
afterEach(async () => {
  await tower?.app.close();
  tower = undefined;
  vi.useRealTimers();
});

test("a bucket gives its burst at once, then as much as a second brings", () => {
  const buckets = createTokenBuckets({ perSecond: 10, burst: 3 });
  const taken = (now: number) => buckets.take("a", now) === 0;
  expect([1, 2, 3, 4].map(() => taken(0))).toEqual([true, true, true, false]);
  expect(buckets.take("a", 0)).toBeCloseTo(0.1);
  expect([taken(100), taken(100)]).toEqual([true, false]);
  // a clock that was set back adds nothing and takes nothing
  expect(taken(50)).toBe(false);
  expect(taken(10_000)).toBe(true);
  expect(buckets.take("b", 0)).toBe(0);
});

test("a million names are remembered in bounded memory, the busy ones among them", () => {
  const buckets = createTokenBuckets({ perSecond: 0.001, burst: 1 }, 1_000);
  buckets.take("busy", 0);
  for (let name = 0; name < 1_000_000; name += 1) {
    buckets.take(`n${name}`, 1);
    if (name % 100 === 0) expect(buckets.take("busy", 1)).toBeGreaterThan(0);
  }
  expect(buckets.size()).toBeLessThanOrEqual(1_001);
});

test("the limiter stays below 50 MB, however many callers of each kind there are", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const rates = createRates(readConfig({}).rates, () => 0);
  const anybody = { permissions: new Set<never>(), sites: "all" as const };
  for (let count = 0; count < 60_000; count += 1) {
    rates.takeAddress(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
    rates.takeFor({ ...anybody, kind: "person", name: `user-${count}` });
    rates.takeFor({ ...anybody, kind: "machine", name: `key-${count}` });
    rates.takeSite(`SITE${count}`);
  }
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  expect(rates.takeSite("BER1")).toBeNull();
  expect(grown).toBeLessThan(50e6);
  expect(grown).toBeGreaterThan(10e6);
}, 20_000);

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2:ffff::1", "2001:db8:1:2"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

const LOW = {
  CT_RATE_KEYS: "1/5",
  CT_RATE_PEOPLE: "1/3",
  CT_RATE_ADDRESSES: "1/4",
  CT_RATE_SITES: "1/2",
};

/** Time stands still: on a busy machine a second passes between requests, and brings another one. */
function lowTower(more: Record<string, string> = {}): Promise<FakeTower> {
  vi.useFakeTimers({ toFake: ["Date"] });
  return fakeTower({ ...LOW, ...more });
}

async function statuses(count: number, headers: object, url = "/api/v1/session", ip = "192.0.2.1") {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const request = { url, headers: { ...headers }, remoteAddress: ip };
    const answer = await tower!.app.inject(request);
    found.push(answer.statusCode);
    if (answer.statusCode !== 429) continue;
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json()).toMatchObject({ code: "CT_ERR_TOO_MANY_REQUESTS", retryable: true });
  }
  return found;
}

test("a key, a person and an address each have their own measure", async () => {
  tower = await lowTower();
  const cookie = await tower.login("lead", "demo-lead-tower");
  expect(await statuses(6, BEARER)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(await statuses(4, { cookie })).toEqual([200, 200, 200, 429]);
  expect(await statuses(5, {})).toEqual([401, 401, 401, 401, 429]);
  expect(await statuses(1, { authorization: "Bearer wrong" })).toEqual([429]);
  expect(await statuses(1, {}, "/api/v1/session", "192.0.2.2")).toEqual([401]);
});

test("no header that a client may send makes it somebody else", async () => {
  tower = await lowTower();
  await statuses(4, {});
  for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "client-ip"])
    expect(await statuses(1, { [name]: "198.51.100.9" })).toEqual([429]);
});

test("reads of a site have a measure of their own, whoever asks; those of another go on", async () => {
  tower = await lowTower();
  tower.fill("BER1", []);
  tower.fill("NYC1", []);
  expect(await statuses(3, BEARER, "/api/v1/board?site=BER1")).toEqual([200, 200, 429]);
  expect(await statuses(1, BEARER, "/api/v1/board?site=NYC1")).toEqual([200]);
});

test("health is answered however often a balancer asks, an address that is not there counts", async () => {
  tower = await lowTower();
  expect(new Set(await statuses(20, {}, "/livez"))).toEqual(new Set([200]));
  expect(await statuses(5, {}, "/api/v1/nothing")).toEqual([404, 404, 404, 404, 429]);
});

test("what is asked on sockets counts as what is asked by requests", async () => {
  tower = await lowTower();
  tower.fill("BER1", []);
  const url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
  const socket = openSocket(url);
  const answers: unknown[] = [];
  for (let at = 0; at < 6; at += 1) answers.push(await openBoard(socket, { site: "BER1" }));
  socket.disconnect();
  expect(answers.slice(0, 5)).toEqual(Array(5).fill(expect.objectContaining({ ok: true })));
  expect(answers[5]).toMatchObject({ problem: { code: "CT_ERR_TOO_MANY_REQUESTS" } });
});

/** How the server answers sockets with these credentials, one after the other. */
async function knock(url: string, count: number, token: string, headers = {}): Promise<string[]> {
  const codes: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const options = { auth: { token }, extraHeaders: headers, reconnection: false, forceNew: true };
    const socket = io(url, { ...options, transports: ["websocket"] });
    codes.push(
      await new Promise((resolve) => {
        socket.once("connect", () => resolve("open"));
        socket.once("connect_error", (error) =>
          resolve((error as { data?: { code?: string } }).data?.code ?? error.message),
        );
      }),
    );
    socket.disconnect();
  }
  return codes;
}

test("a socket without a good credential counts against its address, as a request does", async () => {
  tower = await lowTower({ CT_TRUSTED_PROXIES: "loopback" });
  const url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
  const [wrong, many] = ["CT_ERR_UNAUTHENTICATED", "CT_ERR_TOO_MANY_REQUESTS"];
  const at = (address: string) => ({ "x-forwarded-for": address });
  expect(await knock(url, 5, "wrong", at("192.0.2.1"))).toEqual([wrong, wrong, wrong, wrong, many]);
  expect(await statuses(1, at("192.0.2.1"), "/api/v1/session", "127.0.0.1")).toEqual([429]);
  // what the client itself wrote in front of it changes nothing
  expect(await knock(url, 1, "wrong", at("198.51.100.7, 192.0.2.1"))).toEqual([many]);
  expect(await knock(url, 1, "wrong", at("192.0.2.2"))).toEqual([wrong]);
  const { token } = { token: BEARER.authorization.slice(7) };
  expect(await knock(url, 1, token, at("192.0.2.1"))).toEqual(["open"]);
});

test("0 means no limit", async () => {
  tower = await fakeTower({ CT_RATE_KEYS: "0" });
  expect(tower.app.config.rates.keys).toBeNull();
  expect(new Set(await statuses(50, BEARER))).toEqual(new Set([200]));
});
