import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { useActionStore } from "../../../client/order/actions.ts";
import type { QueuedAction } from "../../../client/order/actions.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import NotLiveBar from "../../../client/ui/NotLiveBar.vue";

const action = (key: string): QueuedAction => ({
  site: "BER1",
  orderId: "SO-1",
  name: "expedite",
  body: {},
  key,
  by: "ana",
  state: "waiting",
});

test("what somebody did while nothing is live is said to be kept", async () => {
  setActivePinia(createPinia());
  const bar = mount(NotLiveBar);
  expect(bar.text()).not.toContain("kept");
  useActionStore().onTheirWay = [action("a")];
  await bar.vm.$nextTick();
  expect(bar.text()).toContain("1 action is kept");
  useActionStore().onTheirWay = [action("a"), action("b")];
  await bar.vm.$nextTick();
  expect(bar.text()).toContain("2 actions are kept");
  bar.unmount();
});

test.each([
  ["server", "the server is silent"],
  ["feed", "the server gets no data"],
  ["events", "new scans are not worked in"],
  ["line", "trying again"],
] as const)("what is broken is named: %s", (why, words) => {
  setActivePinia(createPinia());
  useConnection().freshness = { state: "stale", why, sinceAt: null, forMs: 6_000 };
  const bar = mount(NotLiveBar);
  expect(bar.text()).toContain(words);
  bar.unmount();
});
