/** Writes the signed head of the audit chain to the log: at the start, every hour, and at the end. Without entries there is nothing to anchor. */
import type { Signer } from "../audit/anchor.ts";
import { plugin } from "../plugin.ts";

const EVERY_MS = 3_600_000;
/** Until Redis was there for the first time. */
const FIRST_TRY_MS = 5_000;

export const auditAnchorPlugin = (signer: Signer) =>
  plugin("audit-anchor", [], (app) => {
    app.decorate("auditSigner", signer);
    async function anchor(): Promise<boolean> {
      try {
        const { head } = await app.audit.store.state();
        if (head !== null) app.log.info({ anchor: signer.anchor(head) }, "audit anchor");
        return true;
      } catch (error) {
        app.log.debug({ err: error }, "the audit chain cannot be anchored now");
        return false;
      }
    }
    let timer: NodeJS.Timeout | undefined;
    const later = (ms: number): void => {
      timer = setTimeout(() => void again(), ms).unref();
    };
    const again = async (): Promise<void> => later((await anchor()) ? EVERY_MS : FIRST_TRY_MS);
    app.addHook("onListen", async () => void again());
    app.addHook("preClose", async () => {
      clearTimeout(timer);
      await anchor();
    });
  });

declare module "fastify" {
  interface FastifyInstance {
    auditSigner: Signer;
  }
}
