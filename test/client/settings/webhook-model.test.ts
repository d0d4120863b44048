import { expect, test } from "vitest";
import {
  actionsForWebhook,
  answerWords,
  typeWords,
} from "../../../client/settings/webhook-model.ts";
import { EFFECT_TYPES } from "../../../domain/effects.ts";

test("what it is told of is said in words, of much how much more", () => {
  expect(typeWords(["order.late"])).toBe("an order is late");
  expect(typeWords(["order.late", "order.shipped", "hold.placed", "hold.released"])).toBe(
    "an order is late, an order is with the carrier and 2 more",
  );
  expect(typeWords(EFFECT_TYPES)).toBe("everything");
});

test("one that is off or gone is switched on, not tried", () => {
  expect(actionsForWebhook({ state: "active" })).toContain("test");
  for (const state of ["disabled", "gone"] as const) {
    expect(actionsForWebhook({ state })).toContain("on");
    expect(actionsForWebhook({ state })).not.toContain("test");
  }
});

test("an answer is its status, or why there was none", () => {
  expect(answerWords({ status: 503 })).toBe("answered 503");
  expect(answerWords({ status: null, error: "ECONNREFUSED" })).toBe("ECONNREFUSED");
  expect(answerWords({ status: null })).toBe("no answer");
});
