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
/** Each try loses only to another that won, so this many in a row is no bad luck any more. */
const MAX_TRIES = 200;

export type Audit = {
  record(input: AuditInput): Promise<void>;
  /** @throws problem CT_ERR_CONFLICT when a field does not hold what the write says it `was` */
  change(input: AuditInput, writes: AuditWrite[]): Promise<void>;
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

export function createAudit(store: AuditStore): Audit {
  async function append(inputs: AuditInput[], writes: AuditWrite[]): Promise<void> {
    let state = await store.state();
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await store.append(state.stands, chained(state, inputs), writes);
      if (answer.is === "ok") return;
      if (answer.is === "changed")
        throw problem("CT_ERR_CONFLICT", "Somebody else changed it meanwhile. Look again.");
      state = answer;
      if (tries > 3) await sleep(Math.random() * Math.min(tries, 20));
    }
    throw new Error("the head of the audit chain moved at every try");
  }

  const orUnavailable = (error: unknown): never => {
    throw isProblem(error) ? error : unavailable(error);
  };

  // what one server writes at the same time goes in one step, and never races with itself
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
    change: async (input, writes) => append([input], writes).catch(orUnavailable),
    store,
  };
}
