/** Where messages go besides people, and which browsers take pushes. */
import { createChannelDesk, type ChannelDesk } from "../channels/desk.ts";
import type { ChannelStore } from "../channels/store.ts";
import { plugin } from "../plugin.ts";
import type { SealSecret } from "../webhooks/seal.ts";

export const channelsPlugin = (store: ChannelStore, seal: SealSecret) =>
  plugin("channels", ["errors"], (app) => {
    const desk = createChannelDesk({
      store,
      seal,
      audit: () => app.audit,
      sites: () => app.sites.all().map(({ id }) => id),
      allowed: app.config.webhookAllow,
      now: Date.now,
    });
    app.decorate("channels", { store, desk });
  });

declare module "fastify" {
  interface FastifyInstance {
    channels: { store: ChannelStore; desk: ChannelDesk };
  }
}
