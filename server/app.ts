/** Builds the server: plugins first, then routes. What tests build too, with fakes for what needs a Redis. */
import { randomBytes, randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { createAudit } from "./audit.ts";
import type { AuditStore } from "./audit/store.ts";
import type { ServerConfig } from "./config.ts";
import type { SiteBook } from "./decorators.ts";
import { authPlugin } from "./plugins/auth.ts";
import type { KeyStore } from "./machines/key-store.ts";
import { errorsPlugin, frameworkErrors } from "./plugins/errors.ts";
import { headersPlugin } from "./plugins/headers.ts";
import { canaryPlugin } from "./plugins/canary.ts";
import { gatewayPlugin } from "./plugins/gateway.ts";
import { machinesPlugin } from "./plugins/machines.ts";
import { openapiPlugin } from "./plugins/openapi.ts";
import { staticPlugin } from "./plugins/static.ts";
import { validationPlugin } from "./plugins/validation.ts";
import { actionRoutes } from "./routes/actions.ts";
import { boardRoutes } from "./routes/board.ts";
import { configRoutes } from "./routes/config.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { keyRoutes } from "./routes/keys.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { orderRoutes } from "./routes/orders.ts";
import { sessionRoutes } from "./routes/session.ts";
import { createRates } from "./rates.ts";
import type { Sessions } from "./sessions.ts";
import { createUsers } from "./users.ts";

type Plugin = (app: FastifyInstance) => Promise<void>;

export type AppDeps = {
  sites: SiteBook;
  sessions: Sessions;
  /** where machine keys are read from */
  keys: KeyStore;
  audit: AuditStore;
  /** decorates `inbox` */
  inbox: Plugin;
  /** decorates `live` */
  live: Plugin;
  /** sends a canary every 10 s */
  canary: boolean;
  isStopping?: () => boolean;
  /** where log lines go; none in tests */
  logger: NonNullable<FastifyServerOptions["loggerInstance"]> | false;
};

const PERSON_BODY_BYTES = 256 * 1024;

const options = (deps: AppDeps): FastifyServerOptions => ({
  ...(deps.logger === false ? { logger: false } : { loggerInstance: deps.logger }),
  logController: new LogController({ disableRequestLogging: true }),
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

const ROUTES = [
  healthRoutes,
  metricsRoutes,
  sessionRoutes,
  eventRoutes,
  orderRoutes,
  actionRoutes,
  boardRoutes,
  deadLetterRoutes,
  configRoutes,
  keyRoutes,
];

async function registerPlugins(
  app: FastifyInstance,
  config: ServerConfig,
  deps: AppDeps,
): Promise<void> {
  const internalKey = randomBytes(32).toString("base64url");
  await app.register(errorsPlugin);
  await app.register(validationPlugin);
  await app.register(headersPlugin);
  await app.register(cookie);
  const users = createUsers(config);
  await app.register(machinesPlugin(deps.keys));
  const rates = createRates(config.rates, Date.now);
  await app.register(authPlugin({ users, sessions: deps.sessions, rates, internalKey }));
  await app.register(openapiPlugin);
  await app.register(deps.inbox);
  await app.register(deps.live);
  await app.register(gatewayPlugin);
  await app.register(staticPlugin);
  if (deps.canary) await app.register(canaryPlugin({ internalKey }));
}

export async function buildApp(config: ServerConfig, deps: AppDeps): Promise<FastifyInstance> {
  const app = fastify(options(deps));
  app.decorate("config", config);
  app.decorate("sites", deps.sites);
  app.decorate("audit", createAudit(deps.audit));
  app.decorate("isStopping", deps.isStopping ?? (() => false));
  await registerPlugins(app, config, deps);
  for (const routes of ROUTES) await routes(app);
  return app;
}
