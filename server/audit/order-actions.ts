/**
 * What an action on an order leaves in the audit log: the fields it touches, before and after. Notes and reasons in free text are not copied: they may name a customer, and
 * nothing is ever taken out of the chain. They stand in the event, which the entry names; the code of a hold is its reason here.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import type { AuditInput } from "../../domain/contract/audit.ts";
import type { Row } from "../../domain/board.ts";
import type { ActionBody } from "../orders/action-event.ts";

type State = Record<string, unknown>;
type States = { why?: string; before?: State; after: State };

const codesOf = (row: Row | undefined): string[] => (row?.holds ?? []).map(({ code }) => code);

/** Free text as it may be kept: how long it was. */
const lengthOf = (text: string | undefined): State =>
  text === undefined ? {} : { characters: text.length };

type Fields = { [K in string]?: unknown } & { reason?: string };

const STATES: Record<ActionName, (fields: Fields, row: Row | undefined) => States> = {
  hold: (fields, row) => ({
    why: String(fields["code"]),
    before: { holds: codesOf(row) },
    after: {
      holds: [...new Set([...codesOf(row), fields["code"]])],
      owner: fields["owner"],
      until: fields["until"],
      ...lengthOf(fields.reason),
    },
  }),
  release: (fields, row) => ({
    why: String(fields["code"]),
    before: { holds: codesOf(row) },
    after: {
      holds: codesOf(row).filter((code) => code !== fields["code"]),
      ...lengthOf(fields.reason),
    },
  }),
  assign: (fields, row) => ({
    before: { owner: row?.owner ?? null },
    after: { owner: fields["assignee"] },
  }),
  expedite: (fields, row) => ({
    before: { sev: row?.sev ?? null },
    after: { expedited: true, ...lengthOf(fields.reason) },
  }),
  note: (fields) => ({ after: lengthOf(String(fields["text"])) }),
  cancel: (fields, row) => ({
    before: { stage: row?.stage ?? null },
    after: { stage: "cancelled", ...lengthOf(fields.reason) },
  }),
  correct: (fields) => ({ why: String(fields.reason), after: { corrects: fields["of"] } }),
};

type OrderAction = {
  site: string;
  orderId: string;
  name: ActionName;
  body: ActionBody;
  /** id of the event that the action becomes */
  event: string;
};

const whoAndWhere = ({ principal, ip }: FastifyRequest) => ({ who: principal.name, where: ip });

export function orderAction(
  app: FastifyInstance,
  request: FastifyRequest,
  { site, orderId, name, body, event }: OrderAction,
): AuditInput {
  const row = app.live.board(site)?.rows.get(orderId);
  const { after, ...states } = STATES[name](body as Fields, row);
  const common = { ...whoAndWhere(request), what: `order.${name}`, site, subject: orderId };
  return { ...common, ...states, after: { ...after, event } };
}

export const orderUndo = (
  request: FastifyRequest,
  { site, orderId, undone }: { site: string; orderId: string; undone: string },
): AuditInput => ({
  ...whoAndWhere(request),
  what: "order.undo",
  site,
  subject: orderId,
  after: { undoes: undone },
});

/** What the store did not take, or took for something else, after it was written down as done. */
export const notDone = (input: AuditInput, why: string): AuditInput => ({
  ...input,
  what: `${input.what}-failed`,
  why,
});
