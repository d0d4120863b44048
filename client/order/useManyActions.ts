/** Does one thing to many orders: sent in calls of 500, told in one toast, taken back as one. */
import type { ActionName } from "../../domain/contract/api.ts";
import { http, problemOf } from "../realtime/http.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { randomKey } from "../realtime/action-queue.ts";
import { SAID } from "./action-spec.ts";
import { useActionStore } from "./actions.ts";
import { MOST_AT_ONCE, saidOfMany, type ManyAnswer, type ManyItem } from "./many-actions.ts";
import { problemInWords } from "../ui/mistake-words.ts";

type Body = Record<string, unknown>;

const piecesOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / MOST_AT_ONCE) }, (_, at) =>
    ids.slice(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE),
  );

const wordsOf = (error: unknown): string => problemInWords(problemOf(error));

export function useManyActions() {
  const session = useSession();
  const toasts = useToasts();
  const actions = useActionStore();

  async function undo(site: string, events: readonly string[]): Promise<void> {
    const query = `?site=${encodeURIComponent(site)}`;
    try {
      for (const event of events.toReversed())
        await http("POST", `/api/v1/actions/${encodeURIComponent(event)}/undo${query}`, {
          headers: { "idempotency-key": randomKey() },
        });
      actions.taken += 1;
      toasts.done("Taken back");
    } catch (error) {
      toasts.failed(`Not taken back: ${wordsOf(error)}`);
    }
  }

  function tell(site: string, name: ActionName, body: Body, items: ManyItem[], events: string[]) {
    actions.taken += 1;
    const said = saidOfMany(name, body, items);
    if (said.done !== "") toasts.done(said.done, () => void undo(site, events));
    if (said.refused !== "") toasts.failed(said.refused);
  }

  /** True when the server answered for all of them. What was sent before a failure is told, and can be taken back. */
  async function perform(ids: readonly string[], name: ActionName, body: Body): Promise<boolean> {
    const site = session.siteId;
    const items: ManyItem[] = [];
    const events: string[] = [];
    try {
      for (const piece of piecesOf(ids)) {
        const answer = await http<ManyAnswer>(
          "POST",
          `/api/v1/orders/actions/${name}?site=${encodeURIComponent(site)}`,
          { body: { ids: piece, ...body }, headers: { "idempotency-key": randomKey() } },
        );
        items.push(...answer.items);
        events.push(answer.event);
      }
    } catch (error) {
      toasts.failed(`Not ${SAID[name]}: ${wordsOf(error)}`);
    }
    if (events.length > 0) tell(site, name, body, items, events);
    return items.length === ids.length;
  }

  return { perform };
}
