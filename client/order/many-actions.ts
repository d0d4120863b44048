/** What can be done to many orders at once, and what is said of it. Pure; the server has the last word on each. */
import type { ActionName } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { Row } from "../../domain/board.ts";
import { count } from "../ui/format.ts";
import {
  choice,
  holdFields,
  NOT_HELD,
  saidOf,
  spec,
  text,
  type ActionSpec,
} from "./action-spec.ts";
import { holdWords } from "./hold-words.ts";
import { problemInWords } from "../ui/mistake-words.ts";
import { type Did, whyNothing } from "./why-nothing.ts";

/** so many the server takes in one call */
export const MOST_AT_ONCE = 500;

const holdsOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ holds }) => holds.map(({ code }) => code))),
];

/** Buttons of the selection. Cancelling is not among them: it is decided order by order. */
export function manyActionsOf(rows: readonly Row[]): ActionSpec[] {
  const held = holdsOf(rows);
  const release = choice(
    "code",
    "Hold",
    held.map((code) => [code, holdWords(code)] as const),
  );
  return [
    spec("assign", "Assign", "C", [text("assignee", "To whom", true)]),
    spec("hold", "Hold", "H", holdFields()),
    ...(held.length > 0
      ? [spec("release", "Release", "Shift+H", [release, text("reason", "Why")])]
      : []),
    spec("expedite", "Expedite", "P", []),
    spec("note", "Note", "N", [{ ...text("text", "Note", true), kind: "long-text" }]),
  ];
}

/** Why an action (none: there is nothing to release) is of no use on a row now, or null when it is. Rows that are listed are open. */
export function rowRefusalOf(row: Row, name: ActionName | undefined): string | null {
  if (name === undefined) return NOT_HELD;
  return name === "expedite" && row.flags.includes("EXPEDITED") ? "It is expedited already" : null;
}

export type ManyItem = Did & { id: string; status: number; problem?: Problem };
export type ManyAnswer = { event: string; items: ManyItem[] };

const isDone = (item: ManyItem) => item.status < 300 && whyNothing(item) === null;
const NAMED = 3;

function whyNot(item: ManyItem): string {
  if (item.problem !== undefined) return problemInWords(item.problem);
  return whyNothing(item) ?? "refused";
}

/** Why some were not done: the reason once, with the orders it is about. */
function refusals(items: readonly ManyItem[]): string {
  const byReason = Map.groupBy(
    items.filter((item) => !isDone(item)),
    whyNot,
  );
  return [...byReason]
    .map(([reason, refused]) => {
      const named = refused.slice(0, NAMED).map(({ id }) => id);
      const rest = refused.length - named.length;
      return `${named.join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}: ${reason}`;
    })
    .join(" · ");
}

/** What the toasts say: of those that were done, and of those that were not. */
export function saidOfMany(
  name: ActionName,
  body: Readonly<Record<string, unknown>>,
  items: readonly ManyItem[],
): { done: string; refused: string } {
  const done = items.filter(isDone).length;
  const orders = `${count(done)} ${done === 1 ? "order" : "orders"}`;
  return {
    done: done === 0 ? "" : saidOf(name, orders, body),
    refused: refusals(items),
  };
}
