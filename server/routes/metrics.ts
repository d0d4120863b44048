/** `GET /metrics`: OpenMetrics of this process and of the boards it holds. */
import type { LiveMetrics } from "../../domain/board.ts";
import type { DueCheck } from "../../domain/incidents/due-check.ts";
import { checksOf } from "../incidents/due-checks.ts";
import { hasSite, type Principal } from "../../domain/permissions.ts";
import type { FastifyInstance } from "fastify";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import type { QueueState } from "../decorators.ts";
import { Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type SiteGauge = { name: string; help: string; read: (site: string) => number | null };

function siteGauges(app: FastifyInstance): SiteGauge[] {
  const metrics = (site: string) => app.live.board(site)?.metrics(app.now());
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  return [
    {
      name: "ct_open_orders",
      help: "Open orders",
      read: (site) => app.live.board(site)?.rows.size ?? null,
    },
    {
      name: "ct_commit_seq",
      help: "Number of the last commit seen",
      read: (site) => app.live.board(site)?.seq ?? null,
    },
    {
      name: "ct_inbox_lag",
      help: "Events accepted and not yet applied",
      read: (site) => metrics(site)?.inboxLag ?? null,
    },
    {
      name: "ct_dead_letters",
      help: "Events on the dead-letter list",
      read: (site) => metrics(site)?.deadLetters ?? null,
    },
    {
      name: "ct_canary_age_seconds",
      help: "Age of the newest proof that the whole way works",
      read: (site) => seconds(app.live.canaryAgeMs(site, app.now())),
    },
  ];
}

function registerSites(app: FastifyInstance, registers: Registry[]): void {
  for (const { name, help, read } of siteGauges(app))
    new Gauge({
      name,
      help,
      labelNames: ["site"],
      registers,
      collect() {
        this.reset();
        for (const { id } of app.sites.all()) {
          const value = read(id);
          if (value !== null) this.set({ site: id }, value);
        }
      },
    });
}

type Split = { name: string; help: string; label: string; read: (live: LiveMetrics) => Counts };
type Counts = Readonly<Record<string, number>>;

/** What is open, by what somebody would draw it by. */
const SPLITS: readonly Split[] = [
  {
    name: "ct_orders",
    help: "Open orders by how they stand to their promise",
    label: "severity",
    read: ({ severities }) => severities,
  },
  {
    name: "ct_stage_orders",
    help: "Open orders by stage",
    label: "stage",
    read: ({ stages }) =>
      Object.fromEntries(Object.entries(stages).map(([stage, { wip }]) => [stage, wip])),
  },
  {
    name: "ct_incidents",
    help: "Open incidents by severity",
    label: "severity",
    read: ({ incidents }) => incidents?.bySeverity ?? {},
  },
  {
    name: "ct_promises",
    help: "Orders of which a promise was kept or broken, since the beginning",
    label: "outcome",
    read: ({ promises }) => promises,
  },
];

function registerSplits(app: FastifyInstance, registers: Registry[]): void {
  for (const { name, help, label, read } of SPLITS)
    new Gauge({
      name,
      help,
      labelNames: ["site", label],
      registers,
      collect() {
        this.reset();
        for (const { id } of app.sites.all()) {
          const live = app.live.board(id)?.metrics(app.now());
          if (live === undefined) continue;
          for (const [value, count] of Object.entries(read(live)))
            this.set({ site: id, [label]: value }, count);
        }
      },
    });
}

function registerServer(app: FastifyInstance, registers: Registry[]): void {
  new Gauge({
    name: "ct_sockets",
    help: "Open sockets",
    registers,
    collect() {
      this.set(app.socketCount());
    },
  });
  new Gauge({
    name: "ct_feed_age_seconds",
    help: "How long ago the follower of the logs last heard from Redis",
    registers,
    collect() {
      this.set(app.live.feedAgeMs(app.now()) / 1000);
    },
  });
}

/** Makes gauges of what is said of each site when they are collected; of a site of which nothing is said there is no figure. */
const createSiteGauge =
  <T>(registers: Registry[], said: () => Promise<[site: string, T][]>) =>
  (name: string, help: string, read: (said: T) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ["site"],
      registers,
      async collect() {
        this.reset();
        for (const [site, found] of await said()) this.set({ site }, read(found));
      },
    });

