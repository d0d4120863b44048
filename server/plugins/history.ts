/** What was: asked of the history store, which may be away while everything else goes on. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import type { HistoryReader } from "../history/reader.ts";
import { plugin } from "../plugin.ts";
import type { RedisClient } from "../redis.ts";

export type HistoryDesk = {
  ask: HistoryReader["ask"];
  /** what the copier of a site last said of itself; null when it never did, or Redis does not answer */
  status: (site: string) => Promise<HistoryStatus | null>;
};
export type HistoryDeps = {
  reader: HistoryReader;
  told: (site: string) => Promise<string | null>;
};

export const toldBy =
  (client: RedisClient): HistoryDeps["told"] =>
  (site) =>
    client.get(keysOf(site).history);

export const historyPlugin = ({ reader, told }: HistoryDeps) =>
  plugin("history", ["errors"], (app) => {
    const status: HistoryDesk["status"] = async (site) => {
      const text = await told(site).catch(() => null);
      return text === null ? null : (JSON.parse(text) as HistoryStatus);
    };
    app.decorate("history", { ask: reader.ask, status });
    app.addHook("onClose", () => reader.stop());
  });

declare module "fastify" {
  interface FastifyInstance {
    history: HistoryDesk;
  }
}
