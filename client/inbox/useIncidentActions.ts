/** What somebody does to incidents, and what came of it: a toast with the way back, a conflict with the name of who was first, or why it was refused. */
import { shallowRef } from "vue";
import type {
  IncidentAction,
  IncidentView,
  MemberAction,
} from "../../domain/contract/incidents.ts";
import { problemOf } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { countOf } from "../../domain/counted.ts";
import { saidOf as saidOfOrders } from "../order/action-spec.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { randomKey } from "../realtime/action-queue.ts";
import { useConnection } from "../stores/connection.ts";
import {
  actOnOrders,
  type Answer,
  ask,
  type Body,
  type ManyAnswer,
  type Outcome,
  takeBack,
  type Wanted,
} from "./incident-requests.ts";
import { saidOf } from "./incident-words.ts";
import { useAcknowledging } from "./useAcknowledging.ts";
import { problemInWords } from "../ui/mistake-words.ts";

/** Somebody else was first: what was wanted, and who has it. */
export type Conflict = {
  ids: readonly string[];
  action: IncidentAction;
  body: Body;
  owner: string | null;
  words: string;
};

const conflict = shallowRef<Conflict | null>(null);

const wordsOf = (error: unknown): string => problemInWords(problemOf(error));

/** Says what was done, with one way back for all of it. */
function useSaying() {
  const toasts = useToasts();
  async function undo(site: string, events: readonly string[]): Promise<void> {
    try {
      for (const event of events) await takeBack(site, event);
      toasts.done("Taken back");
    } catch (error) {
      toasts.failed(`Not taken back: ${wordsOf(error)}`);
    }
  }
  return (site: string, words: string, events: readonly string[]): void => {
    toasts.done(words, events.length === 0 ? undefined : () => void undo(site, events));
  };
}
type Say = ReturnType<typeof useSaying>;

function refused(error: unknown, { ids, action, body }: Wanted): void {
  const problem = problemOf(error);
  const words = wordsOf(error);
  if (ids.length > 1 || problem.code !== "CT_ERR_CONFLICT") return void useToasts().failed(words);
  const { owner } = problem as { owner?: unknown };
  // who has it is named once: most refusals say it
  const isNamed = typeof owner === "string" && !words.includes(owner);
  conflict.value = { ids, action, body, owner: isNamed ? owner : null, words };
}

function tellOne(say: Say, { site, ids, action, body }: Wanted, answer: Answer | undefined): true {
  if (answer?.cause !== undefined)
    useIncidents().take({ site, incident: withInstants(answer) as IncidentView });
  say(site, saidOf(action, ids, body), answer?.event === undefined ? [] : [answer.event]);
  return true;
}

function tellMany(say: Say, { site, action, body }: Wanted, items: ManyAnswer["items"]): boolean {
  const toasts = useToasts();
  const done = items.filter(({ status }) => status < 300);
  const named = done.map(({ id }) => id);
  const events = done.flatMap(({ event }) => event ?? []);
  if (done.length > 0) say(site, saidOf(action, named, body), events);
  for (const { id, status, problem } of items)
    if (status >= 300)
      toasts.failed(`${id}: ${problem === undefined ? "refused" : problemInWords(problem)}`);
  return done.length > 0;
}

/** Says what came of it; true when the server took it. */
function tell(say: Say, wanted: Wanted, outcome: Outcome): boolean {
  if ("answer" in outcome) return tellOne(say, wanted, outcome.answer);
  if ("items" in outcome) return tellMany(say, wanted, outcome.items);
  refused(outcome.error, wanted);
  return false;
}

/** What is shown may be old: whoever decides on it decides on what was. Somebody is there all the same. */
export const NOT_NOW = "Not live: what you see may be old. Acknowledging is kept, all else waits.";

export function useIncidentActions() {
  const session = useSession();
  const connection = useConnection();
  const say = useSaying();
  const acknowledge = useAcknowledging((wanted, outcome) => tell(say, wanted, outcome));
  function isTooEarly(): boolean {
    if (connection.isNotLive) useToasts().failed(NOT_NOW);
    return connection.isNotLive;
  }

  /** True when the server took it, or it is kept for it. */
  async function act(
    ids: readonly string[],
    action: IncidentAction,
    body: Body = {},
  ): Promise<boolean> {
    conflict.value = null;
    if (ids.length === 0) return false;
    const wanted = { site: session.siteId, ids, action, body };
    if (action === "acknowledge") return acknowledge(wanted);
    return !isTooEarly() && tell(say, wanted, await ask(wanted, { key: randomKey() }));
  }

  /** The same to all orders of an incident. */
  async function onOrders(id: string, action: MemberAction, body: Body): Promise<boolean> {
    if (isTooEarly()) return false;
    try {
      const { event, orders, refused: left } = await actOnOrders(session.siteId, id, action, body);
      const rest = left.length === 0 ? "" : `, ${left.length} refused`;
      const what = `${countOf(orders, "order")} of ${id}`;
      say(session.siteId, `${saidOfOrders(action, what, body)}${rest}`, [event]);
      return true;
    } catch (error) {
      useToasts().failed(wordsOf(error));
      return false;
    }
  }

  /** Takes it although somebody has it; their name stays in its timeline. */
  function insist(): void {
    const wanted = conflict.value;
    conflict.value = null;
    if (wanted !== null) void act(wanted.ids, wanted.action, { ...wanted.body, force: true });
  }
  const letBe = (): void => void (conflict.value = null);

  return { act, onOrders, conflict, insist, letBe };
}
