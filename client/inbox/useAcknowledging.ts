/**
 * Acknowledging is the one thing of the inbox that is kept while the server cannot be reached: whoever takes it is told so, and told again when the server has it. Nothing rings
 * less for it until then.
 */
import { useActionStore } from "../order/actions.ts";
import type { Queued } from "../realtime/action-queue.ts";
import { problemOf } from "../realtime/http.ts";
import { createKeptQueue, isUnreachable } from "../realtime/kept-queue.ts";
import { useToasts } from "../stores/toasts.ts";
import { ask, type Outcome, type Wanted } from "./incident-requests.ts";

/** Says what came of it; true when the server took it. */
type Tell = (wanted: Wanted, outcome: Outcome) => boolean;
type Acknowledge = (wanted: Wanted) => Promise<boolean>;

async function send(
  { key, by, ...wanted }: Queued<Wanted>,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const outcome = await ask(wanted, { key, by, signal });
  return "error" in outcome && isUnreachable(problemOf(outcome.error)) ? null : outcome;
}

function createAcknowledging(tell: Tell): Acknowledge {
  const actions = useActionStore();
  const toasts = useToasts();
  /** whoever waits to hear of it, until it is taken, refused or kept */
  const waiting = new Map<string, (isTaken: boolean) => void>();
  function resolve(key: string, isTaken: boolean): boolean {
    const done = waiting.get(key);
    waiting.delete(key);
    done?.(isTaken);
    return done !== undefined;
  }
  const queue = createKeptQueue<Wanted, Outcome>({
    send,
    changed: (list) => {
      actions.acknowledging = list;
      for (const { key, ids, state } of list)
        if (state === "waiting" && resolve(key, true))
          toasts.done(`${ids.join(", ")}: kept, and sent when the server answers`);
    },
    settled: (one, outcome) => void resolve(one.key, tell(one, outcome)),
  });
  return (wanted) => new Promise((done) => void waiting.set(queue.add(wanted), done));
}

let shared: { of: ReturnType<typeof useActionStore>; acknowledge: Acknowledge } | null = null;

/** One queue a page (a new one for another Pinia, as tests make them). The promise is true when it was taken, or is kept. */
export function useAcknowledging(tell: Tell): Acknowledge {
  const of = useActionStore();
  if (shared?.of !== of) shared = { of, acknowledge: createAcknowledging(tell) };
  return shared.acknowledge;
}
