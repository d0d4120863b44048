import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test } from "vitest";
import { usePresence } from "../../../client/stores/presence.ts";

beforeEach(() => setActivePinia(createPinia()));

test("a page looks at a view and at an order of it; closing the order leaves the view", () => {
  const presence = usePresence();
  presence.lookAlso("viewId", "hall-a");
  presence.lookAlso("orderId", "SO-1");
  expect(presence.looking).toEqual({ viewId: "hall-a", orderId: "SO-1" });
  presence.lookAlso("orderId", "");
  expect(presence.looking).toEqual({ viewId: "hall-a" });
});

test("others are those who look at the same thing, without oneself, until they look away", () => {
  const presence = usePresence();
  presence.take({ site: "BER1", orderId: "x", who: ["ana", "bo"] });
  presence.take({ site: "BER1", viewId: "x", who: ["mia"] });
  expect(presence.others({ orderId: "x" }, "ana")).toEqual(["bo"]);
  expect(presence.others({ viewId: "x" }, "ana")).toEqual(["mia"]);
  expect(presence.others({ incidentId: "x" }, "ana")).toEqual([]);
  presence.take({ site: "BER1", orderId: "x", who: [] });
  expect(presence.others({ orderId: "x" }, "ana")).toEqual([]);
});
