import { EventEmitter } from "node:events";
import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { effectScope, type EffectScope } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TowerSocket } from "../../../client/realtime/socket.ts";
import { useSessionFeed } from "../../../client/realtime/useSessionFeed.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "../inbox/an-incident.ts";

const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
const view = (name: string, role = "lead") => ({
  name,
  role,
  permissions: ["board:read"],
  sites,
  demo: false,
});

function aSocket() {
  const disconnect = vi.fn();
  const parts = { connected: false, active: true, io: new EventEmitter(), connect: vi.fn() };
  return Object.assign(new EventEmitter(), parts, { disconnect });
}

let sockets: ReturnType<typeof aSocket>[];
let scope: EffectScope;
let feed: ReturnType<typeof useSessionFeed>;
beforeEach(async () => {
  setActivePinia(createPinia());
  sockets = [];
  useSession().enter(view("ana"));
  scope = effectScope();
  scope.run(() => {
    feed = useSessionFeed(() => {
      const socket = aSocket();
      sockets.push(socket);
      return socket as unknown as TowerSocket;
    });
  });
  useBoard().rows.set("SO-1", aRow({ id: "SO-1" }));
  useIncidents().clear("BER1");
  useIncidents().load([anIncident({ id: "INC-1" })], 1);
  await flushPromises();
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

const left = () => [useBoard().rows.size, useIncidents().all.size, feed.turn.value];

test.each([
  ["as another person", view("bo")],
  ["in another role", view("ana", "viewer")],
])("whoever is here next, %s, begins with nothing of what was shown before", async (_how, next) => {
  expect(left()).toEqual([1, 1, 0]);
  useSession().enter(next);
  await flushPromises();
  expect(left()).toEqual([0, 0, 1]);
  expect(sockets).toHaveLength(2);
  expect(sockets[0]?.disconnect).toHaveBeenCalled();
});

test("the same person in other sites, or after logging in again, goes on", async () => {
  useSession().enter({ ...view("ana"), sites: [...sites] });
  await flushPromises();
  expect(left()).toEqual([1, 1, 0]);
  useSession().leave("idle");
  await flushPromises();
  useSession().enter(view("ana"));
  await flushPromises();
  expect(feed.turn.value).toBe(0);
});

test("a page that another person took over says so", async () => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(view("bo"))));
  sockets[0]?.emit("session:ended", { reason: "revoked" });
  await flushPromises();
  expect(useSession().view?.name).toBe("bo");
  expect(useToasts().errors[0]?.text).toContain("bo has logged in in this browser");
});
