/** What the buttons of a playbook do: something to its orders, a page, a question of the incident, or a text that is written first. Pure. */
import type { Static } from "typebox";
import {
  MEMBER_ACTIONS,
  type MemberAction,
  type PlaybookStepView,
} from "../../domain/contract/incidents.ts";
import type { Asking } from "./IncidentForms.vue";

export type Step = Static<typeof PlaybookStepView>;

const PLACES: Readonly<Record<string, string>> = {
  trucks: "/trucks",
  "what-if": "/trucks",
  plan: "/plan",
};
const ASKED: readonly Asking[] = ["assign", "escalate"];

export type Run =
  | { is: "orders"; name: MemberAction; body: Readonly<Record<string, unknown>> }
  | { is: "place"; path: string }
  | { is: "ask"; what: Asking };

/** Null where there is nothing to press, or a text to write first. */
export function runOf({ button }: Step): Run | null {
  const does = button?.does ?? "";
  const path = PLACES[does];
  if (path !== undefined) return { is: "place", path };
  const name = MEMBER_ACTIONS.find((one) => does === `orders/${one}`);
  if (name !== undefined) return { is: "orders", name, body: button?.with ?? {} };
  const what = ASKED.find((one) => one === does);
  return what === undefined ? null : { is: "ask", what };
}

/** A note or a message begins with a draft; null: it is no text. */
export function draftOf({ button }: Step): string | null {
  const text = button?.with?.["text"];
  return typeof text === "string" ? text : null;
}

/** `To the carrier: where are they?`; null where the text is no message. */
export function writtenWords({ button }: Step, text: string): string | null {
  return button?.does === "message" ? `To the ${String(button.with?.["to"])}: ${text}` : null;
}
