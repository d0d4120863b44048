/** The playbook of an incident with what was done of it: each step a button, or something to be found out and written down. */
import type { Static } from "typebox";
import type { PlaybookStepView } from "../../domain/contract/incidents.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { playbookOf } from "../../domain/incidents/playbooks.ts";
import type {
  PlaybookAction,
  PlaybookStep,
  Recipient,
} from "../../domain/incidents/playbooks/step.ts";

type StepView = Static<typeof PlaybookStepView>;
type Button = NonNullable<StepView["button"]>;

const filled = (text: string, { orders, title }: Incident): string =>
  text.replaceAll("{orders}", orders.join(", ")).replaceAll("{title}", title);

const PLAIN: Readonly<Record<string, Button>> = {
  expedite: { label: "Expedite them", does: "orders/expedite" },
  assign: { label: "Give it to somebody", does: "assign" },
  truck: { label: "Open the trucks", does: "trucks" },
  "what-if": { label: "What if people moved", does: "what-if" },
};

const RECIPIENT_WORDS: Readonly<Record<Recipient, string>> = {
  customer: "the customer",
  carrier: "the carrier",
  provider: "the provider",
  shop: "the shop",
  lead: "the lead",
  purchasing: "purchasing",
  it: "IT",
};

function buttonOf(action: PlaybookAction, incident: Incident): Button | null {
  switch (action.do) {
    case "record":
      return null;
    case "hold":
      return { label: "Hold them", does: "orders/hold", with: { code: action.code } };
    case "release":
      return { label: "Release all of them", does: "orders/release", with: { code: action.code } };
    case "note": {
      const text = filled(action.text, incident);
      return { label: "Note it at the orders", does: "orders/note", with: { text } };
    }
    case "message": {
      const { to } = action;
      const text = filled(action.text, incident);
      return { label: `Write to ${RECIPIENT_WORDS[to]}`, does: "message", with: { to, text } };
    }
    default:
      return PLAIN[action.do] ?? null;
  }
}

const stepView = ({ id, words, action }: PlaybookStep, incident: Incident): StepView => ({
  id,
  words: action.do === "record" ? `${words}. ${action.ask}` : words,
  button: buttonOf(action, incident),
  played: incident.played.findLast((one) => one.id === id) ?? null,
});

export function playbookView(incident: Incident): { title: string; steps: StepView[] } | null {
  const { code, steps } = playbookOf(incident);
  if (steps.length === 0) return null;
  const title = code.toLowerCase().replaceAll("_", " ");
  return { title, steps: steps.map((step) => stepView(step, incident)) };
}
