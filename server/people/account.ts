/** An account as it is kept in Redis, and what follows from it. */
import {
  DEFAULT_PREFERENCES,
  type AccountView,
  type GrantedSites,
  type Preferences,
  type UserOrigin,
  type UserView,
  type UserWithPassword,
} from "../../domain/contract/people.ts";
import {
  MACHINE_SCOPES,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  type Permission,
  type Principal,
  type Role,
} from "../../domain/permissions.ts";

export type Account = {
  name: string;
  origin: UserOrigin;
  role: Role;
  sites: GrantedSites;
  disabled: boolean;
  /** PHC text; local accounts alone have one */
  password?: string;
  /** set while the password is a one-time one: it is good until then, and for choosing another one only */
  oneTimeUntil?: number;
  /** oidc: who vouches, and the name people know */
  issuer?: string;
  shownName?: string;
  createdAt: number;
  /** sessions carry it; one of another generation is over. Rises when all sessions are to end */
  generation: number;
  preferences?: Preferences;
};

export const encodeAccount = (account: Account): string => JSON.stringify(account);
export const decodeAccount = (text: string): Account => JSON.parse(text) as Account;

/** Also unlike that of an account of the same name that was deleted. */
export const nextGeneration = (account: Account | undefined, now: number): number =>
  Math.max(now, (account?.generation ?? 0) + 1);

/** Until an own password is chosen, nothing but that may be done. */
const OWN: readonly Permission[] = ["session:own", "account:own"];

export const isEnabledAdmin = ({ role, disabled }: Account): boolean =>
  role === "admin" && !disabled;

/** Who administers some sites only can give nobody the others: for one of all sites only another of all sites stands in. */
export const standsInFor = (one: Account, { sites }: Account): boolean =>
  isEnabledAdmin(one) && (sites !== "all" || one.sites === "all");

/** Whether an administrator is one no more, or of fewer sites than all: all other accounts decide whether that may be. */
export const takesAdmin = (before: Account | undefined, after: Account | null): boolean =>
  before !== undefined && isEnabledAdmin(before) && !(after !== null && standsInFor(after, before));

export const mustChoosePassword = (account: Account): boolean => account.oneTimeUntil !== undefined;

export const principalOf = (account: Account): Principal => ({
  kind: "person",
  name: account.name,
  role: account.role,
  permissions: new Set(mustChoosePassword(account) ? OWN : ROLE_PERMISSIONS[account.role]),
  sites: account.sites === "all" ? "all" : new Set(account.sites),
});

const instant = (ms: number): string => new Date(ms).toISOString();

export function userViewOf(account: Account, lastLoginAt?: number): UserView {
  const { name, role, sites, origin, disabled, shownName, oneTimeUntil, createdAt } = account;
  return {
    name,
    ...(shownName !== undefined && { shownName }),
    role,
    sites,
    origin,
    disabled,
    ...(oneTimeUntil !== undefined && { oneTimePasswordUntil: instant(oneTimeUntil) }),
    ...(createdAt > 0 && { createdAt: instant(createdAt) }),
    ...(lastLoginAt !== undefined && { lastLoginAt: instant(lastLoginAt) }),
  };
}

/** The only answer that holds a password: to adding a user, and to a reset. */
export const passwordViewOf = (account: Account, oneTimePassword: string): UserWithPassword => ({
  ...userViewOf(account),
  oneTimePassword,
  oneTimePasswordUntil: instant(account.oneTimeUntil ?? 0),
});

export const accountViewOf = (account: Account, lastLoginAt?: number): AccountView => ({
  ...userViewOf(account, lastLoginAt),
  preferences: account.preferences ?? DEFAULT_PREFERENCES,
});

/** What the audit keeps of an account: never a hash, never an address of the person. */
export function auditedOf({ role, sites, disabled, origin, oneTimeUntil }: Account): object {
  const oneTime = oneTimeUntil === undefined ? {} : { oneTimePassword: true };
  return { role, sites, disabled, origin, ...oneTime };
}

const isWithin = (sites: GrantedSites, own: Principal["sites"]): boolean =>
  own === "all" || (sites !== "all" && sites.every((site) => own.has(site)));

/** What only a person can have: a key that manages people lacks it and may give it all the same. */
const OF_PEOPLE: readonly Permission[] = PERMISSIONS.filter(
  (permission) => !MACHINE_SCOPES.some((scope) => scope === permission),
);

/** Nobody gives, sees or takes more than they have: the role's permissions and the sites must both be the actor's own. */
export const isWithinReach = (
  actor: Principal,
  account: Pick<Account, "role" | "sites">,
): boolean =>
  isWithin(account.sites, actor.sites) &&
  ROLE_PERMISSIONS[account.role].every(
    (permission) => OF_PEOPLE.includes(permission) || actor.permissions.has(permission),
  );
