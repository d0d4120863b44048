/** Pairing of walls, over HTTP and sockets, with everything but Redis (promise S6). */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { io, type Socket } from "socket.io-client";
import type {
  DisplayCommand,
  DisplayView,
  PairingGrant,
  PairingView,
  TokenGrant,
} from "../../../domain/contract/displays.ts";
import { aRow } from "../../support/board-rows.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { until } from "../live-stand.ts";
import { addPerson, aPerson, asKey, type Person } from "../people/person.ts";

vi.setConfig({ testTimeout: 20_000 });

let tower: FakeTower;
let url: string;
const open: Socket[] = [];
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow({ id: "SO-1", owner: "MARK-PERSON", v: 1 })]);
  url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(() => tower.app.close());

const wall = (remoteAddress = "198.51.100.7") => aPerson(tower.app, remoteAddress);

async function askCode(name = "Hall A"): Promise<PairingGrant> {
  const answer = await wall().ask("POST", "/api/v1/displays", { name, width: 1920, height: 1080 });
  expect(answer.statusCode).toBe(201);
  return answer.json() as PairingGrant;
}

const token = (body: object) => wall().ask("POST", "/api/v1/displays/token", body);
const claim = (code: string, more: object = { site: "BER1" }) =>
  asKey(tower.app, "POST", "/api/v1/displays/claim", { code, ...more });

/** As if the wall had waited as long as it was told to. */
function afterAWhile(): void {
  for (const [id, pairing] of tower.displays.pairings)
    tower.displays.pairings.set(id, { ...pairing, polledAt: 0 });
}

async function paired(more: object = {}): Promise<{ view: DisplayView; grant: TokenGrant }> {
  const { userCode, deviceCode } = await askCode();
  const answer = await claim(userCode, { site: "BER1", ...more });
  expect(answer.statusCode).toBe(201);
  return {
    view: answer.json() as DisplayView,
    grant: (await token({ deviceCode })).json() as TokenGrant,
  };
}

async function connect(auth: string): Promise<{ socket: Socket; ended: string }> {
  const socket = io(url, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token: auth },
  });
  open.push(socket);
  const ended = await new Promise<string>((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("connect_error", (error) => resolve(error.message));
  });
  return { socket, ended };
}

