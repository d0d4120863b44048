/** The matrix on sockets: every event x everybody x a site of one's own, another and none; rooms that cannot be guessed; grants that change under an open board. */
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { BoardOpen, BoardOpened } from "../../domain/contract/realtime.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { aRow } from "../support/board-rows.ts";
import { aChange } from "../support/changes.ts";
import { anIncident } from "../support/incidents.ts";
import { SOCKET_OPERATIONS } from "../../domain/permissions.ts";
import { BEARER, fakeTower } from "./fake-app.ts";
import { until } from "./live-stand.ts";
import { mayRole } from "./matrix/asks.ts";
import { SOCKET_EXPECTED } from "./matrix/expected.ts";
import { createWorld, type SiteName, type Subject, type World } from "./matrix/world.ts";

// a grant that changed may take five seconds to be felt
vi.setConfig({ testTimeout: 20_000 });

let world: World;
let url: string;
const open: Socket[] = [];
beforeAll(async () => {
  world = await createWorld();
  url = await world.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(() => world.app.close());

type Ended = "connected" | "refused";

function connect(headers: Record<string, string>, auth: object = {}): Promise<[Socket, Ended]> {
  const { authorization, cookie } = headers;
  const token = authorization === undefined ? {} : { token: authorization.slice(7) };
  const socket = io(url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    auth: { ...auth, ...token },
    ...(cookie !== undefined && { extraHeaders: { cookie } }),
  });
  open.push(socket);
  return new Promise((resolve) => {
    socket.once("connect", () => resolve([socket, "connected"]));
    socket.once("connect_error", () => resolve([socket, "refused"]));
  });
}

const send = (socket: Socket, event: string, body: unknown): Promise<BoardOpened> =>
  socket.timeout(5_000).emitWithAck(event, body) as Promise<BoardOpened>;
const openBoard = (socket: Socket, request: BoardOpen): Promise<BoardOpened> =>
  send(socket, "board:open", request);

const named = (name: string): Subject => {
  const found = world.subjects.find((subject) => subject.name === name);
  if (found === undefined) throw new Error(`there is nobody called ${name}`);
  return found;
};
const codeOf = (answer: BoardOpened): string => (answer.ok ? "ok" : answer.problem.code);

function may(operation: keyof typeof SOCKET_EXPECTED, subject: Subject): boolean {
  const { roles, scope } = SOCKET_EXPECTED[operation];
  return subject.role === undefined
    ? (subject.scopes ?? []).includes(scope)
    : mayRole(roles, subject.role);
}

let nextSeq = 100;
/** One commit at a site: every board of it is to hear of it. */
function commit(site: SiteName, incidents: Incident[] = []): string {
  const board = world.tower.boards.get(site);
  const seq = nextSeq++;
  const id = `SO-PUSHED-${site}-${seq}`;
  board?.apply({
    seq,
    epoch: board.view.epoch,
    ...aChange({
      at: Date.now(),
      rows: [aRow({ id, v: seq, owner: "MARK-PERSON", station: `MARK-${site}` })],
      cursor: `${seq}-0`,
      ...(incidents !== undefined && { incidents }),
    }),
  });
  return id;
}

/** All that a socket is sent, as text. */
function listen(socket: Socket): string[] {
  const frames: string[] = [];
  socket.onAny((event: string, body: unknown) => frames.push(`${event} ${JSON.stringify(body)}`));
  return frames;
}

const REPORT = {
  slide: "trucks",
  state: "live",
  dataAgeMs: 0,
  build: "",
  width: 1920,
  height: 1080,
  upMs: 1,
  heapMb: null,
  errors: [],
};

const HAVE = { epoch: "e1", seq: 0 };
/** What is sent, and the field that does not fit; `""` is the payload itself. */
const MISFITS: [event: string, args: unknown[], path: string][] = [
  ["board:open", [], ""],
  ["board:open", [null], ""],
  ["board:open", ["BER1"], ""],
  ["board:open", [{}], "/site"],
  ["board:open", [{ site: 5 }], "/site"],
  ["board:open", [{ site: "BER1", view: "floor" }], "/view"],
  ["board:open", [{ site: "BER1", have: 7 }], "/have"],
  ["board:open", [{ site: "BER1", have: { epoch: "e1" } }], "/have/seq"],
  ["board:open", [{ site: "BER1", have: { ...HAVE, seq: "3" } }], "/have/seq"],
  ["board:open", [{ site: "BER1", have: { ...HAVE, epoch: "x".repeat(65) } }], "/have/epoch"],
  ["board:open", [{ site: "BER1", rooms: [] }], "/rooms"],
  ["board:open", [{ site: "\ud800" }], "/site"],
  ["board:open", [{}, "more"], "/site"],
  ["board:close", [7], ""],
  ["board:close", [{ site: ["BER1"] }], "/site"],
  ["presence:look", [], ""],
  ["presence:look", [{ orderId: 5 }], "/orderId"],
  ["presence:look", [{ customer: "x" }], "/customer"],
  ["display:report", [], ""],
  ["display:report", [{ ...REPORT, width: "wide" }], "/width"],
];

test.each(MISFITS)("%s of %j is answered with the field that does not fit", async (...misfit) => {
  const [event, args, path] = misfit;
  const [socket] = await connect(named("lead@BER1").headers());
  const answer = (await socket.timeout(5_000).emitWithAck(event, ...args)) as BoardOpened;
  expect(answer).toMatchObject({ ok: false, problem: { status: 422, code: "CT_ERR_INVALID" } });
  expect(answer.ok ? [] : answer.problem.errors.map((error) => error.path)).toEqual([path]);
});

test("an event that there is not is answered too, and nothing between payload and call is read", async () => {
  const [socket] = await connect(named("lead@BER1").headers());
  for (const event of ["board:rows", "subscribe", "constructor", "__proto__"])
    expect([event, codeOf(await send(socket, event, { site: "BER1" }))]).toEqual([
      event,
      "CT_ERR_NOT_FOUND",
    ]);
  const more = await socket.timeout(5_000).emitWithAck("board:close", { site: "BER1" }, 1, [2]);
  expect(more).toEqual({ ok: true });
});

test("every event answers everybody as it must", async () => {
  const wrong: unknown[] = [];
  let cases = 0;
  const expectThat = (subject: Subject, what: string, seen: unknown, must: unknown): void => {
    cases += 1;
    if (JSON.stringify(seen) !== JSON.stringify(must)) wrong.push([subject.name, what, seen, must]);
  };
  for (const subject of world.subjects) {
    const isIn = ["person", "machine", "display"].includes(subject.kind);
    const [socket, ended] = await connect(subject.headers());
    expectThat(subject, "connect", ended, isIn ? "connected" : "refused");
    if (!isIn) continue;
    const other: SiteName = subject.home === "BER1" ? "NYC1" : "BER1";
    const mayOpen = may("board:open", subject);
    for (const view of ["board", "wall", "trucks"] as const)
      for (const [site, must] of [
        [subject.home, "ok"],
        [other, "CT_ERR_NOT_FOUND"],
        ["NOPE1", "CT_ERR_NOT_FOUND"],
      ] as const) {
        const answer = await openBoard(socket, { site, view });
        const isShown = mayOpen && (subject.kind !== "display" || view === "wall");
        expectThat(subject, `open ${site}`, codeOf(answer), isShown ? must : "CT_ERR_FORBIDDEN");
        if (site !== subject.home)
          expectThat(subject, "leak", JSON.stringify(answer).includes(world.mark(other)), false);
      }
    const codeWhen = (isDone: boolean): string => (isDone ? "ok" : "CT_ERR_FORBIDDEN");
    for (const site of [subject.home, other, "NOPE1"]) {
      const closed = codeOf(await send(socket, "board:close", { site }));
      expectThat(subject, "close", closed, codeWhen(may("board:close", subject)));
    }
    const look = await send(socket, "presence:look", { orderId: "SO-TWIN" });
    expectThat(subject, "look", codeOf(look), codeWhen(may("presence:look", subject)));
    // only a wall has anything to tell of itself
    const told = await send(socket, "display:report", REPORT);
    expectThat(subject, "report", codeOf(told), codeWhen(subject.kind === "display"));
    socket.disconnect();
  }
  expect(wrong).toEqual([]);
  expect(cases).toBeGreaterThan(500);
}, 60_000);

test("a server whose table names an event that nothing answers does not start", async () => {
  const table: Record<string, string> = SOCKET_OPERATIONS;
  table["secret:read"] = "board:read";
  await expect(fakeTower()).rejects.toThrow("Socket events secret:read differ from the table");
  delete table["secret:read"];
});

test("a site of others and one that is nowhere are refused in the same words", async () => {
  const [socket] = await connect(named("lead@NYC1").headers());
  const [foreign, missing] = [
    await openBoard(socket, { site: "BER1" }),
    await openBoard(socket, { site: "NOPE1" }),
  ];
  expect(foreign).toEqual(missing);
});

const EVENTS = ["join", "subscribe", "room", "board:join", "board:rows", "board:delta", "to", "in"];
const NAMES = ["BER1", "rows:full:BER1", "rows:reduced:BER1", "pulse:BER1", "/BER1", "*", "ber1"];
const FORGED: object[] = [
  { site: "BER1" },
  { sites: "all" },
  { principal: { kind: "machine", sites: "all", permissions: ["board:read"] } },
  { sessionKey: "ct:session:x", role: "admin" },
  { pid: "x", offset: "1-1" },
  { rooms: ["rows:full:BER1"] },
];

/** 500 wishes of a client to be where it may not be. */
function guess(socket: Socket): number {
  let count = 0;
  for (const event of EVENTS)
    for (const name of NAMES)
      for (const body of [name, [name], { room: name }, { site: name }, { rooms: [name] }]) {
        socket.emit(event, body);
        count += 1;
      }
  for (const name of NAMES)
    for (const event of ["board:open", "board:close", "presence:look"])
      for (const body of [{ site: name }, { site: [name] }, { site: name, view: "board" }, name]) {
        socket.emit(event, body, () => undefined);
        count += 1;
      }
  for (let number = 0; count < 500; number += 1, count += 1)
    socket.emit("board:open", { site: `BER${number}` }, () => undefined);
  return count;
}

test("no guess of a room, no forged credential and no replayed place shows a frame of another site", async () => {
  const intruders = await Promise.all(
    ["admin@NYC1", "key of everything@NYC1", "viewer@NYC1"].flatMap((name) =>
      FORGED.map(async (auth) => (await connect(named(name).headers(), auth))[0]),
    ),
  );
  const forgedAlone = await Promise.all(FORGED.map((auth) => connect({}, auth)));
  expect(forgedAlone.map(([, ended]) => ended)).toEqual(FORGED.map(() => "refused"));
  const [insider] = await connect(named("lead@BER1").headers());
  await openBoard(insider, { site: "BER1" });
  const heard = listen(insider);
  const frames = intruders.map(listen);
  for (const socket of intruders) expect(guess(socket)).toBeGreaterThanOrEqual(500);
  for (const socket of intruders) await openBoard(socket, { site: "NYC1" });
  for (let round = 0; round < 4; round += 1) {
    const id = commit("BER1");
    await until(() => heard.some((frame) => frame.includes(id)));
  }
  await until(() => frames.every((list) => list.some((frame) => frame.startsWith("tower:pulse"))));
  const leaked = frames.flat().filter((frame) => frame.includes("BER1"));
  expect(leaked).toEqual([]);
}, 30_000);

test("viewers, walls and plain keys are pushed no owner", async () => {
  const names = ["viewer@BER1", "wall@BER1", "key board:read@BER1", "lead@BER1"];
  const frames = new Map<string, string[]>();
  for (const name of names) {
    const [socket] = await connect(named(name).headers());
    await openBoard(socket, { site: "BER1" });
    frames.set(name, listen(socket));
  }
  const id = commit("BER1");
  const deltaOf = (name: string) => frames.get(name)?.find((frame) => frame.includes(id));
  await until(() => names.every((name) => deltaOf(name) !== undefined));
  expect(names.map((name) => deltaOf(name)?.includes("MARK-PERSON"))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test("incidents are pushed to those who may read them", async () => {
  const names = ["viewer@BER1", "key of everything@BER1", "key board:read@BER1"];
  const frames = new Map<string, string[]>();
  for (const name of names) {
    const [socket] = await connect(named(name).headers());
    await openBoard(socket, { site: "BER1" });
    frames.set(name, listen(socket));
  }
  const id = commit("BER1", [anIncident({ id: "INC-77", v: nextSeq })]);
  await until(() => [...frames.values()].every((told) => told.some((one) => one.includes(id))));
  await until(() => frames.get("viewer@BER1")?.some((one) => one.includes("INC-77")) === true);
  const told = names.filter((name) => frames.get(name)?.some((one) => one.includes("INC-77")));
  expect(told).toEqual(["viewer@BER1", "key of everything@BER1"]);
});

describe("grants that change under an open board", () => {
  async function change(path: string, payload: object): Promise<void> {
    const answer = await world.app.inject({
      method: "PATCH",
      url: `/api/v1/${path}`,
      headers: BEARER,
      payload,
    });
    expect([answer.statusCode, answer.body]).toEqual([200, answer.body]);
  }
  const idOf = (subject: Subject): string =>
    subject.headers()["authorization"]?.slice(10, 22) ?? "";

  async function watch(name: string) {
    const subject = named(name);
    await subject.renew();
    const [socket] = await connect(subject.headers());
    expect((await openBoard(socket, { site: subject.home })).ok).toBe(true);
    const frames = listen(socket);
    const ended: string[] = [];
    socket.on("session:ended", ({ reason }: { reason: string }) => ended.push(reason));
    return { socket, frames, ended };
  }

  /** It hears nothing more of the site, though it happens, and is still there. */
  async function expectLost(socket: Socket, frames: string[], site: SiteName): Promise<void> {
    const begun = Date.now();
    await until(() => {
      const recent = frames.splice(0);
      return Date.now() - begun > 2_500 && recent.every((frame) => !frame.includes(site));
    }, 5_000);
    commit(site);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(frames.filter((frame) => frame.includes(site))).toEqual([]);
    expect(socket.connected).toBe(true);
    expect(codeOf(await openBoard(socket, { site }))).toBe("CT_ERR_NOT_FOUND");
  }

  test("a person who lost the site is pushed nothing of it any more", async () => {
    const { socket, frames } = await watch("coordinator@BER1");
    await change("users/coordinator-of-ber1", { sites: ["NYC1"] });
    await expectLost(socket, frames, "BER1");
    expect((await openBoard(socket, { site: "NYC1" })).ok).toBe(true);
  });

  test("a key that lost the site is pushed nothing of it any more", async () => {
    const { socket, frames } = await watch("key board:read@BER1");
    await change(`keys/${idOf(named("key board:read@BER1"))}`, { sites: ["NYC1"] });
    await expectLost(socket, frames, "BER1");
  });

  test("another role ends the socket", async () => {
    const { ended, socket } = await watch("associate@BER1");
    await change("users/associate-of-ber1", { role: "viewer" });
    await until(() => ended.length > 0 && !socket.connected, 5_000);
    expect(ended).toEqual(["revoked"]);
  });

  test("a disabled person's sockets end", async () => {
    const { ended, socket } = await watch("auditor@BER1");
    await change("users/auditor-of-ber1", { disabled: true });
    await until(() => ended.length > 0 && !socket.connected, 5_000);
  });

  test("a key that may see people no more, or the board no more, is ended", async () => {
    const { ended } = await watch("key of everything@BER1");
    await change(`keys/${idOf(named("key of everything@BER1"))}`, { scopes: ["board:read"] });
    await until(() => ended.length > 0, 5_000);
    const second = await watch("key keys:manage@NYC1");
    await change(`keys/${idOf(named("key keys:manage@NYC1"))}`, { scopes: ["orders:read"] });
    await until(() => second.ended.length > 0, 5_000);
  });

  test("a key's time that is over ends its sockets", async () => {
    const { ended } = await watch("key users:manage@NYC1");
    const soon = new Date(Date.now() + 300).toISOString();
    await change(`keys/${idOf(named("key users:manage@NYC1"))}`, { expiresAt: soon });
    await until(() => ended.length > 0, 5_000);
    expect(ended).toEqual(["revoked"]);
  });
});
