/** Promise S14: nothing that is sent becomes a field of every object, by whatever road it comes. */
import type { AddressInfo } from "node:net";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { HTTP_OPERATIONS } from "../../../domain/permissions.ts";
import { checkEvent } from "../../../server/connectors/check-event.ts";
import { parseJson } from "../../../server/connectors/posted.ts";
import { BEARER, fakeTower, KEY, type FakeTower } from "../fake-app.ts";

const NAMES = [
  '"__proto__"',
  '"\\u005f\\u005fproto__"',
  '"__proto__\\u0000"',
  '"constructor"',
  '"prototype"',
  '"toString"',
];
const VALUES = [
  '{"x":1}',
  '{"prototype":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '[{"x":1}]',
  "null",
  '"x"',
];
const WRAPS = [
  (pair: string) => `{${pair}}`,
  (pair: string) => `{"name":"a","password":"b",${pair}}`,
  (pair: string) => `{"name":{${pair}},"password":"b"}`,
  (pair: string) => `{"data":{${pair}}}`,
  (pair: string) => `[{${pair}}]`,
  (pair: string) => `{"ids":["a"],"text":"x",${pair}}`,
];
const BODIES = NAMES.flatMap((name) =>
  VALUES.flatMap((value) => WRAPS.map((wrap) => wrap(`${name}:${value}`))),
);
const QUERIES = [
  "__proto__[x]=1",
  "__proto__.x=1",
  "__proto__=x",
  "constructor[prototype][x]=1",
  "constructor.prototype.x=1",
  "site[__proto__][x]=1",
  "site[]=__proto__&site[x]=1",
  "%5f%5fproto%5f%5f%5Bx%5D=1",
  "toString=1&hasOwnProperty=1&valueOf=1",
];

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower({ CT_RATE_ADDRESSES: "0", CT_RATE_KEYS: "0" });
  tower.fill("BER1", []);
  await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => tower.app.close());

const clean = Object.getOwnPropertyNames(Object.prototype);
const polluted = (): string[] =>
  Object.getOwnPropertyNames(Object.prototype).filter((name) => !clean.includes(name));
afterEach(() => {
  if (polluted().length > 0) throw new Error(`every object has ${polluted().join(", ")} now`);
});

/** Every change of the table; events have formats of their own, below. */
const CHANGES = Object.keys(HTTP_OPERATIONS)
  .filter((name) => /^(POST|PUT|PATCH) /.test(name) && name !== "POST /api/v1/events")
  .map((name) => {
    const [method = "", pattern = ""] = name.split(" ");
    const path = pattern.replace(":name", "note").replaceAll(/:[A-Za-z]+/g, "a");
    return { method: method as "POST" | "PUT" | "PATCH", url: `${path}?site=BER1` };
  });

test("there are 5,000 attempts at least", () => {
  expect(BODIES.length * CHANGES.length + QUERIES.length).toBeGreaterThan(5_000);
});

test.each(CHANGES)("$method $url refuses every such body", async ({ method, url }) => {
  const headers = { "content-type": "application/json", ...BEARER };
  for (const payload of BODIES) {
    const { statusCode } = await tower.app.inject({ method, url, headers, payload });
    expect([payload, statusCode < 500 && statusCode >= 400]).toEqual([payload, true]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  }
});

test.each([...new Set(BODIES)])("an event is not made of %s", (payload) => {
  const value = parseJson(payload);
  const event = { id: "a", source: "b", type: "note.added", occurredAt: "2026-11-23T00:00:00Z" };
  for (const raw of [value, { ...event, orderId: "SO-1", data: value }]) {
    const checked = checkEvent(raw, () => ({ site: "BER1" }));
    if ("event" in checked)
      expect(Object.getPrototypeOf(checked.event.data)).toBe(Object.prototype);
  }
});

test("what reaches for a prototype is refused wherever it stands in an event", () => {
  for (const name of ["__proto__", "constructor", "prototype"]) {
    const data = parseJson(`{"text":"a","deep":[{"${name}":{"x":1}}]}`);
    const raw = { id: "a", source: "b", type: "note.added", orderId: "SO-1", data };
    const checked = checkEvent({ ...raw, occurredAt: "2026-11-23T00:00:00Z" }, () => ({
      site: "BER1",
    }));
    expect(checked).toHaveProperty("faults");
  }
});

test("addresses and headers mean nothing", async () => {
  const gets = Object.keys(HTTP_OPERATIONS).filter((name) => name.startsWith("GET /api/v1/"));
  for (const query of QUERIES)
    for (const operation of gets) {
      const path = operation.slice(4).replaceAll(/:[A-Za-z]+/g, "__proto__");
      const url = `${path}?${query}`;
      const headers = { ...BEARER, __proto__: "x", constructor: "x", cookie: "__proto__=x" };
      const answer = await tower.app.inject({ url, headers });
      // fields of every object are no parameters, and nothing is there under their name
      expect([url, answer.statusCode === 500]).toEqual([url, false]);
    }
}, 30_000);

describe("sockets", () => {
  test("take no such payload, and go on", async () => {
    const { port } = tower.app.server.address() as AddressInfo;
    const socket = io(`http://127.0.0.1:${port}`, {
      transports: ["websocket"],
      auth: { token: KEY },
      forceNew: true,
    });
    for (const payload of BODIES) {
      const answer = (await socket
        .timeout(5_000)
        .emitWithAck("board:open", JSON.parse(payload) as object)) as { ok: boolean };
      expect(answer.ok).toBe(false);
    }
    const opened = (await socket.emitWithAck("board:open", { site: "BER1" })) as { ok: boolean };
    expect(opened.ok).toBe(true);
    socket.disconnect();
  });
});
