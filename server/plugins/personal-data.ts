/** What is kept of a person and its end, behind `app.personalData`. Erasures are applied again whenever Redis was connected anew: it may have come back from an older copy. */
import { createErasureFile, createPersonalStore } from "../personal/store.ts";
import { plugin } from "../plugin.ts";
import type { RedisClient } from "../redis.ts";

export const personalDataPlugin = ({ client }: { client: RedisClient }) =>
  plugin("personal-data", ["inbox", "history"], (app) => {
    const file = createErasureFile(`${app.config.dataDir}/erasures.ndjson`);
    /** Rejects while history does not answer: what is erased must be all of it. Where none was ever kept nothing was archived. */
    const archived = async (site: string, customerOrder: string): Promise<readonly string[]> =>
      (await app.history.status(site)) === null
        ? []
        : app.history.ask("ofCustomer", { site, customerOrder });
    const store = createPersonalStore({ client, personal: app.personal, archived, file });
    app.decorate("personalData", store);
    const again = async (): Promise<void> => {
      const count = await store.reapply().catch((error: unknown) => {
        app.log.warn({ err: error }, "erasures could not be applied again");
        return 0;
      });
      if (count > 0) app.log.warn({ count }, "erased again what an older copy brought back");
    };
    client.on("ready", () => void again());
    if (client.isReady) void again();
    app.addHook("onClose", async () => store.stop());
  });
