/** The way back from a wall, over HTTP with everything but Redis: one of several takes a task, photos are what they say, and strangers see neither. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../../domain/board.ts";
import type { WallSample } from "../../../domain/contract/walls.ts";
import { anOrderReceived } from "../../support/builders.ts";
import { aRow } from "../../support/board-rows.ts";
import { aJpeg, aPng } from "../../support/pictures.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey, type Person } from "../people/person.ts";

const folder = tempDir();
let tower: FakeTower;
let associate: Person;
let other: Person;
let viewer: Person;
let task: string;

const rowOf = (id: string): Row =>
  aRow({
    id,
    v: 1,
    sev: "at_risk",
    dueKind: "ship",
    stage: "picked",
    actBy: Date.now() + 600_000,
    pickup: { id: "A-20260302-1600", at: Date.now() + 1_800_000 },
  });

beforeAll(async () => {
  tower = await fakeTower({ CT_DATA_DIR: folder.path });
  tower.fill("BER1", [rowOf("SO-1"), rowOf("SO-2")]);
  for (const id of ["SO-1", "SO-2"]) {
    const event = anOrderReceived("9:00", {}, { orderId: id, site: "BER1" });
    const record = { v: 1, policy: 1, events: [event], sent: [] };
    tower.orders.set(`BER1/${id}`, { record, waiting: false, sealed: null, policy: null });
  }
  const login = async (name: string, role: string) => {
    const password = await addPerson(tower.app, { name, role, sites: ["BER1"] });
    const person = aPerson(tower.app);
    await person.login(name, password);
    return person;
  };
  associate = await login("anna", "associate");
  other = await login("bert", "associate");
  viewer = await login("vera", "viewer");
  task = sample().tasks[0]?.id ?? "";
});
afterAll(async () => {
  await tower.app.close();
  folder[Symbol.dispose]();
});

const sample = (): WallSample => tower.app.wallSamples.of("BER1", Date.now()) as WallSample;
const say = (who: Person, word: string) => who.ask("POST", `/api/v1/floor/tasks/${task}/${word}`);
const later = () => new Promise((resolve) => setTimeout(resolve, 1_000));

describe("a task of a wall", () => {
  test("is shown with its orders to who scans it, and to nobody without the right", async () => {
    const found = await associate.ask("GET", `/api/v1/floor/tasks/${task}`);
    expect(found.json()).toMatchObject({
      site: "BER1",
      task: { process: "pack", orders: 2, state: "open" },
      orders: ["SO-1", "SO-2"],
      by: null,
    });
    expect((await viewer.ask("GET", `/api/v1/floor/tasks/${task}`)).statusCode).toBe(403);
    expect((await associate.ask("GET", "/api/v1/floor/tasks/none")).statusCode).toBe(404);
  });

  test("belongs to the one of two who took it, and its orders with it", async () => {
    const answers = await Promise.all([say(associate, "take"), say(other, "take")]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
    const [mine] = answers;
    const winner = mine?.statusCode === 200 ? "anna" : "bert";
    const assigned = tower.taken.filter(({ event }) => event.type === "order.assigned");
    expect(assigned.map(({ event }) => event)).toMatchObject([
      { orderId: "SO-1", data: { assignee: winner }, source: `ui/${winner}` },
      { orderId: "SO-2", data: { assignee: winner } },
    ]);
    await later();
    expect(sample().tasks[0]?.state).toBe("taken");
    expect(JSON.stringify(sample())).not.toContain(winner);
    const loser = winner === "anna" ? other : associate;
    expect((await say(loser, "done")).json()).toMatchObject({
      code: "CT_ERR_CONFLICT",
      owner: winner,
    });
    const keeper = winner === "anna" ? associate : other;
    expect((await say(keeper, "leave")).json()).toMatchObject({
      task: { state: "open" },
      by: null,
    });
    expect(tower.audit.entries().some(({ what }) => what === "floor.take")).toBe(true);
  });

  test("that is said to be done is off the wall for a while, and noted at its orders", async () => {
    expect((await say(associate, "done")).json()).toMatchObject({ task: { state: "done" } });
    await later();
    expect(sample().tasks[0]?.state).toBe("done");
    const notes = tower.taken.filter(({ event }) => event.type === "note.added");
    expect(notes).toHaveLength(2);
    const quarter = Date.now() + 16 * 60_000;
    expect(tower.app.displays.book.said("BER1", task, quarter)).toBeUndefined();
  });
});

describe("a photo of damage", () => {
  const send = (who: Person, payload: Buffer, type: string) =>
    tower.app.inject({
      method: "POST",
      url: "/api/v1/orders/SO-1/photos",
      headers: { cookie: who.cookie(), "content-type": type },
      payload,
    });

  test("is kept without what its camera wrote beside it, and makes the order damaged", async () => {
    const answer = await send(associate, aJpeg(), "image/jpeg");
    expect(answer.statusCode).toBe(201);
    const { id } = answer.json() as { id: string };
    expect(answer.json()).toMatchObject({ width: 640, height: 480, by: "anna" });
    const shown = await other.ask("GET", `/api/v1/orders/SO-1/photos/${id}`);
    expect(shown.headers["content-type"]).toBe("image/jpeg");
    expect(shown.headers["x-content-type-options"]).toBe("nosniff");
    expect(shown.rawPayload.toString("latin1")).not.toContain("Xqz");
    const event = tower.taken.find((one) => one.event.type === "item.damaged")?.event;
    expect(event).toMatchObject({ orderId: "SO-1", data: { note: `photo ${id}` } });
    const { items } = (await associate.ask("GET", "/api/v1/orders/SO-1/photos")).json() as {
      items: unknown[];
    };
    expect(items).toHaveLength(1);
  });

  test("is read by nobody who is shown no people, nor as one of another order", async () => {
    const { items } = (await associate.ask("GET", "/api/v1/orders/SO-1/photos")).json() as {
      items: { id: string }[];
    };
    const path = `/photos/${items[0]?.id}`;
    expect((await viewer.ask("GET", `/api/v1/orders/SO-1${path}`)).statusCode).toBe(403);
    expect((await associate.ask("GET", `/api/v1/orders/SO-2${path}`)).statusCode).toBe(404);
  });

  test("that is none, too large or of another kind is refused, and nothing is kept", async () => {
    const codes = await Promise.all([
      send(associate, Buffer.from("<html>".repeat(50)), "image/jpeg"),
      send(associate, aPng(), "image/gif"),
      send(associate, Buffer.alloc(7 * 1024 * 1024, 1), "image/jpeg"),
      send(viewer, aPng(), "image/png"),
    ]);
    expect(codes.map(({ statusCode }) => statusCode)).toEqual([422, 415, 413, 403]);
    expect(await tower.app.displays.photos.list("BER1", "SO-1")).toHaveLength(1);
  });

  test("ends with the personal fields of its order", async () => {
    await send(associate, aPng(), "image/png");
    const { photos } = tower.app.displays;
    expect(await photos.list("BER1", "SO-1")).toHaveLength(2);
    await photos.forget("BER1", "SO-1");
    expect(await photos.list("BER1", "SO-1")).toEqual([]);
    await send(associate, aPng(), "image/png");
    const [site] = tower.app.sites.all();
    await photos.sweep([{ ...site!, personalDays: 1 }]);
    expect(await photos.list("BER1", "SO-1")).toHaveLength(1);
    await photos.sweep([{ ...site!, personalDays: -1 }]);
    expect(await photos.list("BER1", "SO-1")).toEqual([]);
  });

  test("ends also when the first erasure failed between the fields and it", async () => {
    await send(associate, aPng(), "image/png");
    const before = { site: "BER1", id: "SO-1", customerOrder: null, personal: null, erasedAt: 1 };
    tower.app.personalData.find = async () => [before];
    const answer = await asKey(tower.app, "POST", "/api/v1/personal/erase", { orderId: "SO-1" });
    expect(answer.json()).toEqual({ erased: [], before: 1 });
    expect(await tower.app.displays.photos.list("BER1", "SO-1")).toEqual([]);
  });

  test("that cannot be ended keeps no other, and one that nobody knows ends too", async () => {
    const place = join(folder.path, "photos", "BER1");
    await send(associate, aPng(), "image/png");
    const { photos, store } = tower.app.displays;
    const facts = { type: "image/png", bytes: 1, width: 1, height: 1, by: "anna", at: 0 };
    await store.keepPhoto("BER1", "SO-0", "stuck", facts);
    mkdirSync(join(place, "stuck"), { recursive: true });
    writeFileSync(join(place, "stray.part"), "x");
    utimesSync(join(place, "stray.part"), 1, 1);
    const [site] = tower.app.sites.all();
    await photos.sweep([{ ...site!, personalDays: -1 }]);
    expect(await photos.list("BER1", "SO-1")).toEqual([]);
    expect(readdirSync(place)).toEqual(["stuck"]);
  });
});
