/** What the doctor makes of the answers of a server. */
import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examineServer } from "../../bin/doctor/server.ts";

const ok = { state: "ok", ageMs: 1 };
const answers: Record<string, [number, unknown]> = {
  "/well/readyz": [
    200,
    { state: "ready", parts: { redis: ok, history: { ...ok, copying: "current" } } },
  ],
  "/forgetful/readyz": [
    200,
    {
      state: "ready",
      parts: { redis: ok, history: { ...ok, copying: "failing", error: "wrong password" } },
    },
  ],
  "/mute/readyz": [
    200,
    { state: "ready", parts: { redis: ok, history: { ...ok, copying: "silent" } } },
  ],
  "/refused/readyz": [
    200,
    {
      state: "ready",
      parts: { history: { ...ok, copying: "silent", error: "it is of a newer version" } },
    },
  ],
  "/ill/readyz": [503, { state: "not ready", parts: { redis: { state: "failing" }, sites: ok } }],
};

const server = createServer(({ url = "" }, response) => {
  const [status, body] = answers[url] ?? [404, {}];
  response.writeHead(status).end(JSON.stringify(body));
});
let base = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => void server.close());

test("with a server that is well nothing is found", async () => {
  expect(await examineServer(`${base}/well`)).toEqual([]);
});

test("history that is not written is found, though the server is ready", async () => {
  const found = await examineServer(`${base}/forgetful`);
  expect(found.map(({ area, level, what }) => [area, level, what])).toEqual([
    ["history", "problem", "history is not written: wrong password"],
  ]);
});

test("so are workers that copy nothing, with what they said last", async () => {
  const [found] = await examineServer(`${base}/mute`);
  expect(found?.what).toBe("no worker has copied into history for a minute");
  const [refused] = await examineServer(`${base}/refused`);
  expect(refused?.what).toBe(`${found?.what}; the last said: it is of a newer version`);
});

test("of a server that is not ready the parts that fail are named, not all of its answer", async () => {
  const found = await examineServer(`${base}/ill`);
  expect(found.map(({ what }) => what)).toEqual(["the server is not ready: redis failing"]);
});
