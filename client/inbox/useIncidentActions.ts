/** What somebody does to incidents, and what came of it: a toast with the way back, a conflict with the name of who was first, or why it was refused. */
import { shallowRef } from "vue";
import type {
  IncidentAction,
  IncidentView,
  MemberAction,
} from "../../domain/contract/incidents.ts";
import { problemOf } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { act as send, actOnMany, actOnOrders, takeBack, type Body } from "./incident-requests.ts";
import { saidOf } from "./incident-words.ts";
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
  const session = useSession();
  const toasts = useToasts();
  async function undo(site: string, events: readonly string[]): Promise<void> {
    try {
      for (const event of events) await takeBack(site, event);
      toasts.done("Taken back");
    } catch (error) {
      toasts.failed(`Not taken back: ${wordsOf(error)}`);
    }
  }
  return (words: string, events: readonly string[]): void => {
    const site = session.siteId;
    toasts.done(words, events.length === 0 ? undefined : () => void undo(site, events));
  };
}

function refused(error: unknown, wanted: Omit<Conflict, "owner" | "words">): void {
  const problem = problemOf(error);
  const words = wordsOf(error);
  if (problem.code !== "CT_ERR_CONFLICT") return void useToasts().failed(words);
  const { owner } = problem as { owner?: unknown };
  conflict.value = { ...wanted, owner: typeof owner === "string" ? owner : null, words };
}

type Say = ReturnType<typeof useSaying>;

async function doOne(say: Say, id: string, action: IncidentAction, body: Body): Promise<boolean> {
  const site = useSession().siteId;
  try {
    const answer = await send(site, id, action, body);
    if (answer?.cause !== undefined)
      useIncidents().take({ site, incident: withInstants(answer) as IncidentView });
    say(saidOf(action, [id], body), answer?.event === undefined ? [] : [answer.event]);
    return true;
  } catch (error) {
    refused(error, { ids: [id], action, body });
    return false;
  }
}

async function doMany(say: Say, ids: readonly string[], action: IncidentAction, body: Body) {
  const toasts = useToasts();
  try {
    const { items } = await actOnMany(useSession().siteId, ids, action, body);
    const done = items.filter(({ status }) => status < 300);
    const named = done.map(({ id }) => id);
    const events = done.flatMap(({ event }) => event ?? []);
    if (done.length > 0) say(saidOf(action, named, body), events);
    for (const { id, status, problem } of items)
      if (status >= 300)
        toasts.failed(`${id}: ${problem === undefined ? "refused" : problemInWords(problem)}`);
    return done.length > 0;
  } catch (error) {
    toasts.failed(wordsOf(error));
    return false;
  }
}

export function useIncidentActions() {
  const session = useSession();
  const say = useSaying();

  /** True when the server took it. */
  function act(ids: readonly string[], action: IncidentAction, body: Body = {}): Promise<boolean> {
    conflict.value = null;
    const [only] = ids;
    if (only === undefined) return Promise.resolve(false);
    return ids.length === 1 ? doOne(say, only, action, body) : doMany(say, ids, action, body);
  }

  /** The same to all orders of an incident. */
  async function onOrders(id: string, action: MemberAction, body: Body): Promise<boolean> {
    try {
      const { event, orders, refused: left } = await actOnOrders(session.siteId, id, action, body);
      const rest = left.length === 0 ? "" : `, ${left.length} refused`;
      say(`${action}: ${orders} orders of ${id}${rest}`, [event]);
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
