import { createClient } from "redis";

/** A client for looking into a test's Redis: gives up at once instead of reconnecting. Close it with `destroy()`. */
export async function connectTestClient(socketPath: string) {
  const client = createClient({ socket: { path: socketPath, reconnectStrategy: false } });
  client.on("error", () => {
    // A Redis killed on purpose: the command under way reports it.
  });
  await client.connect();
  return client;
}

export type TestClient = Awaited<ReturnType<typeof connectTestClient>>;
