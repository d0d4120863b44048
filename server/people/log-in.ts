/** Logging in with name and password, and choosing another password. Each begins a session anew: nothing planted before survives it. */
import type { Login, PasswordChange } from "../../domain/contract/people.ts";
import type { Audit } from "../audit.ts";
import { hashPassword, isOutdated } from "../passwords.ts";
import { aboutField, problem } from "../problem.ts";
import type { Sessions } from "../sessions.ts";
import type { Users } from "../users.ts";
import { nextGeneration, principalOf, type Account } from "./account.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { Tries } from "./tries.ts";
import type { Actor, WriteAccount } from "./write-account.ts";

/** Who knocks: where from, with what, and the session its cookie belongs to. */
export type Visitor = { address: string; device: string; sessionKey: string | undefined };
export type Entered = { account: Account; token: string };

export type LogInDeps = {
  users: Users;
  sessions: Sessions;
  tried: Tries;
  audit: () => Audit;
  write: WriteAccount;
  now: () => number;
};

export type LogIn = ReturnType<typeof createLogIn>;

/** Names are lower case; people type them as they like. */
const plainName = (typed: string): string => typed.normalize("NFKC").trim().toLowerCase();

const actorOf = (account: Account, { address }: Visitor): Actor => ({
  principal: principalOf(account),
  address,
});

/** The session key only when it is one of this very person. */
async function ownSession(
  { sessions, users }: LogInDeps,
  name: string,
  { sessionKey }: Visitor,
): Promise<string | undefined> {
  const session = sessionKey === undefined ? null : await sessions.read(sessionKey);
  if (session?.name !== name) return undefined;
  return (await users.principal(name, session.generation)) === null ? undefined : sessionKey;
}

/** Begins a session and ends the one that the cookie held before. */
async function begin(
  { audit, sessions }: LogInDeps,
  account: Account,
  visitor: Visitor,
  how: string,
): Promise<string> {
  const { address, device, sessionKey } = visitor;
  const { name, generation } = account;
  const entry = { who: name, what: "session.started", where: address, subject: name, why: how };
  await audit().record(entry);
  const before = sessionKey === undefined ? null : await sessions.read(sessionKey);
  if (before !== null && sessionKey !== undefined) await sessions.end(before.name, [sessionKey]);
  return sessions.start({ name, generation, address, device });
}

/** A password that was kept with the parameters of another day is kept with those of today. */
async function renewHash(
  { write }: LogInDeps,
  account: Account,
  password: string,
  visitor: Visitor,
): Promise<void> {
  if (account.password === undefined || !isOutdated(account.password)) return;
  const renewed = await hashPassword(password);
  const words = { what: "password.renewed", why: "kept with the parameters of today" };
  await write(actorOf(account, visitor), account.name, words, (before) => {
    if (before === undefined) return null;
    return before.password === account.password ? { ...before, password: renewed } : before;
  });
}

async function logIn(
  deps: LogInDeps,
  { name: typed, password }: Login,
  visitor: Visitor,
): Promise<Entered> {
  const name = plainName(typed);
  const knownSession = await ownSession(deps, name, visitor);
  const { address } = visitor;
  const one = { name, typed, password, address, knownSession };
  const account = await deps.tried(one, "session.refused");
  if (account === null)
    throw problem("CT_ERR_UNAUTHENTICATED", "The name or the password is wrong.");
  await renewHash(deps, account, password, visitor).catch(() => undefined);
  return { account, token: await begin(deps, account, visitor, "password") };
}

/** Takes a new password, ends every other session, and begins this one anew. */
async function changePassword(
  deps: LogInDeps,
  account: Account,
  { current, next }: PasswordChange,
  visitor: Visitor,
): Promise<Entered> {
  const { name, origin } = account;
  if (origin !== "local")
    throw problem("CT_ERR_PROTECTED", "The password of this account is not kept here.");
  const { address, sessionKey: knownSession } = visitor;
  const one = { name, typed: name, password: current, address, knownSession };
  if ((await deps.tried(one, "password.refused")) === null)
    throw problem(
      "CT_ERR_PASSWORD",
      "The old password is wrong.",
      aboutField("/current", "body is not the password of this account"),
    );
  if (next === current)
    throw problem(
      "CT_ERR_PASSWORD",
      "It is the old one.",
      aboutField("/next", "body is as it was"),
    );
  await requireGoodPassword(next, name, "/next");
  const password = await hashPassword(next);
  const words = { what: "password.changed" };
  const changed = await deps.write(actorOf(account, visitor), name, words, (before) => {
    if (before === undefined || before.password !== account.password)
      throw problem("CT_ERR_PASSWORD", "It was changed elsewhere just now. Log in again.");
    const { oneTimeUntil: _chosen, ...kept } = before;
    return { ...kept, password, generation: nextGeneration(before, deps.now()) };
  });
  const after = changed as Account;
  return { account: after, token: await begin(deps, after, visitor, "password changed") };
}

export const createLogIn = (deps: LogInDeps) => ({
  logIn: (login: Login, visitor: Visitor) => logIn(deps, login, visitor),
  changePassword: (account: Account, change: PasswordChange, visitor: Visitor) =>
    changePassword(deps, account, change, visitor),
  /** the token of a new session; `how` the person got in is for the audit */
  begin: (account: Account, visitor: Visitor, how: string) => begin(deps, account, visitor, how),
});
