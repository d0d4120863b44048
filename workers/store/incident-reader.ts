/** Everything of a site's incidents that a turn reads. What cannot be read is as if it were not there: nobody can act on it, and the look at all finds its cause anew. */
import type { Row } from "../../domain/board.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Rulebook } from "../../domain/incidents/rulebook.ts";
import type { IncidentStart } from "../../domain/turn/incident-part.ts";
import type { Send } from "../redis.ts";
import { createDueReader } from "./due-reader.ts";

/** Fields asked for in one command. */
const PAGE = 1_000;
export type Asked = {
  /** ids of incidents */
  incidents?: readonly string[];
  /** every incident that is kept in full */
  all?: boolean;
  /** orders besides those that stand in them */
  orders?: readonly string[];
  causes?: readonly string[];
  /** members, but nothing of the orders themselves */
  withoutOrders?: boolean;
  /** without their orders: they stay in the incidents that they stand in */
  bare?: boolean;
};

function read<T>(text: string | null | undefined): T | undefined {
  if (text == null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

const keep = (value: string | null | undefined): string | undefined => value ?? undefined;

export function createIncidentReader(site: string, send: Send) {
  const keys = keysOf(site);

  async function ask<T>(
    key: string,
    fields: readonly string[],
    decode: (text: string | null | undefined) => T | undefined,
  ): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    const pages = Array.from({ length: Math.ceil(fields.length / PAGE) }, (_, page) =>
      fields.slice(page * PAGE, (page + 1) * PAGE),
    );
    const answers = await Promise.all(
      pages.map((page) => send<(string | null)[]>("HMGET", key, ...page)),
    );
    pages.forEach((page, at) =>
      page.forEach((field, place) => {
        const value = decode(answers[at]?.[place]);
        if (value !== undefined) found.set(field, value);
      }),
    );
    return found;
  }

  const everyId = (): Promise<string[]> => send<string[]>("HKEYS", keys.incidents);

  /** What a turn starts from, with the orders of these incidents. */
  async function start(book: Rulebook, asked: Asked): Promise<IncidentStart> {
    const ids = asked.all === true ? await everyId() : (asked.incidents ?? []);
    const [number, known, members, causes] = await Promise.all([
      send<string | null>("GET", keys.incidentNumber),
      ask(keys.incidents, ids, read<Incident>),
      ask(keys.incidentMembers, asked.bare === true ? [] : ids, read<string[]>),
      ask(keys.incidentCauses, asked.causes ?? [], keep),
    ]);
    const named = asked.withoutOrders === true ? [] : [...members.values()].flat();
    const orders = [...new Set([...(asked.orders ?? []), ...named])];
    const [rows, belongs] = await Promise.all([
      ask(keys.rows, orders, read<Row>),
      ask(keys.orderIncidents, orders, keep),
    ]);
    return { book, number: Number(number ?? 0), known, members, causes, rows, belongs };
  }

  const closedRows = (ids: readonly string[]): Promise<Map<string, Row>> =>
    ask(keys.closedRows, ids, read<Row>);

  return { start, closedRows, ...createDueReader(site, send) };
}
export type IncidentReader = ReturnType<typeof createIncidentReader>;
