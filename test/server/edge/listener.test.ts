/** Promise S12 before any route is found: what is slow, too large or no HTTP, on real connections. */
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const SLOW_SENDERS = 500;

let tower: FakeTower;
let port = 0;
beforeAll(async () => {
  tower = await fakeTower({ CT_RATE_ADDRESSES: "0" });
  tower.fill("BER1", []);
  await tower.app.listen({ host: "127.0.0.1", port: 0 });
  ({ port } = tower.app.server.address() as AddressInfo);
});
afterAll(() => tower.app.close());

async function open(): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Sends bytes as they are and reads until the other side ends. */
async function exchange(bytes: string): Promise<{ head: string; body: string }> {
  const socket = await open();
  socket.write(bytes);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return { head, body };
}

const GET = (headers: string, path = "/livez") =>
  `GET ${path} HTTP/1.1\r\nhost: tower\r\nconnection: close\r\n${headers}\r\n`;

test.each([
  ["no HTTP at all", "hello\r\n\r\n", 400],
  ["a TLS greeting", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400],
  ["headers of more than 16 KiB", GET(`x-long: ${"a".repeat(17_000)}\r\n`), 431],
  ["an address of more than 16 KiB", GET("", `/${"a".repeat(17_000)}`), 431],
  ["an address of more than 8 KiB", GET("", `/livez?${"a".repeat(9_000)}`), 414],
  ["two lengths", GET("content-length: 1\r\ncontent-length: 2\r\n"), 400],
  ["a length and chunks", GET("content-length: 1\r\ntransfer-encoding: chunked\r\n"), 400],
  ["a folded header", GET("x-folded: a\r\n b\r\n"), 400],
  ["a NUL in a header", GET("x-nul: a\u0000b\r\n"), 400],
  ["a header without a name", GET(": a\r\n"), 400],
  ["a lone line feed", "GET /livez HTTP/1.1\nhost: tower\n\n", 400],
  ["no host", "GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n", 400],
  ["a version that is none", "GET /livez HTTP/9.9\r\nhost: tower\r\n\r\n", 400],
])("%s is refused as a problem document", async (what, bytes, status) => {
  const { head, body } = await exchange(bytes);
  expect([what, head.split(" ")[1]]).toEqual([what, String(status)]);
  // node answers a missing host by itself, with nothing in it
  if (what === "no host") return;
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
  expect(head.toLowerCase()).toContain("x-content-type-options: nosniff");
  expect(JSON.parse(body)).toMatchObject({ status, retryable: false });
});

test(`${SLOW_SENDERS} senders that never finish hinder nobody, take no memory, and are gone in time`, async () => {
  const before = process.memoryUsage().rss;
  const slow = await Promise.all(Array.from({ length: SLOW_SENDERS }, open));
  const drip = setInterval(() => slow.forEach((socket) => socket.write("x-a: 1\r\n")), 1_000);
  for (const socket of slow) socket.write("POST /api/v1/events HTTP/1.1\r\nhost: tower\r\n");
  const times: number[] = [];
  for (let asked = 0; asked < 40; asked += 1) {
    const askedAt = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/board?site=BER1`, {
      headers: BEARER,
    });
    times.push(performance.now() - askedAt);
    expect(answer.status).toBe(200);
    await sleep(10);
  }
  expect(times.toSorted((a, b) => a - b)[20]).toBeLessThan(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  const closed = slow.map((socket) => once(socket.resume(), "close"));
  await Promise.all(closed);
  clearInterval(drip);
}, 30_000);

describe("bodies", () => {
  const post = (
    payload: string | Buffer,
    headers: Record<string, string>,
    url = "/api/v1/events",
  ) =>
    tower.app.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/json", ...BEARER, ...headers },
      payload,
    });

  test.each(["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, identity", "unknown"])(
    "packed as %s are refused unread",
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
      const before = process.memoryUsage().rss;
      const answer = await post(bomb, { "content-encoding": encoding });
      expect(answer.statusCode).toBe(415);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    },
  );

  test.each([
    ["application/json; charset=utf-16", 415],
    ["application/json; charset=latin1", 415],
    ['application/json; charset="UTF-8"', 400],
    ["application/json;charset=utf8", 400],
    ["application/jsonx", 415],
    ["application/json, text/plain", 415],
    ["text/json", 415],
    ["xapplication/json", 415],
  ])("with the content type %s are answered %i", async (type, status) => {
    // broken JSON: what is read at all is refused as such
    expect((await post("{", { "content-type": type }, "/api/v1/session")).statusCode).toBe(status);
    const events = await post("{}", { "content-type": type });
    expect(events.statusCode === 415).toBe(status === 415);
  });

  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const wide = `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join(",")}}`;
  test.each([
    ["200,000 levels deep", nested(40_000)],
    ["21 levels deep", nested(21)],
    ["of 201 fields", `{${Array.from({ length: 201 }, (_, at) => `"k${at}":1`).join(",")}}`],
    ["of a text of 5,000 characters", `{"text":"${"x".repeat(5_000)}"}`],
    ["that name a field twice", '{"text":"a","text":"b"}'],
    ["that name a field twice in two spellings", '{"text":"a","\\u0074ext":"b"}'],
    ["of 100,000 fields", wide],
  ])("of people %s are refused", async (_what, payload) => {
    const url = "/api/v1/orders/SO-1/actions/note?site=BER1";
    const answer = await post(payload, {}, url);
    expect([400, 413, 422]).toContain(answer.statusCode);
    expect(answer.json().detail).not.toContain("There is no");
  });
});

test("a body that is too large is read to its end, so that its sender sees the refusal and no broken connection", async () => {
  const body = " ".repeat(6 * 1024 * 1024);
  const socket = await open();
  const headers = `host: tower\r\nauthorization: ${BEARER.authorization}\r\ncontent-type: application/json`;
  socket.write(
    `POST /api/v1/events HTTP/1.1\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.slice(1));
  await sleep(500);
  expect([socket.bytesRead, socket.writableLength]).toEqual([0, 0]);
  socket.write(body.slice(0, 1));
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toContain(" 413 ");
  expect(text).toContain('"code":"CT_ERR_TOO_LARGE"');
  expect(text).toContain("The body is larger than the 5 MiB that this route takes.");
});
