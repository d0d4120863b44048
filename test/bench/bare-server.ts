/** The least that could take an event: Fastify, a schema, one XADD. The limit for single posts; run as a process of its own. */
import { fastify } from "fastify";
import { createClient } from "@redis/client";
import { EventEnvelope } from "../../domain/event.ts";
import { adminOptions } from "../support/redis-client.ts";

const client = createClient(adminOptions(process.argv[2] ?? "") as never);
await client.connect();
const app = fastify({ logger: false });
app.post("/api/v1/events", { schema: { body: EventEnvelope } }, async (request, reply) => {
  const position = await client.sendCommand([
    "XADD",
    "bare",
    "*",
    "e",
    JSON.stringify(request.body),
  ]);
  return reply.code(202).send({ accepted: 1, position });
});
await app.listen({ host: "127.0.0.1", port: Number(process.argv[3]) });
process.stdout.write("listening\n");
