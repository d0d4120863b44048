/** A step of a playbook: something that the product does for whoever follows it, or something to be found out and written down. */

export type PlaybookAction =
  | { do: "hold" | "release"; code: string }
  | { do: "expedite" | "assign" | "truck" }
  /** what if people were moved to where it waits */
  | { do: "what-if" }
  /** written to somebody outside the product: `text` is the draft; `{orders}` and `{title}` are filled in */
  | { do: "message"; to: Recipient; text: string }
  /** `text` begins it, whoever notes it says the rest */
  | { do: "note"; text: string }
  /** `ask` is what is to be answered */
  | { do: "record"; ask: string };
export type Recipient = "customer" | "carrier" | "provider" | "shop" | "lead" | "purchasing" | "it";

/** `id` is unique within its playbook, and stays: what was played is kept under it. */
export type PlaybookStep = { id: string; words: string; action: PlaybookAction };

type Made = Omit<PlaybookStep, "id">;

export const record = (words: string, ask: string): Made => ({
  words,
  action: { do: "record", ask },
});
export const message = (to: Recipient, words: string, text: string): Made => ({
  words,
  action: { do: "message", to, text },
});
export const note = (words: string, text: string): Made => ({
  words,
  action: { do: "note", text },
});
export const hold = (words: string, code: string): Made => ({
  words,
  action: { do: "hold", code },
});
/** Takes the hold of that code away from those that have it. */
export const release = (words: string, code: string): Made => ({
  words,
  action: { do: "release", code },
});
const plain =
  (what: "expedite" | "assign" | "truck" | "what-if") =>
  (words: string): Made => ({ words, action: { do: what } });
export const expedite = plain("expedite");
export const assign = plain("assign");
export const truck = plain("truck");
export const whatIf = plain("what-if");

/** Steps are numbered by what they do: `message-1`, `record-2`. */
export function stepsOf(...made: readonly Made[]): PlaybookStep[] {
  return made.map((step, place) => ({ ...step, id: `${step.action.do}-${place + 1}` }));
}
