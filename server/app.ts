/** Builds the server: plugins first, then routes. What tests build too, with fakes for what needs a Redis. */
import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { ServerConfig } from "./config.ts";
import type { SiteBook } from "./decorators.ts";
import { authPlugin } from "./plugins/auth.ts";
import { errorsPlugin, frameworkErrors } from "./plugins/errors.ts";
import { headersPlugin } from "./plugins/headers.ts";
import { openapiPlugin } from "./plugins/openapi.ts";
import { validationPlugin } from "./plugins/validation.ts";
import { sessionRoutes } from "./routes/session.ts";
import type { Sessions } from "./sessions.ts";
import { createUsers } from "./users.ts";

type Plugin = (app: FastifyInstance) => Promise<void>;

export type AppDeps = {
  sites: SiteBook;
  sessions: Sessions;
  /** decorates `inbox` */
  inbox: Plugin;
  /** decorates `live` */
  live: Plugin;
  /** where log lines go; none in tests */
  logger: NonNullable<FastifyServerOptions["loggerInstance"]> | false;
};

const PERSON_BODY_BYTES = 256 * 1024;

const options = (deps: AppDeps): FastifyServerOptions => ({
  ...(deps.logger === false ? { logger: false } : { loggerInstance: deps.logger }),
  disableRequestLogging: true,
  genReqId: () => randomUUID(),
  bodyLimit: PERSON_BODY_BYTES,
  requestTimeout: 10_000,
  connectionTimeout: 15_000,
  keepAliveTimeout: 5_000,
  onProtoPoisoning: "error",
  onConstructorPoisoning: "error",
  trustProxy: false,
  forceCloseConnections: true,
  return503OnClosing: true,
  routerOptions: { maxParamLength: 512 },
  frameworkErrors,
});

export async function buildApp(config: ServerConfig, deps: AppDeps): Promise<FastifyInstance> {
  const app = fastify(options(deps));
  app.decorate("config", config);
  app.decorate("sites", deps.sites);
  await app.register(errorsPlugin);
  await app.register(validationPlugin);
  await app.register(headersPlugin);
  await app.register(cookie);
  await app.register(authPlugin({ users: createUsers(config), sessions: deps.sessions }));
  await app.register(openapiPlugin);
  await app.register(deps.inbox);
  await app.register(deps.live);
  sessionRoutes(app);
  return app;
}
