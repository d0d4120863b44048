/** A webhook and its deliveries as the page shows them. Pure; instants are RFC 3339. */
import type { DeliveryView, WebhookView } from "../../domain/contract/webhooks.ts";
import { EFFECT_TYPES, type EffectType } from "../../domain/effects.ts";

export type WebhookAction = "deliveries" | "test" | "change" | "on" | "off" | "rotate" | "delete";

export const WEBHOOK_ACTION_WORDS: Readonly<Record<WebhookAction, string>> = {
  deliveries: "Last deliveries",
  test: "Send a test",
  change: "Name, address and choice",
  on: "Switch on",
  off: "Switch off",
  rotate: "New secret",
  delete: "Delete",
};

export const actionsForWebhook = ({ state }: Pick<WebhookView, "state">): WebhookAction[] =>
  state === "active"
    ? ["deliveries", "test", "change", "rotate", "off", "delete"]
    : ["deliveries", "change", "on", "rotate", "delete"];

export const STATE_WORDS: Readonly<Record<WebhookView["state"], string>> = {
  active: "",
  disabled: "switched off",
  gone: "its receiver said it is gone",
};

export const TYPE_WORDS: Readonly<Record<EffectType, string>> = {
  "order.received": "an order came in",
  "order.shipped": "an order is with the carrier",
  "order.delivered": "an order is delivered",
  "order.cancelled": "an order is cancelled",
  "order.at_risk": "an order is at risk",
  "order.late": "an order is late",
  "order.lost_cause": "no truck keeps an order's promise any more",
  "hold.placed": "a hold is placed",
  "hold.released": "a hold is released",
  "exception.raised": "an exception is raised",
  "exception.cleared": "an exception is cleared",
  "incident.opened": "an incident is opened",
  "incident.escalated": "an incident is escalated",
  "incident.acknowledged": "somebody takes an incident",
  "incident.resolved": "an incident is resolved",
};

/** `an order is late, a hold is placed`; of many the first and how many more. */
export function typeWords(types: readonly string[]): string {
  const words = types.map((type) => TYPE_WORDS[type as EffectType] ?? type);
  if (types.length === EFFECT_TYPES.length) return "everything";
  return words.length <= 3
    ? words.join(", ")
    : `${words.slice(0, 2).join(", ")} and ${words.length - 2} more`;
}

/** What was answered, or why nothing was. */
export function answerWords({ status, error }: Pick<DeliveryView, "status" | "error">): string {
  if (status !== null) return `answered ${status}`;
  return error ?? "no answer";
}

export const DELIVERY_WORDS: Readonly<Record<DeliveryView["state"], string>> = {
  delivered: "delivered",
  retrying: "tried again",
  dead: "given up",
};
