/**
 * The people who may log in, kept in memory and read again within 2 s of a change on any server: what stands in Redis, and what the environment says
 * (CT_ADMIN_PASSWORD, the demo's users). An account of the environment may be disabled or moved to other sites here; its password and its being there may not.
 */
import { DEMO_USERS, type Principal, type Role } from "../domain/permissions.ts";
import type { ServerConfig } from "./config.ts";
import { decodeAccount, principalOf, type Account } from "./people/account.ts";
import type { PeopleStore } from "./people/store.ts";
import { problem } from "./problem.ts";

const RELOAD_MS = 2_000;
const FIRST_READ_MS = 100;

export type Users = {
  /** undefined when there is none of that name; refuses while the store was never read */
  get(name: string): Account | undefined;
  all(): Account[];
  /** what the environment says of that name, and the password it gives */
  fixed(name: string): FixedAccount | undefined;
  /** null when there is no such user any more, it is disabled, or its sessions of that generation were ended; refuses while the store was never read */
  principal(name: string, generation: number): Promise<Principal | null>;
  /** reads what changed; `change` calls it, so that who changes something sees it */
  refresh(): Promise<void>;
  /** what the store called its state when it was read; refuses while it was never read */
  version(): string;
  start(): void;
  stop(): void;
};

export type FixedAccount = { account: Account; password: string };

const fixedAccount = (name: string, role: Role, password: string): FixedAccount => ({
  account: {
    name,
    role,
    origin: "environment",
    sites: "all",
    disabled: false,
    createdAt: 0,
    generation: 0,
  },
  password,
});

function fixedAccounts({ adminPassword, demo }: ServerConfig): Map<string, FixedAccount> {
  const users = demo ? DEMO_USERS : [];
  const all = users.map(({ name, role, password }) => fixedAccount(name, role, password));
  // the later wins: a real admin password replaces the demo's
  if (adminPassword !== undefined) all.push(fixedAccount("admin", "admin", adminPassword));
  return new Map(all.map((one) => [one.account.name, one]));
}

/** The way back in: whatever was changed, the environment's administrator may log in. */
const isKey = ({ account }: FixedAccount): boolean => account.role === "admin";

/** What is kept of an account whose being there the environment decides. */
function overlaid(fixed: FixedAccount, kept: Account): Account {
  const account = { ...kept, origin: fixed.account.origin };
  return isKey(fixed) ? { ...account, role: "admin", sites: "all", disabled: false } : account;
}

type OnUnreadable = (name: string, error: unknown) => void;

function readable(name: string, text: string, onUnreadable: OnUnreadable): Account | null {
  try {
    return decodeAccount(text);
  } catch (error) {
    onUnreadable(name, error);
    return null;
  }
}

/** What is kept, and what the environment says. A record that the environment once explained and does not any more is nobody. */
function merged(
  fixed: ReadonlyMap<string, FixedAccount>,
  kept: Record<string, string>,
  onUnreadable: OnUnreadable,
): Map<string, Account> {
  const all = new Map([...fixed].map(([name, { account }]) => [name, account]));
  for (const [name, text] of Object.entries(kept)) {
    const own = fixed.get(name);
    const account = readable(name, text, onUnreadable);
    // what the environment's account was changed to is not known; its administrator is the way back in
    if (account === null) {
      if (own !== undefined && !isKey(own)) all.delete(name);
    } else if (own !== undefined) all.set(name, overlaid(own, account));
    else if (account.origin !== "environment") all.set(name, account);
  }
  return all;
}

/** `onUnreadable`: a record that cannot be read, which lets nobody in and keeps nobody else out. */
export function createUsers(
  config: ServerConfig,
  store: Pick<PeopleStore, "version" | "users">,
  onUnreadable: OnUnreadable,
): Users {
  const fixed = fixedAccounts(config);
  let accounts = new Map<string, Account>();
  let version: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;

  async function refresh(): Promise<void> {
    // the version first: what changes in between is read again next time
    const now = await store.version();
    if (now === version) return;
    accounts = merged(fixed, await store.users(), onUnreadable);
    version = now;
  }

  /** Until the first time often: who starts before Redis must not keep people waiting after it. */
  async function follow(): Promise<void> {
    await refresh().catch(() => undefined);
    if (isRunning) timer = setTimeout(follow, version === null ? FIRST_READ_MS : RELOAD_MS);
  }

  /** Refuses until then: nobody is unknown, and no password wrong, because the store is away. */
  function mustHaveRead(): string {
    if (version !== null) return version;
    throw problem("CT_ERR_UNAVAILABLE", "Users were not read yet. Try again in a moment.");
  }

  return {
    get(name) {
      mustHaveRead();
      return accounts.get(name);
    },
    all: () => [...accounts.values()],
    fixed: (name) => fixed.get(name),
    async principal(name, generation) {
      mustHaveRead();
      // a session from after the last reading: another server changed the account meanwhile
      if ((accounts.get(name)?.generation ?? -1) < generation) await refresh();
      const account = accounts.get(name);
      const isGood = account !== undefined && !account.disabled;
      return isGood && account.generation === generation ? principalOf(account) : null;
    },
    refresh,
    version: mustHaveRead,
    start() {
      isRunning = true;
      void follow();
    },
    stop() {
      isRunning = false;
      clearTimeout(timer);
    },
  };
}
