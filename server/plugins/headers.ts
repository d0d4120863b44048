/** Security headers of every answer (promise S19): nothing from anywhere else, no inline script, no framing. */
import helmet from "@fastify/helmet";
import { plugin } from "../plugin.ts";

const SELF = ["'self'"];
const NONE = ["'none'"];

export const headersPlugin = plugin("headers", [], async (app) => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NONE,
        scriptSrc: SELF,
        styleSrc: SELF,
        connectSrc: SELF,
        fontSrc: SELF,
        imgSrc: ["'self'", "data:"],
        manifestSrc: SELF,
        frameAncestors: NONE,
        baseUri: NONE,
        formAction: SELF,
        requireTrustedTypesFor: ["'script'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
});
