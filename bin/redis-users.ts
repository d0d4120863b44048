/**
 * The two users of an embedded Redis. The supervisor's may do everything; server and workers have one that reads, writes and runs scripts on the tower's own keys and
 * can neither empty, list, reconfigure nor stop Redis. There is no third: the user `default` is off, so a connection without a name can do nothing.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeOnce } from "../server/make-once.ts";

/** Their passwords. */
export interface RedisUsers {
  admin: string;
  tower: string;
}

export const ADMIN_USER = "tower-admin";
export const TOWER_USER = "tower";

/** What the tower needs of a Redis, for `ACL SETUSER`. Everything not named is refused. */
export const TOWER_RULES = [
  "resetkeys",
  "~ct:*",
  "~ct-jobs:*",
  "resetchannels",
  "-@all",
  "+@read",
  "+@write",
  "+@connection",
  "+@transaction",
  "-@dangerous",
  "+client|setname",
  "+client|getname",
  "+client|id",
  // the rules of the commit and BullMQ's own are scripts
  "+eval",
  "+evalsha",
  "+script|load",
  "+time",
  // how much memory is left, whether it is still reading its file, and to make that file short again
  "+info",
  "+bgrewriteaof",
] as const;

export const usersFile = (dataDir: string): string => join(dataDir, "redis-users.json");

function readUsers(file: string): RedisUsers {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RedisUsers;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${file} cannot be read (${why}). When no Redis runs there, remove it: it is made again at the next start.`,
      { cause },
    );
  }
}

/** Made when they are not there; readable by their owner alone. */
export function usersOf(dataDir: string): RedisUsers {
  const made: RedisUsers = {
    admin: randomBytes(24).toString("hex"),
    tower: randomBytes(24).toString("hex"),
  };
  const file = usersFile(dataDir);
  makeOnce(file, JSON.stringify(made));
  return readUsers(file);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Lines of redis.conf; the passwords stand there as their SHA-256. `default` is off, so nobody is let in as it; but Redis reads its own append-only file in its name, and
 * would leave out every transaction that it may not do.
 */
export const userLines = ({ admin, tower }: RedisUsers): string[] => [
  "user default reset off ~* &* +@all",
  `user ${ADMIN_USER} reset on #${sha256(admin)} ~* &* +@all`,
  `user ${TOWER_USER} reset on #${sha256(tower)} ${TOWER_RULES.join(" ")}`,
];
