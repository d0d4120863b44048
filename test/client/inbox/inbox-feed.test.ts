/** The inbox stays true through short interruptions: what was read and what is told leave nothing out between them. */
import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { effectScope, nextTick, type EffectScope } from "vue";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { useInboxFeed } from "../../../client/inbox/useInbox.ts";
import { createBoardOpener } from "../../../client/realtime/board-opener.ts";
import type { TowerSocket } from "../../../client/realtime/socket.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { IncidentView } from "../../../domain/contract/incidents.ts";
import { anIncident } from "./an-incident.ts";

let items: IncidentView[];
let seq: number;
let scope: EffectScope;

beforeEach(() => {
  setActivePinia(createPinia());
  [items, seq] = [[anIncident({ id: "INC-1", v: 7 })], 9];
  vi.stubGlobal(
    "fetch",
    async () => new Response(JSON.stringify({ items, next: null, seq }), { status: 200 }),
  );
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: ["incidents:read"], sites, demo: false });
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

const shown = () => [...useIncidents().all.keys()];
async function begin(): Promise<void> {
  scope.run(() => useInboxFeed());
  await flushPromises();
}
/** As when the socket was gone for a moment, or a delta was missed: too short for the page not to be live. */
async function openAgain(): Promise<void> {
  for (const isCaughtUp of [false, true]) {
    useConnection().report({ isCaughtUp });
    await nextTick();
  }
  await flushPromises();
}

test("it is read again whenever the board was opened anew", async () => {
  await begin();
  expect(shown()).toEqual(["INC-1"]);
  items.push(anIncident({ id: "INC-2", v: 12 }));
  await openAgain();
  expect(shown()).toEqual(["INC-1", "INC-2"]);
});

describe("what is not in the list any more is over", () => {
  test("also the last one, and the one that changed last", async () => {
    items = [anIncident({ id: "INC-1", v: 7 }), anIncident({ id: "INC-2", v: 5 })];
    await begin();
    items = items.slice(1);
    await openAgain();
    expect(shown()).toEqual(["INC-2"]);
    items = [];
    await openAgain();
    expect(shown()).toEqual([]);
  });

  test("but for what was told after the list was true", async () => {
    await begin();
    useIncidents().take({ site: "BER1", incident: anIncident({ id: "INC-3", v: 10 }) });
    await openAgain();
    expect(shown()).toEqual(["INC-1", "INC-3"]);
  });

  test("by a server that does not say up to when its list is true as far as its entries tell", async () => {
    items = [anIncident({ id: "INC-1", v: 7 }), anIncident({ id: "INC-2", v: 5 })];
    Object.assign(globalThis, {
      fetch: async () => new Response(JSON.stringify({ items, next: null })),
    });
    await begin();
    items = items.slice(0, 1);
    await openAgain();
    expect(shown()).toEqual(["INC-1"]);
  });
});

test("after another generation of numbers, smaller ones than those before count", async () => {
  await begin();
  const snapshot = { rows: [], more: false, total: 0, metrics: {}, pickups: [] };
  const answer = { ok: true, epoch: "b", seq: 2, protocol: 11, snapshot };
  const socket = {
    connected: true,
    timeout: () => ({ emitWithAck: async () => answer }),
  } as unknown as TowerSocket;
  const opener = createBoardOpener(socket, () => "BER1");
  const board = useBoard();
  board.clear("BER1");
  board.load({ epoch: "a", seq: 9 }, snapshot as never);
  useConnection().report({ isCaughtUp: true });
  await flushPromises();
  [items, seq] = [[anIncident({ id: "INC-1", v: 2, title: "as it is now" })], 2];
  await opener.open();
  await flushPromises();
  expect(useIncidents().all.get("INC-1")?.title).toBe("as it is now");
});
