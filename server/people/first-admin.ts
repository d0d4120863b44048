/** The first administrator: a link with a 256-bit token, good once and for an hour, while there is nobody who may administer. Its SHA-256 alone is kept. */
import { hash, randomBytes } from "node:crypto";
import type { FirstAdmin, SetupLink } from "../../domain/contract/people.ts";
import { ROLE_PERMISSIONS } from "../../domain/permissions.ts";
import { hashPassword } from "../passwords.ts";
import { problem } from "../problem.ts";
import type { Users } from "../users.ts";
import type { Account } from "./account.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { PeopleStore } from "./store.ts";
import type { WriteAccount } from "./write-account.ts";

const LINK_MS = 3_600_000;

export type FirstAdminDeps = {
  users: Users;
  store: Pick<PeopleStore, "addTicket" | "takeTicket">;
  write: WriteAccount;
  now: () => number;
};

const ticketOf = (token: string): string => `first-admin:${hash("sha256", token, "hex")}`;

export function createFirstAdmin({ users, store, write, now }: FirstAdminDeps) {
  async function requireNone(): Promise<void> {
    await users.refresh();
    if (users.all().some(({ role, disabled }) => role === "admin" && !disabled))
      throw problem("CT_ERR_EXISTS", "There is an administrator; log in as that one.");
  }

  return {
    /** @throws problem CT_ERR_EXISTS when somebody may administer already */
    async link(): Promise<SetupLink> {
      await requireNone();
      const token = randomBytes(32).toString("base64url");
      const until = now() + LINK_MS;
      await store.addTicket(ticketOf(token), "first-admin", LINK_MS);
      return { path: `/setup?token=${token}`, until: new Date(until).toISOString() };
    },

    /** A password that is refused does not use the link up. */
    async use({ token, name, password }: FirstAdmin, address: string): Promise<Account> {
      await requireNone();
      if (users.get(name) !== undefined)
        throw problem("CT_ERR_EXISTS", `There is a user ${name} already. Choose another name.`);
      await requireGoodPassword(password, name, "/password");
      const kept = await hashPassword(password);
      if ((await store.takeTicket(ticketOf(token))) === null)
        throw problem("CT_ERR_LINK_USED", "Start the tower again for a new one.");
      const at = now();
      const account: Account = {
        name,
        origin: "local",
        role: "admin",
        sites: "all",
        disabled: false,
        password: kept,
        createdAt: at,
        generation: at,
      };
      const principal = {
        kind: "person",
        name,
        permissions: new Set(ROLE_PERMISSIONS.admin),
        sites: "all",
      } as const;
      const words = { what: "first-admin.created", why: "one-time link" };
      await write({ principal, address }, name, words, (before) => {
        if (before !== undefined)
          throw problem("CT_ERR_EXISTS", `There is a user ${name} already.`);
        return account;
      });
      return account;
    },
  };
}
