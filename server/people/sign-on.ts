/** Brings what single sign-on said of a person into their account: made at the first login, renewed when the provider says something else. */
import { problem } from "../problem.ts";
import type { Users } from "../users.ts";
import { principalOf, type Account } from "./account.ts";
import type { SignedOn } from "./oidc.ts";
import type { WriteAccount } from "./write-account.ts";

const signOnName = (subject: string): string => `oidc:${subject}`;

const newAccount = (person: SignedOn, now: number): Account => ({
  ...claimed(person),
  name: signOnName(person.subject),
  origin: "oidc",
  disabled: false,
  createdAt: now,
  generation: now,
});

const claimed = ({ issuer, role, sites, shownName }: SignedOn) => ({
  issuer,
  role,
  sites,
  ...(shownName !== undefined && { shownName }),
});

const isAsClaimed = (account: Account, person: SignedOn): boolean =>
  Object.entries(claimed(person)).every(
    ([field, value]) => JSON.stringify(account[field as keyof Account]) === JSON.stringify(value),
  );

/** Disabled here stays disabled, whatever the provider says; a subject of another issuer is another person. */
function requireWelcome(account: Account | undefined, { issuer }: SignedOn): void {
  if (account === undefined) return;
  if (account.origin !== "oidc" || account.issuer !== issuer)
    throw problem("CT_ERR_FORBIDDEN", "This name belongs to somebody of another sign-on.");
  if (account.disabled) throw problem("CT_ERR_FORBIDDEN", "This user is disabled.");
}

export type SignOnDeps = { users: Users; write: WriteAccount; now: () => number };

export function createSignOn({ users, write, now }: SignOnDeps) {
  return async (person: SignedOn, address: string): Promise<Account> => {
    const name = signOnName(person.subject);
    const known = users.get(name);
    requireWelcome(known, person);
    if (known !== undefined && isAsClaimed(known, person)) return known;
    const what = known === undefined ? "user.created" : "user.changed";
    const actor = { principal: principalOf(newAccount(person, now())), address };
    const account = await write(actor, name, { what, why: "single sign-on" }, (before) => {
      requireWelcome(before, person);
      return { ...(before ?? newAccount(person, now())), ...claimed(person) };
    });
    return account as Account;
  };
}
