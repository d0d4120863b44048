/** A browser has one session for all its pages: who logs in in one of them takes over the others. */
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { DEMO_USERS } from "../../../domain/permissions.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { aPerson, type Person } from "./person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let tower: FakeTower;
let url: string;
let socket: Socket | undefined;
beforeAll(async () => {
  tower = await fakeTower();
  url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => void socket?.disconnect());
afterAll(() => tower.app.close());

const logIn = (person: Person, name: string) =>
  person.login(name, DEMO_USERS.find((user) => user.name === name)?.password ?? "");

/** A page of the lead. */
async function pageOfLead(person: Person): Promise<Socket> {
  await logIn(person, "lead");
  const extraHeaders = { cookie: person.cookie() };
  const page = io(url, { transports: ["websocket"], reconnection: false, extraHeaders });
  socket = page;
  await new Promise<void>((resolve) => page.once("connect", resolve));
  return page;
}

test.each([
  ["coordinator", "logged-out"],
  ["lead", "shutdown"],
])("a page of the lead is told, when the %s logs in beside it: %s", async (name, reason) => {
  const person = aPerson(tower.app);
  const page = await pageOfLead(person);
  const ended = new Promise<unknown>((resolve) => page.once("session:ended", resolve));
  await logIn(person, name);
  expect(await ended).toEqual({ reason });
});
