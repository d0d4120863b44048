/** Names in an address that are none lead nowhere: 404, as for any address, and no mistake in a request. */
import type { FastifyRequest } from "fastify";
import { problem } from "../problem.ts";

/** Before the schema is asked, which would say 422. */
export const knownName =
  (names: readonly string[]) =>
  async ({ params }: FastifyRequest): Promise<void> => {
    const { name = "" } = params as { name?: string };
    if (names.includes(name)) return;
    throw problem("CT_ERR_NOT_FOUND", `There is no such name. Names are ${names.join(", ")}.`);
  };
