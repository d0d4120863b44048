/** The server process: configuration, Redis, app, listening, and an end within 15 s that loses nothing. */
import closeWithGrace from "close-with-grace";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "./app.ts";
import { createSigner } from "./audit/anchor.ts";
import { createAuditStore } from "./audit/store.ts";
import { createClock, readRedisTime } from "./clock.ts";
import { readConfig, type ServerConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { ownSecret } from "./own-secret.ts";
import { createDisplayStore } from "./displays/store.ts";
import { createCaptureJobs } from "./epcis/jobs.ts";
import { createForesightStore } from "./forecast/store.ts";
import { createHistoryReader } from "./history/reader.ts";
import { toldBy } from "./plugins/history.ts";
import { inboxPlugin } from "./plugins/inbox.ts";
import { createIncidentStore } from "./incidents/store.ts";
import { createKeeping } from "./inbox/keeping.ts";
import { createKeyStore } from "./machines/key-store.ts";
import { createPeopleStore } from "./people/store.ts";
import { livePlugin } from "./plugins/live.ts";
import { personalDataPlugin } from "./plugins/personal-data.ts";
import { createFastClient, type RedisClient } from "./redis.ts";
import { createHookStore } from "./hooks/store.ts";
import { createOpenSecret, createSealSecret } from "./webhooks/seal.ts";
import { createWebhookStore } from "./webhooks/store.ts";
import { createChannelStore } from "./channels/store.ts";
import { createViewStore } from "./views/store.ts";
import { createSites } from "./sites/book.ts";
import { readSitesFile } from "./sites/file.ts";
import { expandSites } from "./sites/holidays.ts";
import { createSitesStore } from "./sites/store.ts";

const CLOSE_WITHIN_MS = 12_000;
const PUBLISH_AGAIN_MS = 500;

/** Workers cannot start without the rules: tried until they stand in Redis, and again at every reconnect (a fresh Redis has none). */
function publishAlways(publishSites: () => Promise<void>, client: RedisClient, log: Logger): void {
  let isRunning = false;
  async function publish(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (client.isOpen) {
      const error = await publishSites().then(
        () => null,
        (failure: unknown) => failure,
      );
      if (error === null) break;
      log.debug({ err: error }, "the sites cannot be published yet");
      await sleep(PUBLISH_AGAIN_MS);
    }
    isRunning = false;
  }
  client.on("ready", () => void publish());
  void publish();
}

const watchKeeping = (client: RedisClient, log: Logger) =>
  createKeeping(client, (loss) => log.error(`Redis does not keep its word: ${loss}`));

async function build(
  config: ServerConfig,
  log: Logger,
): Promise<{ app: FastifyInstance; stop: () => void }> {
  const list = await readSitesFile(config.sitesFile);
  if (config.sitesFile === undefined)
    log.warn("CT_SITES_FILE is not set: the example sites BER1 and NYC1 are used");
  const secret = await ownSecret(config.secretFile, config.redisUrl, log);
  const client = createFastClient(config.redisUrl, (error) =>
    log.debug({ err: error }, "the connection to Redis failed"),
  );
  const [seal, open] = [createSealSecret(secret), createOpenSecret(secret)];
  const keeping = watchKeeping(client, log);
  const clock = createClock({ read: () => readRedisTime(client) });
  let isStopping = false;
  const app = await buildApp(config, {
    sites: createSites(await expandSites(list, new Date().getUTCFullYear())),
    sitesStore: createSitesStore(client),
    people: createPeopleStore(client),
    audit: createAuditStore(client),
    auditSigner: createSigner(secret),
    keys: createKeyStore(client),
    displays: createDisplayStore(client),
    inbox: inboxPlugin({ client, redisUrl: config.redisUrl }),
    captures: createCaptureJobs(client),
    personalData: personalDataPlugin({ client }),
    foresight: createForesightStore(client),
    history: { reader: createHistoryReader(config.history), told: toldBy(client) },
    webhooks: { store: createWebhookStore(client), seal },
    hooks: { store: createHookStore(client), seal, open },
    channels: createChannelStore(client),
    views: createViewStore(client),
    incidents: createIncidentStore(client),
    secret,
    live: livePlugin({ client, redisUrl: config.redisUrl }),
    canary: true,
    isStopping: () => isStopping,
    losses: keeping.losses,
    now: clock.now,
    logger: log,
  });
  client.on("ready", () => {
    clock.stop();
    clock.start();
  });
  app.addHook("onClose", async () => {
    clock.stop();
    keeping.stop();
  });
  // last of all: feed and queue end before the client they use
  app.addHook("onClose", async () => client.destroy());
  // connects when Redis is there; until then everything that needs it is refused
  void client.connect().catch(() => undefined);
  publishAlways(() => app.publishSites(list), client, log);
  return {
    app,
    stop: () => {
      isStopping = true;
    },
  };
}

async function start(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const { app, stop } = await build(config, log);
  // with a certificate of its own SIGHUP means that it was renewed (tls.ts)
  const skip: "SIGHUP"[] = config.tls === undefined ? [] : ["SIGHUP"];
  closeWithGrace({ delay: CLOSE_WITHIN_MS, logger: log, skip }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, "ended by an error");
    else log.info({ signal }, "ending");
    stop();
    await app.close();
  });
  await app.listen({ host: config.host, port: config.port });
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
