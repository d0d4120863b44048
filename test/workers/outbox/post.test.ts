/** What S16 promises of outgoing webhooks, against a listener that counts who reaches it. */
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "../../../workers/outbox/post.ts";
import { hostileUrls } from "./hostile-urls.ts";

const NOBODY = new Set<string>();
/** Of a network that was given back and is routed nowhere. */
const PUBLIC = { address: "3ffe::1", family: 6 };
const INSIDE = { address: "127.0.0.1", family: 4 };

let connections = 0;
let inside: Server;
let port = 0;

/** On a port that webhooks may use, or the port alone would keep them away. */
async function listenOn(ports: number[]): Promise<Server> {
  for (const one of ports) {
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(one, "127.0.0.1");
    const isThere = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (isThere) return server;
  }
  throw new Error(`none of the ports ${ports.join(", ")} is free`);
}

beforeAll(async () => {
  inside = await listenOn([8443, 443]);
  ({ port } = inside.address() as AddressInfo);
});
afterAll(() => inside.close());

async function serve(answer: RequestListener) {
  const server = createHttpServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    post: createPost({ allowed: new Set([origin]), timeoutMs: 400 }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("a webhook reaches nothing inside", () => {
  test("the listener counts whoever comes", async () => {
    const before = connections;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "close");
    expect(connections).toBe(before + 1);
  });

  test("however the address is written", async () => {
    const urls = hostileUrls(port);
    expect(urls.length).toBeGreaterThan(300);
    const before = connections;
    // whatever is not an address is a name, and every name leads inside
    const post = createPost({ allowed: NOBODY, timeoutMs: 400, resolve: async () => [INSIDE] });
    // a few at a time: with a guard that lets them through they must get there before their time is over
    for (let first = 0; first < urls.length; first += 10) {
      const some = urls.slice(first, first + 10);
      const answers = await Promise.all(some.map((url) => post(url, {}, "{}")));
      expect(answers.filter(({ status }) => status !== null)).toEqual([]);
      expect(connections).toBe(before);
    }
  });

  test("also when its name means something else a moment later", async () => {
    const before = connections;
    let asked = 0;
    const resolve = async () => [asked++ % 2 === 0 ? PUBLIC : INSIDE];
    const post = createPost({ allowed: NOBODY, timeoutMs: 400, resolve });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(`https://flip.example.com:${port}/`, {}, "{}")),
    );
    expect(answers.every(({ status }) => status === null)).toBe(true);
    // once for each: what was checked is what is connected to
    expect(asked).toBe(20);
    expect(connections).toBe(before);
  });

  test("also when only one of its addresses is inside", async () => {
    const before = connections;
    const resolve = async () => [PUBLIC, INSIDE];
    const post = createPost({ allowed: NOBODY, timeoutMs: 400, resolve });
    const answer = await post(`https://both.example.com:${port}/`, {}, "{}");
    expect(answer.error).toContain("public internet");
    expect(connections).toBe(before);
  });

  test("also not by a redirect", async () => {
    const before = connections;
    await using receiver = await serve((_, response) => {
      response.writeHead(302, { location: `https://127.0.0.1:${port}/` }).end();
    });
    expect(await receiver.post(`${receiver.origin}/`, {}, "{}")).toMatchObject({ status: 302 });
    expect(connections).toBe(before);
  });

  test("an origin that is allowed by name is reached", async () => {
    const before = connections;
    const post = createPost({ allowed: new Set([`https://127.0.0.1:${port}`]), timeoutMs: 400 });
    await post(`https://127.0.0.1:${port}/`, {}, "{}");
    expect(connections).toBe(before + 1);
  });
});

describe("a receiver that takes its time", () => {
  test("is given up when it does not answer", async () => {
    await using receiver = await serve(() => undefined);
    const answer = await receiver.post(receiver.origin, {}, "{}");
    expect(answer).toMatchObject({ status: null, error: "no answer within 10 s" });
    expect(answer.durationMs).toBeLessThan(2_000);
  });

  test("and one that never ends is read to 64 KiB; its status counts", async () => {
    let written = 0;
    await using receiver = await serve((_, response) => {
      response.writeHead(200);
      const more = () => {
        written += 16_384;
        if (!response.destroyed) response.write(Buffer.alloc(16_384), () => setImmediate(more));
      };
      more();
    });
    expect(await receiver.post(receiver.origin, {}, "{}")).toMatchObject({ status: 200 });
    // what the kernels of both sides take beside it
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  test("body and headers arrive as they were signed", async () => {
    let got: { body: string; id: string | string[] | undefined } | undefined;
    await using receiver = await serve((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        got = { body, id: request.headers["webhook-id"] };
        response.writeHead(204).end();
      });
    });
    const answer = await receiver.post(receiver.origin, { "webhook-id": "e1" }, '{"ä":1}');
    expect(answer).toMatchObject({ status: 204 });
    expect(got).toEqual({ body: '{"ä":1}', id: "e1" });
  });
});
