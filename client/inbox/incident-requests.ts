/** What the inbox asks of the server: one action, one on many, one on the orders of an incident, taking back. Rejects with a `ProblemError`. */
import type {
  IncidentAction,
  IncidentView,
  MemberAction,
  MembersActedOn,
} from "../../domain/contract/incidents.ts";
import { randomKey } from "../order/action-queue.ts";
import { http, type HttpOptions } from "../realtime/http.ts";

export type Body = Readonly<Record<string, unknown>>;
export type Answer = Partial<IncidentView> & { event?: string; position?: string };
export type ManyAnswer = {
  items: {
    id: string;
    status: number;
    event?: string;
    problem?: { title: string; detail?: string };
  }[];
};

function post<T>(site: string, path: string, body: Body): Promise<T> {
  const options: HttpOptions = { body, headers: { "idempotency-key": randomKey() } };
  return http<T>("POST", `/api/v1${path}?site=${encodeURIComponent(site)}`, options);
}
const pathOf = (id: string, rest: string): string => `/incidents/${encodeURIComponent(id)}/${rest}`;

export const act = (site: string, id: string, action: IncidentAction, body: Body) =>
  post<Answer | undefined>(site, pathOf(id, action), body);

export const actOnMany = (
  site: string,
  ids: readonly string[],
  action: IncidentAction,
  body: Body,
) => post<ManyAnswer>(site, `/incidents/actions/${action}`, { ids, ...body });

export const actOnOrders = (site: string, id: string, action: MemberAction, body: Body) =>
  post<MembersActedOn>(site, pathOf(id, `orders/${action}`), body);

export const takeBack = (site: string, event: string) =>
  post<unknown>(site, `/actions/${encodeURIComponent(event)}/undo`, {});