/** How far history is behind what is live. */
function registerHistory(app: FastifyInstance, registers: Registry[]): void {
  const said = async (): Promise<[string, HistoryStatus][]> => {
    const found = await Promise.all(
      app.sites.all().map(async ({ id }) => ({ id, status: await app.history.status(id) })),
    );
    return found.flatMap(({ id, status }) => (status === null ? [] : [[id, status]]));
  };
  const gauge = createSiteGauge(registers, said);
  gauge("ct_history_behind_commits", "Commits that history has not copied", ({ behind }) => behind);
  gauge(
    "ct_history_age_seconds",
    "How long ago the copier last said how far it is",
    ({ at }) => Math.max(0, app.now() - at) / 1000,
  );
  gauge("ct_history_up", "1 while history is written", ({ state }) =>
    state === "failing" || state === "refused" ? 0 : 1,
  );
  gauge("ct_history_gaps", "How often the log was gone before it was copied", ({ gaps }) => gaps);
}

/** What was due against what was fired, as the auditor found it in its last minute. */
function registerEscalation(app: FastifyInstance, registers: Registry[]): void {
  const gauge = createSiteGauge(registers, async () =>
    (await checksOf(app)).map(({ site, check }): [string, DueCheck] => [site, check]),
  );
  gauge("ct_escalation_missed", "Steps that were due and not taken", ({ missed }) => missed.length);
  gauge("ct_escalation_doubled", "Steps that were taken twice", ({ doubled }) => doubled.length);
  gauge("ct_escalation_late", "Steps of the last minute that were late", ({ late }) => late);
  gauge("ct_escalation_fired", "Steps that were taken in the last minute", ({ fired }) => fired);
  gauge(
    "ct_escalation_check_age_seconds",
    "How long ago the auditor last looked",
    ({ at }) => Math.max(0, app.now() - at) / 1000,
  );
}

/** Said while Redis answers: a scrape is never kept waiting for long, and shows no stale figure. */
function registerQueues(app: FastifyInstance, registers: Registry[]): void {
  let reading: Promise<QueueState[]> | null = null;
  // both gauges are collected at the same time: they read once
  const read = (): Promise<QueueState[]> =>
    (reading ??= app.inbox
      .queues(Date.now())
      .catch(() => [])
      .finally(() => (reading = null)));
  new Gauge({
    name: "ct_queue_jobs",
    help: "Jobs in the queues that wake the workers",
    labelNames: ["queue", "state"],
    registers,
    async collect() {
      this.reset();
      for (const { queue, jobs } of await read())
        for (const [state, count] of Object.entries(jobs)) this.set({ queue, state }, count);
    },
  });
  new Gauge({
    name: "ct_queue_oldest_waiting_seconds",
    help: "For how long the oldest job waits that no worker has taken; absent when none does",
    labelNames: ["queue"],
    registers,
    async collect() {
      this.reset();
      for (const { queue, oldestWaitingMs } of await read())
        if (oldestWaitingMs !== null) this.set({ queue }, oldestWaitingMs / 1000);
    },
  });
}

const SITE = /^\w+\{(?:[^}]*,)?site="([^"]*)"/;

/** What is said of a site is for those who have it; the process and its queues are everybody's. */
function shownTo(principal: Principal, text: string): string {
  if (principal.sites === "all") return text;
  const isOwn = (line: string): boolean => {
    const site = SITE.exec(line)?.[1];
    return site === undefined || hasSite(principal, site);
  };
  return text.split("\n").filter(isOwn).join("\n");
}

export function metricsRoutes(app: FastifyInstance): void {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  registerSites(app, registers);
  registerSplits(app, registers);
  registerServer(app, registers);
  registerQueues(app, registers);
  registerHistory(app, registers);
  registerEscalation(app, registers);
  const requests = new Histogram({
    name: "ct_http_request_duration_seconds",
    help: "Time from request to answer, by route",
    labelNames: ["operation", "status"],
    buckets: SECONDS,
    registers,
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { operation = "other" } = request.routeOptions.config;
    requests.observe({ operation, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });

  app.get(
    "/metrics",
    {
      config: { operation: "GET /metrics" },
      schema: { summary: "OpenMetrics of the process and of your sites", tags: ["health"] },
    },
    async ({ principal }, reply) =>
      reply.type(registry.contentType).send(shownTo(principal, await registry.metrics())),
  );
}
