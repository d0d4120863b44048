/** Gives actions to the server through the queue and says what came of each: a toast with the way back, or why it was refused. */
import type { Pinia } from "pinia";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import { useToasts } from "../stores/toasts.ts";
import { type ActionQueue, randomKey } from "../realtime/action-queue.ts";
import { createKeptQueue, isUnreachable } from "../realtime/kept-queue.ts";
import { SAID, saidOf } from "./action-spec.ts";
import { type ActionRequest, type QueuedAction, useActionStore } from "./actions.ts";
import { orderPath } from "./useOrderDetail.ts";
import { problemInWords } from "../ui/mistake-words.ts";
import { type Did, whyNothing } from "./why-nothing.ts";

/** What the server answers to an action: the order when it was applied within two seconds, else where the event stands. */
export type ActionAnswer = Did & { event?: string; eventId?: string; position?: string };

const eventIdOf = (answer: ActionAnswer | undefined): string | null =>
  answer?.eventId ?? answer?.event ?? null;

/** What came of one. `nothing`: why it changed nothing, in words, when it did not. */
type Outcome =
  | { kind: "done"; eventId: string | null; nothing: string | null }
  | { kind: "refused"; code: string; words: string; owner: string | null };

function refusal(problem: Problem): Outcome | null {
  if (isUnreachable(problem)) return null;
  const { owner } = problem as Problem & { owner?: unknown };
  return {
    kind: "refused",
    code: problem.code,
    words: problemInWords(problem),
    owner: typeof owner === "string" ? owner : null,
  };
}

async function send(action: QueuedAction, signal: AbortSignal): Promise<Outcome | null> {
  try {
    const answer = await http<ActionAnswer | undefined>(
      "POST",
      orderPath(action.site, action.orderId, `/actions/${action.name}`),
      {
        body: action.body,
        headers: { "idempotency-key": action.key },
        by: action.by,
        signal,
      },
    );
    return { kind: "done", eventId: eventIdOf(answer), nothing: whyNothing(answer ?? {}) };
  } catch (error) {
    return refusal(problemOf(error));
  }
}

async function undo(site: string, orderId: string, eventId: string): Promise<void> {
  const toasts = useToasts();
  const path = `/api/v1/actions/${encodeURIComponent(eventId)}/undo`;
  const query = `?site=${encodeURIComponent(site)}`;
  try {
    await http("POST", path + query, { headers: { "idempotency-key": randomKey() } });
    useActionStore().taken += 1;
    toasts.done(`${orderId}: undone`);
  } catch (error) {
    toasts.failed(`${orderId}: not undone. ${problemInWords(problemOf(error))}`);
  }
}

function tell(action: QueuedAction, sent: Outcome): void {
  const toasts = useToasts();
  if (sent.kind === "done") {
    useActionStore().taken += 1;
    const { eventId, nothing } = sent;
    if (nothing !== null) {
      toasts.failed(`${action.orderId}: not ${SAID[action.name]}. ${nothing}`);
      return;
    }
    const words = saidOf(action.name, action.orderId, action.body);
    const back =
      eventId === null ? undefined : () => void undo(action.site, action.orderId, eventId);
    toasts.done(words, back);
    return;
  }
  if (sent.code === "CT_ERR_CONFLICT")
    useActionStore().conflict = { action, words: sent.words, owner: sent.owner };
  else toasts.failed(`${action.orderId}: ${action.name} refused. ${sent.words}`);
}

function createQueue(): ActionQueue<ActionRequest> {
  const actions = useActionStore();
  return createKeptQueue<ActionRequest, Outcome>({
    send,
    changed: (list) => {
      actions.onTheirWay = list;
    },
    settled: tell,
  });
}

let shared: {
  queue: ActionQueue<ActionRequest>;
  actions: ReturnType<typeof useActionStore>;
} | null = null;

/** One queue a page (a new one for another Pinia, as tests make them). */
export function useOrderActions(pinia?: Pinia) {
  const actions = useActionStore(pinia);
  if (shared?.actions !== actions) shared = { queue: createQueue(), actions };
  const { queue } = shared;

  const perform = (request: ActionRequest): string => queue.add(request);

  /** Sends what was refused as a conflict once more, without asking what came between. */
  function performAnyway(action: QueuedAction): void {
    const { ifVersion: _, ...body } = action.body;
    actions.conflict = null;
    perform({ site: action.site, orderId: action.orderId, name: action.name, body });
  }

  return { actions, perform, performAnyway };
}
