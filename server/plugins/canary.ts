/** Sends the canary through the server's own front door: every hook, check and route an event of anybody else goes through. */
import { createCanary } from "../live/canary.ts";
import { plugin } from "../plugin.ts";

export const canaryPlugin = ({ internalKey }: { internalKey: string }) =>
  plugin("canary", ["auth", "inbox", "live"], (app) => {
    const post = async (event: object): Promise<boolean> => {
      const answer = await app.inject({
        method: "POST",
        url: "/api/v1/events",
        headers: { authorization: `Bearer ${internalKey}`, "content-type": "application/json" },
        payload: event,
      });
      if (answer.statusCode >= 400 && answer.statusCode !== 503)
        app.log.warn({ status: answer.statusCode, body: answer.body }, "the canary was refused");
      return answer.statusCode < 400;
    };
    const sites = () => app.sites.all().map(({ id }) => id);
    const canary = createCanary(sites, post, app.now, app.live.canaryAt);
    // not in onReady: an injected request waits for ready itself
    app.addHook("onListen", async () => canary.start());
    app.addHook("preClose", async () => canary.stop());
  });
