/** Incidents as routes read them besides what is in memory, and the policies that decide about them. */
import { createPastReader } from "../incidents/before.ts";
import { createPolicyDesk, type PolicyDesk } from "../incidents/policy-desk.ts";
import type { LinkBook } from "../incidents/links.ts";
import type { IncidentStore } from "../incidents/store.ts";
import { plugin } from "../plugin.ts";

export const incidentsPlugin = (store: IncidentStore) =>
  plugin("incidents", ["errors", "people", "channels"], (app) => {
    app.decorate("incidents", store);
    app.decorate("pastIncidents", createPastReader(store.closedSince, app.now));
    app.decorate(
      "policyDesk",
      createPolicyDesk({
        store: () => store,
        audit: () => app.audit,
        reachable: async (site) => {
          const channels = await app.channels.store.all();
          const here = new Set(channels.filter((one) => one.site === site).map(({ id }) => id));
          return {
            isPerson: (name) => app.users.get(name) !== undefined,
            isChannel: (id) => here.has(id),
          };
        },
        now: app.now,
      }),
    );
  });

declare module "fastify" {
  interface FastifyInstance {
    incidents: IncidentStore;
    links: LinkBook;
    /** resolved incidents of the last 30 days in short, at most half a minute old */
    pastIncidents: ReturnType<typeof createPastReader>;
    policyDesk: PolicyDesk;
  }
}
