/** Saved views of the board. */
import { plugin } from "../plugin.ts";
import type { ViewStore } from "../views/store.ts";

export const viewsPlugin = (store: ViewStore) =>
  plugin("views", ["errors"], (app) => {
    app.decorate("views", store);
  });

declare module "fastify" {
  interface FastifyInstance {
    views: ViewStore;
  }
}