describe("a screen that asks for a code", () => {
  test("gets eight letters to show, where to go with them, and how often to ask", async () => {
    const grant = await askCode();
    expect(grant.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(grant.verificationUriComplete).toBe(`${grant.verificationUri}?code=${grant.userCode}`);
    expect(grant).toMatchObject({ expiresIn: 600, interval: 5 });
  });

  test("waits, and is told to slow down when it asks too often", async () => {
    const { deviceCode } = await askCode();
    expect((await token({ deviceCode })).json()).toMatchObject({
      code: "CT_ERR_PAIRING_PENDING",
      interval: 5,
    });
    expect((await token({ deviceCode })).json()).toMatchObject({
      code: "CT_ERR_PAIRING_SLOW_DOWN",
      interval: 10,
      retryable: true,
    });
    afterAWhile();
    expect((await token({ deviceCode })).json()).toMatchObject({
      code: "CT_ERR_PAIRING_PENDING",
      interval: 10,
    });
  });

  test("is told that its code is over, or never was", async () => {
    expect((await token({ deviceCode: "x".repeat(43) })).json()).toMatchObject({
      code: "CT_ERR_PAIRING_EXPIRED",
      retryable: false,
    });
  });

  test("keeps only fingerprints of both codes", async () => {
    const { deviceCode, userCode } = await askCode();
    const kept = JSON.stringify([...tower.displays.pairings]);
    expect(kept).not.toContain(deviceCode);
    expect(kept).not.toContain(userCode.replace("-", ""));
  });
});

describe("who claims it", () => {
  const coordinator = async (): Promise<Person> => {
    const person = aPerson(tower.app);
    await person.login("coordinator", "demo-coordinator-tower");
    return person;
  };

  test("is told what asks, from where and when, before anything is given", async () => {
    const { userCode } = await askCode("Hall B");
    const person = await coordinator();
    const look = await person.ask("POST", "/api/v1/displays/look", { code: userCode });
    expect(look.json() as PairingView).toMatchObject({
      name: "Hall B",
      device: "Chrome on Windows",
      address: "198.51.100.7",
      width: 1920,
      sites: [{ id: "BER1" }, { id: "NYC1" }],
    });
    expect(Date.parse((look.json() as PairingView).askedAt)).toBeGreaterThan(Date.now() - 10_000);
  });

  test("takes it for one site, once; the second approver is too late", async () => {
    const { userCode, deviceCode } = await askCode();
    const person = await coordinator();
    const [mine, theirs] = await Promise.all([
      person.ask("POST", "/api/v1/displays/claim", { code: userCode.toLowerCase(), site: "BER1" }),
      claim(userCode),
    ]);
    expect([mine.statusCode, theirs.statusCode].toSorted()).toEqual([201, 404]);
    expect((await claim(userCode)).json()).toMatchObject({ code: "CT_ERR_PAIRING_CODE" });
    expect((await token({ deviceCode })).json()).toMatchObject({ display: { site: "BER1" } });
    const entry = tower.audit.entries().findLast(({ what }) => what === "display.claimed");
    expect(entry).toMatchObject({ site: "BER1", why: expect.stringContaining("198.51.100.7") });
  });

  test("names the site when there are several, and none of others", async () => {
    const { userCode } = await askCode();
    expect((await claim(userCode, {})).json()).toMatchObject({
      code: "CT_ERR_SITE_REQUIRED",
      errors: [{ path: "/site" }],
    });
    expect((await claim(userCode, { site: "NOPE1" })).json()).toMatchObject({
      code: "CT_ERR_UNKNOWN_SITE",
    });
    const bad = await claim(userCode, { site: "BER1", settings: { distanceM: 900 } });
    expect(bad.statusCode).toBe(422);
    expect(bad.body).toContain("/settings/distanceM");
    expect((await claim(userCode)).statusCode).toBe(201);
  });

  test("waits after five wrong codes, also with a right one and in another session", async () => {
    const password = await addPerson(tower.app, {
      name: "guesser",
      role: "coordinator",
      sites: ["BER1"],
    });
    const { userCode } = await askCode();
    for (let number = 0; number < 5; number += 1) {
      const person = aPerson(tower.app, "192.0.2.77");
      await person.login("guesser", password);
      const wrong = await person.ask("POST", "/api/v1/displays/look", { code: "BBBB-BBBB" });
      expect(wrong.statusCode).toBe(404);
    }
    const person = aPerson(tower.app, "192.0.2.78");
    await person.login("guesser", password);
    const answer = await person.ask("POST", "/api/v1/displays/claim", { code: userCode });
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(500);
    expect((await claim(userCode)).statusCode).toBe(201);
  });
});

describe("a paired wall", () => {
  test("opens the wall of its site and nothing else; what it is to show comes first", async () => {
    const { grant } = await paired({ name: "Hall C", settings: { language: "de" } });
    const { socket, ended } = await connect(grant.token);
    expect(ended).toBe("connected");
    const commands: DisplayCommand[] = [];
    socket.on("display:command", (command: DisplayCommand) => commands.push(command));
    const frames: string[] = [];
    socket.onAny((...frame) => frames.push(JSON.stringify(frame)));
    const ask = (body: object) => socket.timeout(5_000).emitWithAck("board:open", body);
    expect(await ask({ site: "BER1", view: "wall" })).toMatchObject({
      ok: true,
      snapshot: { rows: [] },
    });
    expect(commands[0]).toMatchObject({ command: "layout", name: "Hall C", site: "BER1" });
    expect(commands[0]).toMatchObject({ settings: { language: "de", layout: "floor" } });
    expect(await ask({ site: "BER1", view: "board" })).toMatchObject({
      problem: { code: "CT_ERR_FORBIDDEN" },
    });
    expect(await ask({ site: "NYC1", view: "wall" })).toMatchObject({
      problem: { code: "CT_ERR_NOT_FOUND" },
    });
    await until(() => frames.some((frame) => frame.includes("tower:pulse")));
    expect(frames.join("")).not.toMatch(/MARK-PERSON|bootstrap|"owner"|"shipTo"/);
  });

  test("renews its token with one that ends with its use", async () => {
    const { grant } = await paired();
    const next = (await token({ refreshToken: grant.refreshToken })).json() as TokenGrant;
    expect(next.token).not.toBe(grant.token);
    expect((await connect(grant.token)).ended).not.toBe("connected");
    expect((await connect(next.token)).ended).toBe("connected");
  });

  test("may ask again when the answer got lost, until the new token was used", async () => {
    const { grant } = await paired();
    await token({ refreshToken: grant.refreshToken });
    const again = (await token({ refreshToken: grant.refreshToken })).json() as TokenGrant;
    expect((await connect(again.token)).ended).toBe("connected");
  });

  test("is ended when a used refresh token comes again: somebody has a copy", async () => {
    const { grant, view } = await paired();
    const next = (await token({ refreshToken: grant.refreshToken })).json() as TokenGrant;
    expect((await connect(next.token)).ended).toBe("connected");
    const copy = await token({ refreshToken: grant.refreshToken });
    expect(copy.json()).toMatchObject({ code: "CT_ERR_DISPLAY_ENDED" });
    expect((await connect(next.token)).ended).not.toBe("connected");
    const shown = await asKey(tower.app, "GET", `/api/v1/displays/${view.id}`);
    expect(shown.json()).toMatchObject({ state: "revoked", revokedBy: "system" });
  });

  test("is changed by two servers at once, and both changes hold", async () => {
    const { view } = await paired();
    const path = `/api/v1/displays/${view.id}`;
    const other = await fakeTower({}, false, undefined, tower);
    expect((await asKey(tower.app, "PATCH", path, { name: "Hall North" })).statusCode).toBe(200);
    const answer = await asKey(other.app, "PATCH", path, { settings: { layout: "dock" } });
    expect(answer.json()).toMatchObject({ name: "Hall North", settings: { layout: "dock" } });
    await other.app.close();
  });

  test("is ended by one server though another has just changed it", async () => {
    const { grant, view } = await paired();
    const path = `/api/v1/displays/${view.id}`;
    const other = await fakeTower({}, false, undefined, tower);
    expect((await asKey(other.app, "PATCH", path, { name: "Hall South" })).statusCode).toBe(200);
    expect((await asKey(tower.app, "DELETE" as never, path)).statusCode).toBe(204);
    expect((await asKey(tower.app, "GET", path)).json()).toMatchObject({
      name: "Hall South",
      state: "revoked",
    });
    expect((await token({ refreshToken: grant.refreshToken })).statusCode).toBe(401);
    await other.app.close();
  });

  test("hears at once what is changed of it, and is out within 5 s of its end", async () => {
    const { grant, view } = await paired();
    const { socket } = await connect(grant.token);
    const heard: string[] = [];
    socket.on("display:command", (command: DisplayCommand) => heard.push(command.command));
    socket.on("session:ended", ({ reason }) => heard.push(String(reason)));
    await socket.timeout(5_000).emitWithAck("board:open", { site: "BER1", view: "wall" });
    const path = `/api/v1/displays/${view.id}`;
    const order = (body: object) => asKey(tower.app, "POST", `${path}/commands`, body);
    await asKey(tower.app, "PATCH", path, { settings: { layout: "dock" } });
    await order({ command: "reload" });
    await order({ command: "next" });
    await order({ command: "blank", blank: true });
    await order({ command: "message", text: "Fire drill at 15:00" });
    await until(() => heard.length >= 6);
    expect(heard).toEqual(["layout", "layout", "reload", "next", "blank", "layout"]);
    const endedAt = Date.now();
    expect((await asKey(tower.app, "DELETE" as never, path)).statusCode).toBe(204);
    await until(() => heard.includes("revoked"), 5_000);
    expect(Date.now() - endedAt).toBeLessThan(5_000);
    expect((await connect(grant.token)).ended).not.toBe("connected");
    expect((await token({ refreshToken: grant.refreshToken })).statusCode).toBe(401);
    expect((await order({ command: "next" })).statusCode).toBe(409);
  });

  test("tells of itself, and its picture is there for who may steer it", async () => {
    const { grant, view } = await paired();
    const { socket } = await connect(grant.token);
    const report = {
      slide: "trucks",
      state: "live",
      dataAgeMs: 400,
      build: "b1",
      width: 1920,
      height: 1080,
      upMs: 5_000,
      heapMb: 42,
      errors: [],
      frame: { width: 1920, height: 1080, boxes: [{ x: 0, y: 0, w: 1000, h: 80, text: "TRUCKS" }] },
    };
    const tell = (body: object) => socket.timeout(5_000).emitWithAck("display:report", body);
    expect(await tell(report)).toEqual({ ok: true });
    const codeOf = async (body: object): Promise<unknown> => (await tell(body)).problem?.code;
    expect(await codeOf({ ...report, upMs: 5_001 })).toBe("CT_ERR_TOO_MANY_REQUESTS");
    expect(await codeOf({ ...report, owner: "x" })).toBe("CT_ERR_INVALID");
    const path = `/api/v1/displays/${view.id}`;
    expect((await asKey(tower.app, "GET", path)).json()).toMatchObject({
      state: "live",
      report: { slide: "trucks", heapMb: 42 },
    });
    expect((await asKey(tower.app, "GET", `${path}/frame`)).json()).toMatchObject({
      frame: { boxes: [{ text: "TRUCKS" }] },
    });
  });

  test("shows what its lead tells until that is over", async () => {
    const path = "/api/v1/displays/notice?site=BER1";
    const put = (body: object) => asKey(tower.app, "PUT" as never, path, body);
    const until = new Date(Date.now() + 60_000).toISOString();
    expect((await put({ text: "Overtime today: 2 h", until })).json()).toMatchObject({ until });
    expect(tower.app.displays.book.notice("BER1", Date.now())?.text).toBe("Overtime today: 2 h");
    expect(tower.app.displays.book.notice("BER1", Date.now() + 61_000)).toBeNull();
    expect((await put({ text: null })).json()).toMatchObject({ text: null });
  });
});

test("a hall of screens may ask at once from one address, a flood may not", async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => wall("203.0.113.9").ask("POST", "/api/v1/displays", {})),
  );
  const taken = answers.filter(({ statusCode }) => statusCode === 201).length;
  expect(taken).toBe(30);
  expect(answers.at(-1)?.headers["retry-after"]).toBeDefined();
});
