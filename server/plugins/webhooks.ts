/** Outgoing webhooks: who is told of what, and what became of it. */
import { plugin } from "../plugin.ts";
import { createWebhookDesk, type WebhookDesk } from "../webhooks/desk.ts";
import type { SealSecret } from "../webhooks/seal.ts";
import type { WebhookStore } from "../webhooks/store.ts";

export const webhooksPlugin = (store: WebhookStore, seal: SealSecret) =>
  plugin("webhooks", ["errors"], (app) => {
    const desk = createWebhookDesk({
      store,
      seal,
      audit: () => app.audit,
      sites: () => app.sites.all().map(({ id }) => id),
      allowed: app.config.webhookAllow,
      now: Date.now,
    });
    app.decorate("webhooks", { store, desk });
  });

declare module "fastify" {
  interface FastifyInstance {
    webhooks: { store: WebhookStore; desk: WebhookDesk };
  }
}
