import { plugin } from "../../server/plugin.ts";

/** For towers without a store: nothing is kept of anybody. */
export const noPersonalData = plugin("personal-data", [], (app) => {
  app.decorate("personalData", {
    find: async () => [],
    erase: async () => undefined,
    reapply: async () => 0,
    stop: () => undefined,
  });
});
