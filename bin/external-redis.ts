/** A Redis that somebody else runs has to keep what it is given: looked at once, before anything is written to it. */
import { createClient } from "@redis/client";
import { redisAddress, shownRedisUrl } from "../domain/contract/redis-address.ts";

/** What `INFO` and `CONFIG GET` say; a value is undefined where the provider forbids asking. */
export interface RedisFacts {
  version: string | undefined;
  policy: string | undefined;
  appendonly: string | undefined;
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 6 || (major === 6 && minor < 2);
}

/** Why this Redis is refused, one line each. What could not be asked is not held against it. */
export function objections({ version, policy, appendonly }: RedisFacts): string[] {
  const found: string[] = [];
  if (version !== undefined && isOld(version))
    found.push(`it is version ${version}; 6.2 or later is needed`);
  if (policy !== undefined && policy !== "noeviction") {
    found.push(`maxmemory-policy is ${policy}, so it would throw orders away; set noeviction`);
  }
  if (appendonly !== undefined && appendonly !== "yes") {
    found.push("appendonly is off, so a restart would lose orders; set appendonly yes");
  }
  return found;
}

function clientOptions(url: string) {
  const { socket, ...address } = redisAddress(url);
  return {
    ...address,
    socket: { ...socket, reconnectStrategy: false as const, connectTimeout: 5000 },
  };
}

async function readFacts(url: string): Promise<RedisFacts> {
  const client = createClient(clientOptions(url));
  client.on("error", () => {
    // The command under way reports it.
  });
  await client.connect();
  try {
    const server = await client.info("server");
    const config: Record<string, string> = await client
      .configGet(["maxmemory-policy", "appendonly"])
      .catch(() => ({}));
    const version = /(?:valkey|redis)_version:([\d.]+)/.exec(server)?.[1];
    return { version, policy: config["maxmemory-policy"], appendonly: config["appendonly"] };
  } finally {
    client.destroy();
  }
}

/** Throws with every reason when the Redis at this address cannot be reached or would lose what it is given. */
export async function checkExternalRedis(url: string): Promise<void> {
  const facts = await readFacts(url).catch((error: Error) => {
    throw new Error(`REDIS_URL: no Redis answers at ${shownRedisUrl(url)} (${error.message})`, {
      cause: error,
    });
  });
  const found = objections(facts);
  if (found.length > 0)
    throw new Error(`REDIS_URL: ${shownRedisUrl(url)} is refused: ${found.join("; ")}`);
}
