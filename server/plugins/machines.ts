/** Machine keys: kept in memory here, read again every 2 s, changed only together with the audit. */
import type { FastifyInstance } from "fastify";
import { createKeyDesk, type KeyDesk } from "../machines/desk.ts";
import { createKeyBook, RELOAD_MS, type KeyBook } from "../machines/key-book.ts";
import type { KeyStore } from "../machines/key-store.ts";
import { plugin } from "../plugin.ts";

function reloadAlways(app: FastifyInstance, book: KeyBook): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook("onReady", async () => {
    // a store that is not there yet is no reason not to start: until it is, no stored key opens anything
    await book.reload().catch(() => undefined);
    timer = setInterval(() => void book.reload().catch(() => undefined), RELOAD_MS);
  });
  app.addHook("onClose", async () => clearInterval(timer));
}

export const machinesPlugin = (store: KeyStore) =>
  plugin("machines", ["errors"], (app) => {
    const book = createKeyBook({
      store,
      now: Date.now,
      onUnreadable: (id, error) => app.log.error({ err: error, id }, "a key opens nothing"),
    });
    app.decorate("keyBook", book);
    app.decorate(
      "keyDesk",
      createKeyDesk({
        book,
        audit: () => app.audit,
        sites: () => app.sites.all().map(({ id }) => id),
        now: Date.now,
      }),
    );
    reloadAlways(app, book);
  });

declare module "fastify" {
  interface FastifyInstance {
    keyBook: KeyBook;
    keyDesk: KeyDesk;
  }
}
