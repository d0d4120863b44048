/** Signed webhooks that come in: their door, their settings, and what waits for its order. */
import { plugin } from "../plugin.ts";
import { createDeliver, type Deliver } from "../hooks/deliver.ts";
import { createConnectorDesk, type ConnectorDesk } from "../hooks/desk.ts";
import type { HookStore } from "../hooks/store.ts";
import { matchAlways } from "../hooks/unmatched.ts";
import type { OpenSecret, SealSecret } from "../webhooks/seal.ts";

export type HookParts = { store: HookStore; seal: SealSecret; open: OpenSecret };

export const hooksPlugin = ({ store, seal, open }: HookParts) =>
  plugin("hooks", ["errors", "sites", "inbox"], (app) => {
    const desk = createConnectorDesk({
      store,
      seal,
      open,
      audit: () => app.audit,
      now: () => app.now(),
    });
    app.decorate("hooks", { desk, deliver: createDeliver({ app, store, open }) });
    let stop = (): void => undefined;
    app.addHook("onReady", async () => {
      stop = matchAlways({ app, store });
    });
    app.addHook("onClose", async () => stop());
  });

declare module "fastify" {
  interface FastifyInstance {
    hooks: { desk: ConnectorDesk; deliver: Deliver };
  }
}
