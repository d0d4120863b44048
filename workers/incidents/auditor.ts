/**
 * Once a minute and site: what was due against what was fired, by whichever process looks first. What it finds is written to `escalation-audit`, said loudly when something was missed, and
 * put right: a timer that is not where it should be is set again by a turn.
 */
import { keysOf } from "../../domain/contract/keys.ts";
import { checkDue, type DueCheck, isFaulty } from "../../domain/incidents/due-check.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import type { Log } from "../log.ts";
import type { Send } from "../redis.ts";
import type { OrderStore } from "../store/order-store.ts";
import { currentBook, type IncidentDeps } from "./loading.ts";

const EVERY_MS = MINUTE_MS;
/** Faults that are written down; the rest is counted in the words. */
const MOST_FAULTS = 100;

type Deps = IncidentDeps & {
  site: string;
  send: Send;
  store: OrderStore;
  log: Pick<Log, "error">;
  /** sets the timers of these incidents again */
  mend: (ids: readonly string[]) => Promise<void>;
};

const shortened = (check: DueCheck): DueCheck => ({
  ...check,
  missed: check.missed.slice(0, MOST_FAULTS),
  lost: check.lost.slice(0, MOST_FAULTS),
  doubled: check.doubled.slice(0, MOST_FAULTS),
  early: check.early.slice(0, MOST_FAULTS),
});

export function createAuditor(deps: Deps) {
  const { site, send, store, log, mend } = deps;
  const keys = keysOf(site);

  async function lastAt(): Promise<number> {
    const text = await send<string | null>("GET", keys.escalationAudit);
    return text === null ? 0 : (JSON.parse(text) as DueCheck).at;
  }

  async function check(since: number): Promise<DueCheck> {
    const book = await currentBook(deps);
    // the timers first: what falls due in between is then no entry that is missing
    const entries = await store.incidents.readDue("-inf", Infinity, Number.MAX_SAFE_INTEGER);
    const { known } = await store.incidents.start(book, { all: true, bare: true });
    const moments = new Map(entries.map(({ id, at }) => [id, at]));
    return checkDue([...known.values()], moments, book, since, await store.time());
  }

  /** True when it looked. */
  return async (): Promise<boolean> => {
    const since = await lastAt();
    const now = await store.time();
    // one that is still to come was written before the clock was set back
    const isLost = since === 0 || since > now;
    if (!isLost && now - since < EVERY_MS) return false;
    const found = await check(isLost ? now - EVERY_MS : since);
    await send("SET", keys.escalationAudit, JSON.stringify(shortened(found)));
    const facts = { site, missed: found.missed.slice(0, 5), doubled: found.doubled.slice(0, 5) };
    if (isFaulty(found)) log.error(facts, `escalation: ${found.words}`);
    // a commit between the two reads looks like this as well: setting a timer where it stands hurts nothing
    if (found.lost.length > 0) await mend(found.lost.map(({ incident }) => incident));
    return true;
  };
}
