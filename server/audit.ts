/**
 * Every action of a person and every change by an administrator, kept for good: appended to one hash chain, in order, never changed. Users and keys are written by
 * `change` alone, in the same step as the entry that tells of it. Both reject with a `problem` when the store does not take it: what cannot be audited is not done.
 */
import type { AuditInput } from "../domain/contract/audit.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuditHead, type AuditLink, NO_HEAD, headOf, linkAfter } from "./audit/chain.ts";
import type { AuditState, AuditStore, AuditWrite } from "./audit/store.ts";
import { createGroupCommit } from "./inbox/group-commit.ts";
import { isProblem, problem } from "./problem.ts";

export type { AuditInput } from "../domain/contract/audit.ts";
export type { AuditWrite } from "./audit/store.ts";

const MAX_IN_CALL = 100;
/** Whoever loses to another server waits a little, longer each time, so that the slowest gets its turn too. */
const LONGEST_WAIT_MS = 40;
const GIVE_UP_MS = 8_000;

export type Audit = {
  record(input: AuditInput): Promise<void>;
  /**
   * `version`: of users and keys, when what is written was decided by more than it replaces.
   * @throws problem CT_ERR_CONFLICT when a field does not hold what the write says it `was`, and when another version stands
   */
  change(input: AuditInput | AuditInput[], writes: AuditWrite[], version?: string): Promise<void>;
  /** for reading and checking */
  store: AuditStore;
};

function chained(state: AuditState, inputs: readonly AuditInput[]): AuditLink[] {
  let head: AuditHead = state.head ?? NO_HEAD;
  return inputs.map((input) => {
    const link = linkAfter(head, input, state.now);
    head = headOf(link);
    return link;
  });
}

const unavailable = (cause: unknown) =>
  problem("CT_ERR_UNAVAILABLE", "The audit log cannot be written now, so this was not done.", {
    retryAfterSeconds: 2,
    cause,
  });

/** One after the other: a server never races with itself. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

export function createAudit(store: AuditStore): Audit {
  const inTurn = createTurns();

  async function tryOn(
    inputs: AuditInput[],
    writes: AuditWrite[],
    version?: string,
  ): Promise<void> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    let state = await store.state();
    for (let tries = 1; performance.now() < giveUpAt; tries += 1) {
      const answer = await store.append(state.stands, chained(state, inputs), writes, version);
      if (answer.is === "ok") return;
      if (answer.is === "changed")
        throw problem("CT_ERR_CONFLICT", "Somebody else changed it meanwhile. Look again.");
      await sleep(Math.random() * Math.min(4 * tries, LONGEST_WAIT_MS));
      // what it answered is as old as the wait was long
      state = await store.state();
    }
    throw new Error(`the head of the audit chain moved at every try for ${GIVE_UP_MS} ms`);
  }

  const append = (inputs: AuditInput[], writes: AuditWrite[], version?: string): Promise<void> =>
    inTurn(() => tryOn(inputs, writes, version));

  const orUnavailable = (error: unknown): never => {
    throw isProblem(error) ? error : unavailable(error);
  };

  // what one server writes at the same time goes in one step
  const recordSoon = createGroupCommit({
    write: async (inputs: AuditInput[]) => {
      await append(inputs, []);
      return inputs.map(() => undefined);
    },
    sizeOf: () => 1,
    maxSize: MAX_IN_CALL,
    inFlight: 1,
  });

  return {
    record: async (input) => recordSoon(input).catch(orUnavailable),
    change: async (input, writes, version) =>
      append([input].flat(), writes, version).catch(orUnavailable),
    store,
  };
}
