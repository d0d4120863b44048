/** Builds the server: plugins first, then routes. What tests build too, with fakes for what needs a Redis. */
import { randomBytes, randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { createAudit } from "./audit.ts";
import { createSigner, type Signer } from "./audit/anchor.ts";
import type { AuditStore } from "./audit/store.ts";
import type { ServerConfig } from "./config.ts";
import type { ForesightStore } from "./forecast/store.ts";
import type { IncidentStore } from "./incidents/store.ts";
import type { PeopleStore } from "./people/store.ts";
import type { DisplayStore } from "./displays/store.ts";
import { listenerOptions } from "./listener.ts";
import { auditAnchorPlugin } from "./plugins/audit-anchor.ts";
import { authPlugin } from "./plugins/auth.ts";
import type { KeyStore } from "./machines/key-store.ts";
import { errorsPlugin, frameworkErrors } from "./plugins/errors.ts";
import { headersPlugin } from "./plugins/headers.ts";
import { canaryPlugin } from "./plugins/canary.ts";
import { capturesPlugin } from "./plugins/captures.ts";
import { displaysPlugin } from "./plugins/displays.ts";
import { foresightPlugin } from "./plugins/foresight.ts";
import { incidentsPlugin } from "./plugins/incidents.ts";
import { historyPlugin, type HistoryDeps } from "./plugins/history.ts";
import { gatewayPlugin } from "./plugins/gateway.ts";
import { machinesPlugin } from "./plugins/machines.ts";
import { openapiPlugin } from "./plugins/openapi.ts";
import { peoplePlugin } from "./plugins/people.ts";
import { sitesPlugin } from "./plugins/sites.ts";
import { staticPlugin } from "./plugins/static.ts";
import { validationPlugin } from "./plugins/validation.ts";
import { channelsPlugin } from "./plugins/channels.ts";
import { viewsPlugin } from "./plugins/views.ts";
import { webhooksPlugin } from "./plugins/webhooks.ts";
import { hooksPlugin, type HookParts } from "./plugins/hooks.ts";
import { accountRoutes } from "./routes/account.ts";
import { actionRoutes } from "./routes/actions.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { auditRoutes } from "./routes/audit.ts";
import { boardRoutes } from "./routes/board.ts";
import { configRoutes } from "./routes/config.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { displayRoutes } from "./routes/displays.ts";
import { eventRoutes } from "./routes/events.ts";
import { epcisEventRoutes } from "./routes/epcis-events.ts";
import { importRoutes } from "./routes/imports.ts";
import { ediRoutes } from "./routes/edi.ts";
import { captureRoutes } from "./routes/epcis-capture.ts";
import type { CaptureJobs } from "./epcis/jobs.ts";
import { createLinkBook } from "./incidents/links.ts";
import { linkRoutes } from "./routes/links.ts";
import { handoverRoutes } from "./routes/handover.ts";
import { alarmRoutes } from "./routes/alarms.ts";
import { peopleRoutes } from "./routes/people.ts";
import { incidentActionRoutes } from "./routes/incident-actions.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { policyRoutes } from "./routes/policies.ts";
import { exportRoutes } from "./routes/exports.ts";
import { floorRoutes } from "./routes/floor.ts";
import { forecastRoutes } from "./routes/forecast.ts";
import { healthRoutes } from "./routes/health.ts";
import { keyRoutes } from "./routes/keys.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { orderRoutes } from "./routes/orders.ts";
import { personalRoutes } from "./routes/personal.ts";
import { planRoutes } from "./routes/plans.ts";
import { reportRoutes } from "./routes/reports.ts";
import { rewindRoutes } from "./routes/rewind.ts";
import { sessionRoutes } from "./routes/session.ts";
import { signOnRoutes } from "./routes/sign-on.ts";
import { userRoutes } from "./routes/users.ts";
import { calendarRoutes } from "./routes/calendars.ts";
import { connectorRoutes } from "./routes/connectors.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { channelRoutes } from "./routes/channels.ts";
import { pushRoutes } from "./routes/push.ts";
import { viewRoutes } from "./routes/views.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { whatIfRoutes } from "./routes/what-if.ts";
import { buildSerializer } from "./serializers.ts";
import { createRates } from "./rates.ts";
import { tlsPlugin } from "./tls.ts";
import type { SitesBook } from "./sites/book.ts";
import type { SitesStore } from "./sites/store.ts";
import type { SealSecret } from "./webhooks/seal.ts";
import type { ChannelStore } from "./channels/store.ts";
import type { ViewStore } from "./views/store.ts";
import type { WebhookStore } from "./webhooks/store.ts";

type Plugin = (app: FastifyInstance) => Promise<void>;

export type AppDeps = {
  /** those in force, and where they are kept */
  sites: SitesBook;
  sitesStore: SitesStore;
  people: PeopleStore;
  audit: AuditStore;
  /** signs the heads of the audit chain; with a key of its own in tests */
  auditSigner?: Signer;
  /** where machine keys are read from */
  keys: KeyStore;
  /** wall displays */
  displays: DisplayStore;
  /** decorates `inbox` */
  inbox: Plugin;
  /** what became of EPCIS documents */
  captures: CaptureJobs;
  /** decorates `personalData` */
  personalData: Plugin;
  /** what the forecaster says, plans, what-ifs */
  foresight: ForesightStore;
  /** what was; may be away while all else goes on */
  history: HistoryDeps;
  /** outgoing webhooks, and what seals their secrets */
  webhooks: { store: WebhookStore; seal: SealSecret };
  /** incoming ones, and what seals and opens their secrets */
  hooks: HookParts;
  /** where messages go besides people */
  channels: ChannelStore;
  /** saved views of the board */
  views: ViewStore;
  /** what is kept of incidents besides what the log tells */
  incidents: IncidentStore;
  /** the installation's: signs links in messages; one of its own in tests */
  secret?: Buffer;
  /** decorates `live` */
  live: Plugin;
  /** sends a canary every 10 s */
  canary: boolean;
  isStopping?: () => boolean;
  /** what of its Redis would lose events, in words */
  losses?: () => readonly string[];
  /** the tower's time, epoch ms; the machine's own by default */
  now?: () => number;
  /** where log lines go; none in tests */
  logger: NonNullable<FastifyServerOptions["loggerInstance"]> | false;
};

const options = (config: ServerConfig, deps: AppDeps): FastifyServerOptions => ({
  ...listenerOptions(config),
  ...(deps.logger === false ? { logger: false } : { loggerInstance: deps.logger }),
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => randomUUID(),
  frameworkErrors,
  schemaController: { compilersFactory: { buildSerializer } },
});

const ROUTES = [
  healthRoutes,
  metricsRoutes,
  reportRoutes,
  sessionRoutes,
  signOnRoutes,
  accountRoutes,
  userRoutes,
  eventRoutes,
  captureRoutes,
  epcisEventRoutes,
  hookRoutes,
  ediRoutes,
  importRoutes,
  orderRoutes,
  actionRoutes,
  boardRoutes,
  deadLetterRoutes,
  configRoutes,
  calendarRoutes,
  connectorRoutes,
  auditRoutes,
  personalRoutes,
  keyRoutes,
  webhookRoutes,
  channelRoutes,
  pushRoutes,
  viewRoutes,
  displayRoutes,
  floorRoutes,
  forecastRoutes,
  analyticsRoutes,
  exportRoutes,
  rewindRoutes,
  planRoutes,
  whatIfRoutes,
  incidentRoutes,
  incidentActionRoutes,
  alarmRoutes,
  peopleRoutes,
  handoverRoutes,
  linkRoutes,
  policyRoutes,
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
  await app.register(tlsPlugin);
  await app.register(cookie);
  await app.register(sitesPlugin(deps.sites, deps.sitesStore));
  await app.register(peoplePlugin(deps.people));
  await app.register(machinesPlugin(deps.keys));
  await app.register(displaysPlugin(deps.displays, deps.people));
  const rates = createRates(config.rates, Date.now);
  await app.register(authPlugin({ rates, internalKey }));
  await app.register(auditAnchorPlugin(deps.auditSigner ?? createSigner(randomBytes(32))));
  await app.register(openapiPlugin);
  await app.register(deps.inbox);
  await app.register(capturesPlugin(deps.captures));
  await app.register(foresightPlugin(deps.foresight));
  await app.register(historyPlugin(deps.history));
  await app.register(deps.personalData);
  await app.register(webhooksPlugin(deps.webhooks.store, deps.webhooks.seal));
  await app.register(channelsPlugin(deps.channels, deps.webhooks.seal));
  await app.register(hooksPlugin(deps.hooks));
  await app.register(viewsPlugin(deps.views));
  await app.register(incidentsPlugin(deps.incidents));
  await app.register(deps.live);
  await app.register(gatewayPlugin);
  await app.register(staticPlugin);
  if (deps.canary) await app.register(canaryPlugin({ internalKey }));
}

export async function buildApp(config: ServerConfig, deps: AppDeps): Promise<FastifyInstance> {
  const app = fastify(options(config, deps));
  app.decorate("config", config);
  app.decorate("sites", deps.sites);
  app.decorate("audit", createAudit(deps.audit));
  app.decorate("links", createLinkBook(deps.secret ?? randomBytes(32)));
  app.decorate("now", deps.now ?? (() => Date.now()));
  app.decorate("losses", deps.losses ?? (() => []));
  app.decorate("isStopping", deps.isStopping ?? (() => false));
  await registerPlugins(app, config, deps);
  for (const routes of ROUTES) await routes(app);
  return app;
}
