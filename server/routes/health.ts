/**
 * Alive and ready. Ready means that the whole way worked lately, not that something is connected: the newest canary, which went through HTTP, inbox, worker
 * and log, is younger than 30 s at every site.
 */
import type { FastifyInstance } from "fastify";
import type { DueCheck } from "../../domain/incidents/due-check.ts";
import { checksOf } from "../incidents/due-checks.ts";

const CANARY_MOST_MS = 30_000;
const FEED_MOST_MS = 3_000;

type Part = { state: "ok" | "failing"; [fact: string]: unknown };

const part = (isOk: boolean, facts: Record<string, unknown>): Part => ({
  state: isOk ? "ok" : "failing",
  ...facts,
});

const upSinceMs = (): number => Math.round(process.uptime() * 1000);

/** Of the oldest word. One from the future was said before the clock was set back: it is at least as old as nobody knows, so it does not count as new. */
const oldestOf = (said: readonly { at: number }[], now: number): number =>
  Math.max(...said.map(({ at }) => Math.abs(now - at)));

/** How many sources of all sites are silent. */
function silentSources(app: FastifyInstance, now: number): number {
  const states = app.sites.all().flatMap(({ id }) => app.live.board(id)?.sources(now) ?? []);
  return states.filter(({ state }) => state === "silent").length;
}

/** Without a word for so long nobody copies. */
const HISTORY_SILENT_MS = 60_000;

/** What was is not needed by what is: history that lags or is away is said, and everything else goes on. */
async function historyPart(app: FastifyInstance, now: number): Promise<Part> {
  const said = await Promise.all(app.sites.all().map(({ id }) => app.history.status(id)));
  const known = said.filter((one) => one !== null);
  if (known.length === 0) return part(true, { copying: "unknown", behind: null, ageMs: null });
  const ageMs = oldestOf(known, now);
  const worst =
    known.find(({ state }) => state === "failing" || state === "refused") ??
    known.find(({ state }) => state !== "current");
  return part(true, {
    copying: ageMs > HISTORY_SILENT_MS ? "silent" : (worst?.state ?? "current"),
    behind: Math.max(...known.map(({ behind }) => behind)),
    ageMs,
    ...(worst?.error !== undefined && { error: worst.error }),
  });
}

/** What the auditor of the clock found last, over all sites; it is set right by itself, so it is said and no reason to send people elsewhere. */
async function escalationPart(app: FastifyInstance, now: number): Promise<Part> {
  const checks = (await checksOf(app)).map(({ check }) => check);
  const sum = (faults: (check: DueCheck) => readonly unknown[]): number =>
    checks.reduce((count, check) => count + faults(check).length, 0);
  return part(true, {
    missed: sum(({ missed }) => missed),
    doubled: sum(({ doubled }) => doubled),
    ageMs: checks.length === 0 ? null : oldestOf(checks, now),
  });
}

/** Each with its state and its age: since it was heard, or since it was read. */
async function partsOf(app: FastifyInstance, now: number): Promise<Record<string, Part>> {
  const feedAgeMs = app.live.isLoaded() ? app.live.feedAgeMs(now) : null;
  const upMs = upSinceMs();
  const sites = app.sites.all();
  const canaries = sites.map(({ id }) => app.live.canaryAgeMs(id, now));
  const isFresh = canaries.every((age) => age !== null && age < CANARY_MOST_MS);
  const ages = canaries.filter((age) => age !== null);
  const oldest = ages.length < canaries.length ? null : Math.max(...ages);
  return {
    // one that would lose events is said, and no reason to take none: nobody else would take them better
    redis: part(app.live.feedAgeMs(now) < FEED_MOST_MS, {
      ageMs: feedAgeMs,
      losses: app.losses(),
    }),
    workers: part(isFresh, { ageMs: oldest, canaryAgeMs: oldest }),
    sites: part(app.live.isLoaded(), {
      count: sites.length,
      version: app.sites.version(),
      ageMs: upMs,
    }),
    // a system that does not speak is no reason to send people elsewhere: it is said, and the tower goes on
    sources: part(true, { silent: silentSources(app, now), ageMs: feedAgeMs }),
    history: await historyPart(app, now),
    escalation: await escalationPart(app, now),
    server: part(!app.isStopping(), { ageMs: upMs }),
  };
}

export function healthRoutes(app: FastifyInstance): void {
  app.get(
    "/livez",
    {
      config: { operation: "GET /livez" },
      schema: { summary: "The process answers", tags: ["health"] },
    },
    async () => ({ state: "ok", ageMs: upSinceMs() }),
  );

  app.get(
    "/readyz",
    {
      config: { operation: "GET /readyz" },
      schema: { summary: "Events go in, are applied and are seen", tags: ["health"] },
    },
    async (_request, reply) => {
      const parts = await partsOf(app, app.now());
      const isReady = Object.values(parts).every(({ state }) => state === "ok");
      reply.code(isReady ? 200 : 503).header("cache-control", "no-store");
      if (!isReady) reply.header("retry-after", 1);
      return { state: isReady ? "ready" : "not ready", parts };
    },
  );
}
