/** What administrators do with accounts. Nobody gives more than they have, changes whom they may not reach, or takes away the last administrator. */
import type { NewUser, UserChange } from "../../domain/contract/people.ts";
import { hashPassword } from "../passwords.ts";
import { problem } from "../problem.ts";
import type { Users } from "../users.ts";
import { isWithinReach, nextGeneration, standsInFor, takesAdmin, type Account } from "./account.ts";
import { oneTimePassword } from "./password-rules.ts";
import type { Actor, Words, WriteAccount } from "./write-account.ts";

const ONE_TIME_MS = 3 * 86_400_000;
/** Names that the audit gives to no person. */
const RESERVED = new Set(["system", "console", "anonymous", "bootstrap", "control-tower"]);

export type ChangeDeps = { users: Users; write: WriteAccount; now: () => number };
export type ChangeUsers = ReturnType<typeof createChangeUsers>;
type WithPassword = { account: Account; password: string };

/** The account, when the actor may see and change it; else it does not exist for them. */
export function reached({ principal }: Actor, account: Account | undefined): Account {
  if (account === undefined || !isWithinReach(principal, account))
    throw problem("CT_ERR_NOT_FOUND", "There is no such user for you.");
  return account;
}

function requireGrant({ principal }: Actor, account: Account): void {
  if (!isWithinReach(principal, account))
    throw problem("CT_ERR_FORBIDDEN", "Nobody gives a role or a site that they do not have.");
}

/** One's own account is in one's own hands: nobody loses the key by a slip. */
function requireOther({ principal }: Actor, name: string): void {
  if (principal.kind === "person" && principal.name === name)
    throw problem("CT_ERR_PROTECTED", "Ask another administrator to change your own account.");
}

function requireChangeable({ origin, role }: Account, change: UserChange): void {
  const isGrant = change.role !== undefined || change.sites !== undefined;
  if (change.resetPassword && origin !== "local")
    throw problem("CT_ERR_PROTECTED", "Its password is kept elsewhere and cannot be reset here.");
  if (origin === "oidc" && isGrant)
    throw problem("CT_ERR_PROTECTED", "Single sign-on says the role and the sites of this user.");
  if (origin === "environment" && role === "admin")
    throw problem("CT_ERR_PROTECTED", "The environment makes this administrator; change it there.");
}

function wordsOf(change: UserChange): Words {
  if (change.resetPassword) return { what: "password.reset" };
  if (change.disabled === true) return { what: "user.disabled" };
  if (change.disabled === false) return { what: "user.enabled" };
  return { what: "user.changed" };
}

function requireAdminLeft(users: Users, before: Account, after: Account | null): void {
  const { name } = before;
  const isOtherThere = users.all().some((one) => one.name !== name && standsInFor(one, before));
  if (!takesAdmin(before, after) || isOtherThere) return;
  const reach = before.sites === "all" ? " of all sites" : "";
  throw problem(
    "CT_ERR_LAST_ADMIN",
    `This is the last administrator${reach}. Add another one first.`,
  );
}

const withOneTime = async (password: string, now: number) => ({
  password: await hashPassword(password),
  oneTimeUntil: now + ONE_TIME_MS,
});

async function add(
  { write, now }: ChangeDeps,
  actor: Actor,
  { name, role, sites = "all" }: NewUser,
): Promise<WithPassword> {
  if (RESERVED.has(name)) throw problem("CT_ERR_EXISTS", "This name is the system's own.");
  const password = oneTimePassword();
  const at = now();
  const account: Account = {
    name,
    origin: "local",
    role,
    sites,
    disabled: false,
    createdAt: at,
    generation: at,
  };
  requireGrant(actor, account);
  const whole = { ...account, ...(await withOneTime(password, at)) };
  await write(actor, name, { what: "user.created" }, (before) => {
    if (before !== undefined) throw problem("CT_ERR_EXISTS", `There is a user ${name} already.`);
    return whole;
  });
  return { account: whole, password };
}

async function change(
  { users, write, now }: ChangeDeps,
  actor: Actor,
  name: string,
  wanted: UserChange,
): Promise<{ account: Account; password: string | undefined }> {
  requireOther(actor, name);
  const { resetPassword, ...grants } = wanted;
  const password = resetPassword ? oneTimePassword() : undefined;
  const oneTime = password === undefined ? {} : await withOneTime(password, now());
  const endsAll = password !== undefined || wanted.disabled === true;
  const account = await write(actor, name, wordsOf(wanted), (found) => {
    const before = reached(actor, found);
    requireChangeable(before, wanted);
    const generation = endsAll ? nextGeneration(before, now()) : before.generation;
    const after: Account = { ...before, ...grants, ...oneTime, generation };
    requireGrant(actor, after);
    requireAdminLeft(users, before, after);
    return after;
  });
  return { account: account as Account, password };
}

async function remove({ users, write }: ChangeDeps, actor: Actor, name: string): Promise<void> {
  requireOther(actor, name);
  await write(actor, name, { what: "user.deleted" }, (found) => {
    const before = reached(actor, found);
    if (before.origin === "environment")
      throw problem("CT_ERR_PROTECTED", "The environment makes this user; take it out there.");
    requireAdminLeft(users, before, null);
    return null;
  });
}

async function endSessions({ write, now }: ChangeDeps, actor: Actor, name: string): Promise<void> {
  await write(actor, name, { what: "session.ended", why: "all of the user" }, (found) => {
    const before = reached(actor, found);
    return { ...before, generation: nextGeneration(before, now()) };
  });
}

export const createChangeUsers = (deps: ChangeDeps) => ({
  add: (actor: Actor, user: NewUser) => add(deps, actor, user),
  change: (actor: Actor, name: string, wanted: UserChange) => change(deps, actor, name, wanted),
  remove: (actor: Actor, name: string) => remove(deps, actor, name),
  /** every session there is of a user is over, on every server */
  endSessions: (actor: Actor, name: string) => endSessions(deps, actor, name),
});
