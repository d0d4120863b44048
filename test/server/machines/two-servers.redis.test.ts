/** Two servers on one Redis: what is done to a key at one of them holds at the other within five seconds, on requests and on open sockets. */
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyWithSecret } from "../../../domain/contract/machine-keys.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { connectTestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { BEARER } from "../fake-app.ts";
import {
  createCommitter,
  openBoard,
  openSocket,
  SITE,
  startStand,
  until,
  type Stand,
} from "../live-stand.ts";

describe.skipIf(redisMissing)("machine keys on two servers", () => {
  let redis: TestRedis;
  let here: Stand;
  let there: Stand;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    const client = await connectTestClient(redis.socketPath);
    await createCommitter(client).commit([]);
    await client.close();
    here = await startStand(redis.url, {}, { isShared: true });
    there = await startStand(redis.url, {}, { isShared: true });
  });
  afterAll(async () => {
    await here.stop();
    await there.stop();
    await redis.stop();
  });

  async function ask(stand: Stand, method: string, path: string, payload?: object) {
    const answer = await stand.app.inject({
      method: method as "GET",
      url: `/api/v1${path}`,
      headers: BEARER,
      ...(payload !== undefined && { payload }),
    });
    return answer.body === "" ? {} : answer.json();
  }
  const make = (): Promise<KeyWithSecret> =>
    ask(here, "POST", "/keys", { name: "x", scopes: ["board:read"], sites: [SITE] });
  const opens = async (stand: Stand, secret: string): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await stand.app.inject({ url: `/api/v1/session`, headers })).statusCode;
  };
  async function within(seconds: number, isSo: () => Promise<boolean>): Promise<void> {
    const begun = performance.now();
    while (!(await isSo())) {
      if (performance.now() - begun > seconds * 1000) throw new Error(`not within ${seconds} s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test("a key made here opens there, and a revoked one closes there with its sockets", async () => {
    const { id, secret } = await make();
    expect(await opens(here, secret)).toBe(200);
    await within(5, async () => (await opens(there, secret)) === 200);
    const socket: Socket = openSocket(there.url, { auth: { token: secret } });
    expect((await openBoard(socket, { site: SITE })).ok).toBe(true);
    const ended: string[] = [];
    socket.on("session:ended", ({ reason }: { reason: string }) => ended.push(reason));
    await ask(here, "DELETE", `/keys/${id}`);
    expect(await opens(here, secret)).toBe(401);
    await within(5, async () => (await opens(there, secret)) === 401);
    await until(() => ended.length > 0 && !socket.connected, 5_000);
    expect(ended).toEqual(["revoked"]);
  });

  test("two who change a key at the same moment do not undo each other", async () => {
    const { id } = await make();
    await within(5, async () => (await ask(there, "GET", `/keys/${id}`)).id === id);
    await ask(here, "PATCH", `/keys/${id}`, { note: "from here" });
    const late = await ask(there, "PATCH", `/keys/${id}`, { note: "from there" });
    expect(late).toMatchObject({ code: "CT_ERR_CONFLICT" });
    expect(await ask(here, "GET", `/keys/${id}`)).toMatchObject({ note: "from here" });
  });

  test("last use is kept in Redis, and every change has its entry in one chain", async () => {
    const { id, secret } = await make();
    await opens(here, secret);
    const client = await connectTestClient(redis.socketPath);
    await within(2, async () => (await client.hGet(GLOBAL_KEYS.machineKeysUsed, id)) !== null);
    const { items } = await ask(here, "GET", `/audit?subject=${id}`);
    expect(items.map(({ what }: { what: string }) => what)).toEqual(["key.created"]);
    expect(await ask(here, "GET", "/audit/verify")).toMatchObject({ ok: true });
    await client.close();
  });

  test("a stored key opens nothing while it is not known whether it was revoked", async () => {
    const { secret } = await make();
    expect(await opens(here, secret)).toBe(200);
    process.kill(redis.pid, "SIGSTOP");
    try {
      await within(12, async () => (await opens(here, secret)) === 503);
      expect(await opens(here, BEARER.authorization.slice(7))).toBe(200);
    } finally {
      process.kill(redis.pid, "SIGCONT");
    }
    await within(10, async () => (await opens(here, secret)) === 200);
  }, 60_000);
});
