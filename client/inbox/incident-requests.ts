/** What the inbox asks of the server: one action, one on many, one on the orders of an incident, taking back. Rejects with a `ProblemError`. */
import type {
  IncidentAction,
  IncidentView,
  MemberAction,
  MembersActedOn,
} from "../../domain/contract/incidents.ts";
import { randomKey } from "../realtime/action-queue.ts";
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

/** `key`: the same for each try of the same thing; `by`: whoever asked for it first. */
export type Try = { key: string; by?: string; signal?: AbortSignal };

function post<T>(site: string, path: string, body: Body, more: Partial<Try> = {}): Promise<T> {
  const { key = randomKey(), ...rest } = more;
  const options: HttpOptions = { body, headers: { "idempotency-key": key }, ...rest };
  return http<T>("POST", `/api/v1${path}?site=${encodeURIComponent(site)}`, options);
}
const pathOf = (id: string, rest: string): string => `/incidents/${encodeURIComponent(id)}/${rest}`;

/** What is wanted of one incident or several. */
export type Wanted = {
  site: string;
  ids: readonly string[];
  action: IncidentAction;
  body: Body;
};
/** What the server said: of one, of each of several, or why not. */
export type Outcome =
  | { answer: Answer | undefined }
  | { items: ManyAnswer["items"] }
  | { error: unknown };

/** Never rejects. */
export async function ask({ site, ids, action, body }: Wanted, more: Try): Promise<Outcome> {
  const [only = ""] = ids;
  try {
    if (ids.length === 1)
      return { answer: await post<Answer | undefined>(site, pathOf(only, action), body, more) };
    return await post<ManyAnswer>(site, `/incidents/actions/${action}`, { ids, ...body }, more);
  } catch (error) {
    return { error };
  }
}

export const actOnOrders = (site: string, id: string, action: MemberAction, body: Body) =>
  post<MembersActedOn>(site, pathOf(id, `orders/${action}`), body);

export const takeBack = (site: string, event: string) =>
  post<unknown>(site, `/actions/${encodeURIComponent(event)}/undo`, {});
