/** The actions on an order: their names, keys and fields, and when they make no sense and why. Pure; the server has the last word. */
import type { ActionName } from "../../domain/contract/api.ts";
import type { Order } from "../../domain/order.ts";
import type { Stage } from "../../domain/stages.ts";
import { bareHoldWords, holdWords } from "./hold-words.ts";

export type ActionField = {
  name: string;
  label: string;
  /** `from-now`: a choice of milliseconds, sent as the moment that they end */
  kind: "text" | "long-text" | "choice" | "from-now";
  isRequired: boolean;
  choices?: { value: string; label: string }[];
};

export type ActionSpec = {
  name: ActionName;
  label: string;
  /** as `ui/keys.ts` names it */
  key: string | null;
  /** none: it is sent at once */
  fields: ActionField[];
  /** takes something away: asks for a reason, stands apart */
  isDestructive: boolean;
};

export const text = (name: string, label: string, isRequired = false): ActionField => ({
  name,
  label,
  kind: "text",
  isRequired,
});

export const choice = (
  name: string,
  label: string,
  pairs: readonly (readonly [string, string])[],
): ActionField => ({
  name,
  label,
  kind: "choice",
  isRequired: true,
  choices: pairs.map(([value, shown]) => ({ value, label: shown })),
});

/** Codes of the contract, in the words of the floor. */
const HOLD_CODES = [
  ["HOLD_OPERATOR", "Operator"],
  ["HOLD_ADDRESS", "Address to check"],
  ["HOLD_CUSTOMER_REQUEST", "Customer asked"],
  ["HOLD_PAYMENT", "Payment open"],
  ["HOLD_FRAUD", "Fraud check"],
  ["HOLD_WEATHER", "Weather"],
  ["HOLD_EXCHANGE_RETURN", "Exchange: return awaited"],
  ["HOLD_FUTURE_DATE", "To be shipped later"],
] as const;

const HOUR = 3_600_000;
const REVIEWS = [
  [0, "when it is due as usual"],
  [HOUR, "in an hour"],
  [4 * HOUR, "in 4 hours"],
  [24 * HOUR, "in a day"],
  [48 * HOUR, "in 2 days"],
  [168 * HOUR, "in a week"],
] as const;

/** What a hold asks: why, and when somebody has to look at it again. */
export const holdFields = (): ActionField[] => [
  choice("code", "Reason", HOLD_CODES),
  text("reason", "In your words"),
  {
    name: "until",
    label: "Look at it again",
    kind: "from-now",
    isRequired: false,
    choices: REVIEWS.map(([ms, label]) => ({ value: ms === 0 ? "" : String(ms), label })),
  },
];

const CANCEL_REASONS = [
  ["customer_request", "Customer asked"],
  ["out_of_stock", "Out of stock"],
  ["fraud", "Fraud"],
  ["duplicate_order", "Ordered twice"],
  ["address_undeliverable", "Address cannot be reached"],
  ["other", "Other"],
] as const;

export const spec = (
  name: ActionName,
  label: string,
  key: string | null,
  fields: ActionField[],
  isDestructive = false,
): ActionSpec => ({
  name,
  label,
  key,
  fields,
  isDestructive,
});

const openHolds = (order: Order): string[] =>
  order.holds.filter(({ releasedAt }) => releasedAt === undefined).map(({ code }) => code);

const BEFORE_HAND_OVER: ReadonlySet<Stage> = new Set([
  "received",
  "backordered",
  "allocated",
  "released",
  "picking",
  "picked",
  "packing",
  "packed",
  "checked",
  "staged",
]);

function releaseFields(order: Order): ActionField[] {
  const codes = openHolds(order);
  return [
    choice(
      "code",
      "Hold",
      codes.map((code) => [code, holdWords(code)] as const),
    ),
    text("reason", "Why"),
  ];
}

/** The buttons of an order, in their order. `correct` is not among them: it belongs to one event. */
export function actionsOf(order: Order): ActionSpec[] {
  const isInside = BEFORE_HAND_OVER.has(order.stage);
  return [
    spec("assign", "Assign", "C", [text("assignee", "To whom", true)]),
    spec("hold", "Hold", "H", holdFields()),
    ...(openHolds(order).length > 0
      ? [spec("release", "Release", "Shift+H", releaseFields(order))]
      : []),
    spec("expedite", "Expedite", "P", []),
    spec("note", "Note", "N", [{ ...text("text", "Note", true), kind: "long-text" }]),
    spec(
      "cancel",
      isInside ? "Cancel…" : "Ask to intercept…",
      null,
      [choice("reason", "Reason", CANCEL_REASONS)],
      true,
    ),
  ];
}

/** The correction of one event: says that it did not happen. Its data can only be put right by the source that sent it. */
export const CORRECT: ActionSpec = spec(
  "correct",
  "Correct…",
  null,
  [
    choice("reason", "What is wrong", [
      ["did_not_occur", "It did not happen"],
      ["incorrect_data", "It happened, but its data is wrong"],
    ]),
  ],
  true,
);

/** Why `release` is not among the actions. */
export const NOT_HELD = "It is not on hold";

/** Why an action is of no use now, or null when it is. */
export function refusalOf(name: ActionName, order: Order): string | null {
  if (name === "note") return null;
  if (order.closedAt !== undefined) return "The order is closed";
  if (name === "expedite" && order.flags.includes("EXPEDITED")) return "It is expedited already";
  return null;
}

/** Of two writers the second should know: these two carry the version they were decided on. */
export const isGuarded = (name: ActionName): boolean => name === "assign" || name === "cancel";

const moment = (ms: string, now: number): string => new Date(now + Number(ms)).toISOString();

/** Fields as they are sent: trimmed, empty ones left out, what counts from now as its moment. */
export function bodyOf(
  values: Readonly<Record<string, string>>,
  fields: readonly ActionField[],
  now: number,
): Record<string, string> {
  const fromNow = new Set(fields.flatMap(({ kind, name }) => (kind === "from-now" ? name : [])));
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name, fromNow.has(name) ? moment(value, now) : value]),
  );
}

export const SAID: Record<ActionName, string> = {
  assign: "assigned",
  hold: "held",
  release: "released",
  expedite: "expedited",
  note: "noted",
  cancel: "cancelled",
  correct: "corrected",
};

/** "SO-1 assigned to Bo", "13 orders held: Operator": what the toast says. */
export function saidOf(name: ActionName, what: string, body: Record<string, unknown>): string {
  const { assignee, code } = body;
  const verb = SAID[name];
  if (name === "assign") return `${what} ${verb} to ${String(assignee)}`;
  return typeof code === "string" ? `${what} ${verb}: ${bareHoldWords(code)}` : `${what} ${verb}`;
}
