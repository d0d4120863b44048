/** The board of a site, or the refusal while it was not read yet. */
import type { FastifyInstance } from "fastify";
import type { SiteBoard } from "../decorators.ts";
import { problem } from "../problem.ts";

export function boardOf(app: FastifyInstance, site: string): SiteBoard {
  const board = app.live.board(site);
  if (board === undefined)
    throw problem("CT_ERR_UNAVAILABLE", "The board was not read yet. Try again in a moment.", {
      retryAfterSeconds: 1,
    });
  return board;
}
