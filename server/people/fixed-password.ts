/**
 * Another CT_ADMIN_PASSWORD than at the last start ends the sessions begun with the one before, those of the demo's `admin` included. What is compared is its hash in
 * Redis, never the password, and the change is in the audit like any other.
 */
import { hashPassword, verifyPassword } from "../passwords.ts";
import { isProblem, problem } from "../problem.ts";
import type { Users } from "../users.ts";
import { nextGeneration } from "./account.ts";
import type { Actor, WriteAccount } from "./write-account.ts";

const ADMIN = "admin";
const WORDS = { what: "password.changed", why: "CT_ADMIN_PASSWORD" };
const SYSTEM: Actor = {
  principal: { kind: "machine", name: "system", permissions: new Set(), sites: "all" },
  address: "environment",
};

export type FixedPasswordDeps = { users: Users; write: WriteAccount; now: () => number };

/** To be called once the users were read. Rejects when the store is away. */
export async function noteFixedPassword(
  { users, write, now }: FixedPasswordDeps,
  password: string | undefined,
): Promise<void> {
  if (password === undefined) return;
  const known = users.get(ADMIN)?.password;
  if (known !== undefined && (await verifyPassword(password, known))) return;
  const hash = await hashPassword(password);
  try {
    await write(SYSTEM, ADMIN, WORDS, (before) => {
      // another server that starts now was first
      if (before === undefined || before.password !== known)
        throw problem("CT_ERR_EXISTS", "Done.");
      return { ...before, password: hash, generation: nextGeneration(before, now()) };
    });
  } catch (error) {
    if (!isProblem(error) || error.code !== "CT_ERR_EXISTS") throw error;
  }
}
