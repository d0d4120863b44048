import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Socket } from "socket.io-client";
import { createPeopleStore, type PeopleStore } from "../../../server/people/store.ts";
import { createFastClient, type RedisClient } from "../../../server/redis.ts";
import { connectTestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { openBoard, openSocket, outcomeOf, SITE, startStand, type Stand } from "../live-stand.ts";
import { addPerson, aPerson, asKey } from "./person.ts";

const PROMISED_MS = 5_000;

describe.skipIf(redisMissing)("people in Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
  });
  afterAll(() => redis.stop());

  describe("the store", () => {
    let client: RedisClient;
    let store: PeopleStore;
    beforeAll(async () => {
      client = createFastClient(redis.url, () => undefined);
      await client.connect();
      store = createPeopleStore(client);
    });
    afterAll(() => client.destroy());

    test("counts guesses within their window, and takes one back", async () => {
      const add = (id: string, now: number) => store.addGuess("name:x", id, now, 1_000);
      expect(await add("a", 10_000)).toEqual({ count: 1, oldestAt: 10_000 });
      expect(await add("b", 10_500)).toEqual({ count: 2, oldestAt: 10_000 });
      await store.dropGuess("name:x", "a");
      expect(await add("c", 10_600)).toEqual({ count: 2, oldestAt: 10_500 });
      expect(await add("d", 11_500)).toEqual({ count: 2, oldestAt: 10_600 });
      expect(await client.pTTL("ct:{tower}:guesses:name:x")).toBeGreaterThan(0);
    });

    test("gives a ticket to one of many who ask at once, and never after its time", async () => {
      await store.addTicket("t", "value", 60_000);
      const taken = await Promise.all(Array.from({ length: 10 }, () => store.takeTicket("t")));
      expect(taken.filter((one) => one === "value")).toHaveLength(1);
      await store.addTicket("short", "value", 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await store.takeTicket("short")).toBeNull();
    });

    test("does not bring back a session that was ended while it was used", async () => {
      const of = { name: "petra", key: "ct:session:1", indexTtlMs: 60_000 };
      await store.addSession(of, "one", 60_000, 5);
      expect(await store.renewSession(of.key, "two", 60_000)).toBe(true);
      expect(await store.sessionKeys("petra")).toEqual([of.key]);
      await store.dropSessions("petra", [of.key]);
      expect(await store.renewSession(of.key, "three", 60_000)).toBe(false);
      expect(await store.getSession(of.key)).toBeNull();
      expect(await store.sessionKeys("petra")).toEqual([]);
      expect(await store.lastLogins()).toMatchObject({ petra: "5" });
    });

    test("that is away is a refusal to come again, not a failure", async () => {
      const gone = createFastClient("unix:///nowhere/redis.sock", () => undefined);
      const away = createPeopleStore(gone);
      for (const ask of [away.version(), away.getSession("x"), away.addGuess("x", "y", 1, 2)])
        await expect(ask).rejects.toMatchObject({ code: "CT_ERR_UNAVAILABLE" });
    });
  });

  describe("two servers", () => {
    const stands: Stand[] = [];
    const sockets: Socket[] = [];
    let password: string;
    const [one, two] = [() => stands[0] as Stand, () => stands[1] as Stand];
    beforeEach(async () => {
      const cleaner = await connectTestClient(redis.socketPath);
      await cleaner.flushAll();
      cleaner.destroy();
      for (let at = 0; at < 2; at += 1)
        stands.push(await startStand(redis.url, {}, { isShared: true }));
      password = await addPerson(one().app, { name: "petra", role: "coordinator" });
    });
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.disconnect();
      for (const stand of stands.splice(0)) await stand.stop();
    });

    /** A person logged in at server one, with a socket at each server. */
    async function atBoth() {
      const person = aPerson(one().app);
      await person.login("petra", password);
      const own: Socket[] = [];
      for (const stand of stands) {
        const headers = { cookie: person.cookie() };
        const socket = openSocket(stand.url, { extraHeaders: headers, auth: {} });
        own.push(socket);
        sockets.push(socket);
        expect(await outcomeOf(socket)).toEqual({ kind: "connected" });
        expect(await openBoard(socket, { site: SITE })).toMatchObject({ ok: true });
      }
      return { person, sockets: own };
    }
    const ended = (socket: Socket) =>
      new Promise<string>((resolve) => {
        socket.once("session:ended", ({ reason }: { reason: string }) => resolve(reason));
        socket.once("disconnect", () => resolve("cut"));
      });
    const statusAt = async (stand: Stand, cookie: string) =>
      (await stand.app.inject({ url: "/api/v1/session", headers: { cookie } })).statusCode;

    test("a user who is disabled at one loses every socket and request at both within 5 s", async () => {
      const all = [await atBoth(), await atBoth()];
      const waits = all.flatMap(({ sockets: own }) => own.map(ended));
      const startedAt = performance.now();
      const off = await asKey(one().app, "PATCH", "/api/v1/users/petra", { disabled: true });
      expect(off.statusCode).toBe(200);
      await Promise.all(waits);
      expect(performance.now() - startedAt).toBeLessThan(PROMISED_MS);
      for (const { person } of all)
        for (const stand of stands) expect(await statusAt(stand, person.cookie())).toBe(401);
    });

    test("logging out everywhere at one ends the sockets at the other", async () => {
      const { person, sockets: own } = await atBoth();
      const waits = own.map(ended);
      const startedAt = performance.now();
      await person.ask("DELETE", "/api/v1/account/sessions");
      await Promise.all(waits);
      expect(performance.now() - startedAt).toBeLessThan(PROMISED_MS);
    });

    test("one session ended at one ends at the other, and the others stay", async () => {
      const [gone, stays] = [await atBoth(), await atBoth()];
      const list = (await stays.person.ask("GET", "/api/v1/account/sessions")).json();
      const [other] = list.items.filter(
        ({ isCurrent, device }: { isCurrent: boolean; device: string }) =>
          !isCurrent && device === "Chrome on Windows",
      );
      const startedAt = performance.now();
      const waits = gone.sockets.map(ended);
      await stays.person.ask("DELETE", `/api/v1/account/sessions/${other.id}`);
      await Promise.all(waits);
      expect(performance.now() - startedAt).toBeLessThan(PROMISED_MS);
      for (const stand of stands) expect(await statusAt(stand, stays.person.cookie())).toBe(200);
      for (const socket of stays.sockets) expect(socket.connected).toBe(true);
    });

    test("another role holds at both within 5 s, for requests and for the next socket", async () => {
      const { person, sockets: own } = await atBoth();
      const waits = own.map(ended);
      const startedAt = performance.now();
      await asKey(one().app, "PATCH", "/api/v1/users/petra", { role: "viewer", sites: ["NYC1"] });
      await Promise.all(waits);
      expect(performance.now() - startedAt).toBeLessThan(PROMISED_MS);
      const headers = { cookie: person.cookie() };
      const seen = await two().app.inject({ url: "/api/v1/session", headers });
      expect(seen.json()).toMatchObject({ role: "viewer", sites: [{ id: "NYC1" }] });
      const again = openSocket(two().url, { extraHeaders: headers, auth: {} });
      sockets.push(again);
      await outcomeOf(again);
      expect(await openBoard(again, { site: SITE })).toMatchObject({ ok: false });
    });

    test("wrong passwords are counted for both together", async () => {
      const statuses = [];
      for (let tries = 0; tries < 12; tries += 1) {
        const stand = tries % 2 === 0 ? one() : two();
        const guess = aPerson(stand.app, `198.51.100.${tries}`);
        statuses.push((await guess.login("petra", "not the password")).statusCode);
      }
      expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    });

    test("a user added at one may log in at the other", async () => {
      const person = aPerson(two().app);
      await expect
        .poll(async () => (await person.login("petra", password)).statusCode, {
          timeout: PROMISED_MS,
          interval: 500,
        })
        .toBe(200);
    });
  });
});
