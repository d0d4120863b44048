/**
 * The one way an account is written: read fresh, checked, together with its line in the audit, and again when another change came between. Taking an administrator away is decided by
 * all accounts: it holds only while none of them has changed, so that of two who take each other away on two servers one is refused.
 */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Principal } from "../../domain/permissions.ts";
import type { Audit } from "../audit.ts";
import { oneSite } from "../audit/one-site.ts";
import { isProblem } from "../problem.ts";
import type { Users } from "../users.ts";
import { auditedOf, decodeAccount, encodeAccount, takesAdmin, type Account } from "./account.ts";
import type { PeopleStore } from "./store.ts";

const MAX_TRIES = 4;

/** Who changes, and from where. */
export type Actor = { principal: Principal; address: string };
/** What the audit says of a change. */
export type Words = { what: string; why?: string };
/** What becomes of an account, null when it goes; throws what speaks against it. May be asked more than once. */
export type Edit = (before: Account | undefined) => Account | null;
export type WriteAccount = (
  actor: Actor,
  name: string,
  words: Words,
  edit: Edit,
) => Promise<Account | null>;

export type WriteDeps = {
  users: Users;
  store: Pick<PeopleStore, "user">;
  audit: () => Audit;
};

/** What is kept now: the record, else what the environment says. */
function keptOf(users: Users, name: string, text: string | null): Account | undefined {
  const fixed = users.fixed(name)?.account;
  const kept = text === null ? undefined : decodeAccount(text);
  if (kept === undefined) return fixed;
  return kept.origin === "environment" && fixed === undefined ? undefined : kept;
}

export function createWriteAccount({ users, store, audit }: WriteDeps): WriteAccount {
  async function once({ principal, address }: Actor, name: string, words: Words, edit: Edit) {
    await users.refresh();
    const text = await store.user(name);
    const version = users.version();
    const before = keptOf(users, name, text);
    const after = edit(before);
    const entry = {
      who: principal.name,
      where: address,
      subject: name,
      ...oneSite(before?.sites, after?.sites),
      ...words,
      ...(before !== undefined && { before: auditedOf(before) }),
      ...(after !== null && { after: auditedOf(after) }),
    };
    const value = after === null ? null : encodeAccount(after);
    const write = { key: GLOBAL_KEYS.users, field: name, value, was: text };
    await audit().change(entry, [write], takesAdmin(before, after) ? version : undefined);
    return after;
  }

  return async (actor, name, words, edit) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const account = await once(actor, name, words, edit);
        await users.refresh();
        return account;
      } catch (error) {
        const isLost = isProblem(error) && error.code === "CT_ERR_CONFLICT" && tries < MAX_TRIES;
        if (!isLost) throw error;
      }
    }
  };
}
