/** Incidents armed by hand, each with one step that falls due at its own moment; and people who acknowledge some of them, before or after. */
import { GLOBAL_KEYS, keysOf } from "../../../domain/contract/keys.ts";
import { recordedAtOf } from "../../../domain/contract/positions.ts";
import type { IncidentEvent } from "../../../domain/incidents/action.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { DEFAULT_POLICIES, type Ladder } from "../../../domain/incidents/policies.ts";
import type { Append } from "../../../server/inbox/append.ts";
import type { Send } from "../../../workers/redis.ts";
import { aSite } from "../../support/builders.ts";
import { below, type Random } from "../random.ts";

export const SITE = "BER1";
const KEYS = keysOf(SITE);
const MINUTE = 60_000;
const AT_ONCE = 200;
const WAIT_MINUTES = 7;

export type Timer = { id: string; dueAt: number };

const ladder: Ladder = {
  id: "once",
  name: "one step",
  repeat: 0,
  offHours: "continue",
  steps: [{ wait: { minutes: WAIT_MINUTES }, targets: [{ to: "role", role: "coordinator" }] }],
};

/** A site that is always open, with one ladder of one step. */
export async function furnish(send: Send): Promise<void> {
  const sites = [aSite({ id: SITE, shifts: [] })];
  await send("HSET", GLOBAL_KEYS.sites, "current", JSON.stringify({ version: 1, sites }));
  const policies = { ...DEFAULT_POLICIES, ladders: [ladder] };
  const stored = { site: SITE, version: 1, policies, history: [] };
  await send("HSET", GLOBAL_KEYS.policies, SITE, JSON.stringify(stored));
}

/** By hand, so that no rule closes them: what is under test is the clock. */
function armed({ id, dueAt }: Timer): Incident {
  const since = dueAt - WAIT_MINUTES * MINUTE;
  return {
    id,
    site: SITE,
    v: 0,
    kind: "manual",
    cause: `manual|chaos|${id}`,
    title: "armed",
    severity: "S4",
    priority: 10,
    savingRate: 0,
    state: "open",
    openedAt: since,
    openedBy: "chaos",
    changedAt: since,
    actBy: null,
    valueAtStake: null,
    counts: { orders: 0, atRisk: 0, late: 0, lost: 0, blind: 0 },
    orders: [],
    attributes: [],
    sources: [],
    reasons: [],
    doThis: null,
    rule: { id: "manual", version: 1 },
    inputs: {},
    owner: null,
    ackUntil: null,
    activeAt: since,
    shelved: null,
    resolution: null,
    reopened: 0,
    seenAt: since,
    generation: 1,
    ladder: { ladder: "once", version: 1, step: 0, round: 0, since, nextAt: dueAt, fired: [] },
    announcedOrders: 0,
    played: [],
    noise: null,
    timeline: [{ at: since, what: "opened", by: "chaos", words: "armed" }],
  };
}

export async function arm(send: Send, timers: readonly Timer[]): Promise<void> {
  for (let first = 0; first < timers.length; first += AT_ONCE) {
    const some = timers.slice(first, first + AT_ONCE);
    const texts = some.flatMap((timer) => [timer.id, JSON.stringify(armed(timer))]);
    const moments = some.flatMap(({ id, dueAt }) => [String(dueAt), id]);
    await send("HSET", KEYS.incidents, ...texts);
    await send("ZADD", KEYS.incidentDue, ...moments);
  }
  await send("SET", KEYS.incidentNumber, String(timers.length));
}

export const timersOver = (
  random: Random,
  count: number,
  from: number,
  windowMs: number,
): Timer[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `INC-${n + 1}`,
    dueAt: from + below(random, windowMs),
  }));

const acknowledgement = (incident: string): IncidentEvent => ({
  id: `ack-${incident}`,
  source: "ui/chaos",
  type: "incident.acknowledged",
  site: SITE,
  occurredAt: Date.now(),
  actor: "chaos",
  role: "coordinator",
  data: { incident },
});

/** Until it is on disk: a door that does not answer is asked again, which is safe. When it was recorded. */
export async function acknowledge(append: Append, incident: string): Promise<number> {
  const event = acknowledgement(incident);
  for (;;) {
    try {
      const [outcome] = await append({
        how: "all",
        entries: [{ event, hash: `h-${incident}` }],
      });
      if (outcome !== undefined && outcome.position !== "") return recordedAtOf(outcome.position);
    } catch {
      // Redis is being restarted.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
