/** A Redis that somebody else runs has to keep what it is given: looked at once, before anything is written to it. */
import { createClient, type RedisClientType } from "@redis/client";
import { SIGN_OF_SEALED } from "../domain/contract/lost-secret.ts";
import { redisAddress, shownRedisUrl } from "../domain/contract/redis-address.ts";

/** What `INFO` and `CONFIG GET` say; a value is undefined where the provider forbids asking. */
export interface RedisFacts {
  version: string | undefined;
  policy: string | undefined;
  appendonly: string | undefined;
  role: string | undefined;
  /** Commands that the tower needs and that are not allowed, renamed or switched off. */
  refused: string[];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 6 || (major === 6 && minor < 2);
}

/** Why this Redis is refused, one line each. What could not be asked is not held against it. */
export function objections({ version, policy, appendonly, role, refused }: RedisFacts): string[] {
  const found: string[] = [];
  if (version !== undefined && isOld(version))
    found.push(`it is version ${version}; 6.2 or later is needed`);
  if (policy !== undefined && policy !== "noeviction") {
    found.push(`maxmemory-policy is ${policy}, so it would throw orders away; set noeviction`);
  }
  if (appendonly !== undefined && appendonly !== "yes") {
    found.push("appendonly is off, so a restart would lose orders; set appendonly yes");
  }
  if (role === "slave")
    found.push("it is a replica, which takes no writes; give the address of its primary");
  if (refused.length > 0) found.push(`it refuses ${refused.join(", ")}, which the tower needs`);
  return found;
}

function clientOptions(url: string) {
  const { socket, ...address } = redisAddress(url);
  return {
    ...address,
    socket: { ...socket, reconnectStrategy: false as const, connectTimeout: 5000 },
  };
}

/** One of each kind that server and workers cannot do without; none of them changes anything. */
const NEEDED = [
  ["INFO", "server"],
  ["TIME"],
  ["EVAL", "return 1", "0"],
  ["SCRIPT", "LOAD", "return 1"],
  ["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"],
  ["XLEN", "ct:started"],
  ["ZCARD", "ct-jobs:started"],
];

const REFUSAL = /^(ERR unknown command|NOPERM)/;

async function refusedBy(client: RedisClientType): Promise<string[]> {
  const refused: string[] = [];
  for (const command of NEEDED) {
    const why = await client.sendCommand(command).then(
      () => "",
      (error: Error) => error.message,
    );
    if (REFUSAL.test(why)) refused.push(command[0] ?? "");
  }
  return refused;
}

async function readFacts(client: RedisClientType): Promise<RedisFacts> {
  const [server, replication] = await Promise.all([
    client.info("server").catch(() => ""),
    client.info("replication").catch(() => ""),
  ]);
  const config: Record<string, string> = await client
    .configGet(["maxmemory-policy", "appendonly"])
    .catch(() => ({}));
  const version = /(?:valkey|redis)_version:([\d.]+)/.exec(server)?.[1];
  const role = /^role:(\w+)/m.exec(replication)?.[1];
  const refused = await refusedBy(client);
  const { "maxmemory-policy": policy, appendonly } = config;
  return { version, policy, appendonly, role, refused };
}

/** It is there and does not let us in. */
const LOCKED = /^(WRONGPASS|NOAUTH|NOPERM)/;

/** It is there, and its certificate is not believed. As Node calls it. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY/;

function troubleWith(url: string, error: Error & { code?: string }): string {
  const shown = shownRedisUrl(url);
  if (UNTRUSTED.test(error.code ?? ""))
    return `REDIS_URL: the certificate of the Redis at ${shown} is not trusted (${error.code}). Of an authority of your own: NODE_EXTRA_CA_CERTS=/path/to/its-certificate.pem; and the name in the address must be one that the certificate is for`;
  if (LOCKED.test(error.message))
    return `REDIS_URL: the Redis at ${shown} does not let us in (${error.message.split(" ")[0]}): redis://user:password@host:port, with @ : / # ? % in a password written as %40 %3A %2F %23 %3F %25`;
  return `REDIS_URL: no Redis answers at ${shown} (${error.message})`;
}

/** Connects, asks, and goes. Throws with the way out when it cannot be asked. */
async function asked<T>(url: string, ask: (client: RedisClientType) => Promise<T>): Promise<T> {
  const client: RedisClientType = createClient(clientOptions(url));
  client.on("error", () => {
    // The command under way reports it.
  });
  try {
    await client.connect();
    return await ask(client);
  } catch (cause) {
    throw new Error(troubleWith(url, cause as Error), { cause });
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** Throws with every reason when the Redis at this address cannot be reached, would lose what it is given, or forbids what the tower does. */
export async function checkExternalRedis(url: string): Promise<void> {
  const found = objections(await asked(url, readFacts));
  if (found.length > 0)
    throw new Error(`REDIS_URL: ${shownRedisUrl(url)} is refused: ${found.join("; ")}`);
}

/** The Redis at this address when it holds what a tower has sealed, in words; null when none ran on it. Throws when it cannot be reached. */
export async function sealedAt(url: string): Promise<string | null> {
  const isThere = await asked(url, (client) => client.exists(SIGN_OF_SEALED));
  return isThere === 1 ? `the Redis at ${shownRedisUrl(url)}` : null;
}
