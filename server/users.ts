/** The people who may log in: `admin` by CT_ADMIN_PASSWORD, and with the demo its users, whose passwords are public. */
import { randomBytes } from "node:crypto";
import { DEMO_USERS, ROLE_PERMISSIONS, type Principal, type Role } from "../domain/permissions.ts";
import type { ServerConfig } from "./config.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

type Account = { name: string; role: Role; password: string };

export type Users = {
  /** null for a wrong name or password, after the same work for both */
  verify(name: string, password: string): Promise<Principal | null>;
  /** null when there is no such user (any more) */
  principal(name: string): Principal | null;
};

const accountsOf = ({ adminPassword, demo }: ServerConfig): Account[] => [
  ...(demo ? DEMO_USERS : []),
  ...(adminPassword === undefined
    ? []
    : [{ name: "admin", role: "admin" as const, password: adminPassword }]),
];

const principalOf = ({ name, role }: Account): Principal => ({
  kind: "person",
  name,
  role,
  permissions: new Set(ROLE_PERMISSIONS[role]),
  sites: "all",
});

export function createUsers(config: ServerConfig): Users {
  // the later wins: a real admin password replaces the demo's
  const accounts = new Map(accountsOf(config).map((account) => [account.name, account]));
  const hashes = new Map<string, Promise<string>>();
  const nobody = randomBytes(16).toString("hex");
  // each is hashed when first asked for: no start waits for it
  const hashOf = (name: string): Promise<string> => {
    const known = hashes.get(name) ?? hashPassword(accounts.get(name)?.password ?? nobody);
    if (accounts.has(name) || name === "") hashes.set(name, known);
    return known;
  };
  return {
    async verify(name, password) {
      const account = accounts.get(name);
      const hash = await hashOf(account === undefined ? "" : name);
      const isRight = await verifyPassword(password, hash);
      return isRight && account !== undefined ? principalOf(account) : null;
    },
    principal(name) {
      const account = accounts.get(name);
      return account === undefined ? null : principalOf(account);
    },
  };
}
