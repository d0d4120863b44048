/** What is known of the hours ahead: what the forecaster says, the people planned, what-ifs. */
import { createStatuses, type Statuses } from "../forecast/statuses.ts";
import type { ForesightStore } from "../forecast/store.ts";
import { plugin } from "../plugin.ts";

export type Foresight = { store: ForesightStore; statuses: Statuses };

export const foresightPlugin = (store: ForesightStore) =>
  plugin("foresight", ["errors"], (app) => {
    const statuses = createStatuses({
      sites: () => app.sites.all().map(({ id }) => id),
      read: (site) => store.told(site, "status"),
      now: app.now,
    });
    app.decorate("foresight", { store, statuses });
    app.addHook("onReady", async () => statuses.start());
    app.addHook("onClose", async () => statuses.stop());
  });

declare module "fastify" {
  interface FastifyInstance {
    foresight: Foresight;
  }
}
