import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import OrderPromises from "../../../client/order/OrderPromises.vue";
import type { OrderView } from "../../../client/order/order-view.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aDeadline, at, aView } from "./builders.ts";

const format = createSiteFormat("Europe/Berlin");
const shown = (change: Partial<OrderView>) =>
  mount(OrderPromises, { props: { view: aView(change), format, now: at(60) } });
const forecast = {
  p: 0.87,
  likelihood: "very likely",
  words: "Very likely to miss its ship-by: 87 %",
  reasons: ["142 orders ahead in packing", "On hold, expected until 14:00"],
  at: at(58),
} as const;

test("the risk is a word first, a number second, with its reasons and its age", () => {
  const page = shown({ forecast: { ...forecast, reasons: [...forecast.reasons] } });
  const text = page.get("[data-testid=order-forecast]").text();
  expect(text).toContain("Very likely to miss its ship-by: 87 %");
  expect(text).toContain("142 orders ahead in packing");
  expect(text).toContain("forecast 2 min ago");
});

test("a reason that the drawer gives above is not said twice", () => {
  const reasons = ["142 orders ahead in packing"];
  const page = shown({ forecast: { ...forecast, reasons: [...forecast.reasons] }, reasons });
  const text = page.get("[data-testid=order-forecast]").text();
  expect(text).not.toContain("142 orders");
  expect(text).toContain("On hold");
});

test("without a forecast nothing is said of one", () => {
  expect(shown({}).find("[data-testid=order-forecast]").exists()).toBe(false);
});

test("our own clock stands beside the promise, and says when it is paused", () => {
  const ours = aDeadline({ name: "ship by, our clock", state: "paused", how: ["On hold."] });
  const text = shown({ deadlines: [aDeadline(), ours] }).text();
  expect(text).toContain("ship by, our clock");
  expect(text).toContain("‖ paused while on hold");
});
