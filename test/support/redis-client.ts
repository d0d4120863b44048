import { dirname } from "node:path";
import { createClient } from "@redis/client";
import { ADMIN_USER, usersOf } from "../../bin/redis-users.ts";

/** How to reach the Redis of that socket as the one who looks after it: what tests look at, the tower may not. */
export const adminOptions = (socketPath: string) => ({
  socket: { path: socketPath },
  username: ADMIN_USER,
  password: usersOf(dirname(socketPath)).admin,
});

/** A client for looking into a test's Redis: gives up at once instead of reconnecting. Close it with `destroy()`. */
export async function connectTestClient(socketPath: string) {
  const { socket, ...user } = adminOptions(socketPath);
  const client = createClient({ ...user, socket: { ...socket, reconnectStrategy: false } });
  client.on("error", () => {
    // A Redis killed on purpose: the command under way reports it.
  });
  await client.connect();
  return client;
}

export type TestClient = Awaited<ReturnType<typeof connectTestClient>>;
