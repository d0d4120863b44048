/** Shift plans: read, tried, changed. A change is one step with its audit entry, and nobody writes over what somebody else changed meanwhile. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { StoredPlan } from "../../domain/contract/stored.ts";
import type { PlanChange, PlanView } from "../../domain/contract/plans.ts";
import { processesOf, type ShiftPlan } from "../../domain/forecast/plan.ts";
import { planChanges, planMistakes, planWarnings } from "../../domain/forecast/plan-words.ts";
import type { Site } from "../../domain/site.ts";
import type { Audit, AuditInput } from "../audit.ts";
import { misfitsIn, problem } from "../problem.ts";
import type { ForesightStore } from "./store.ts";

/** Changes that are remembered with the plan; the audit has them all. */
const MOST_HISTORY = 20;
const NO_PLAN: StoredPlan = { version: 0, plan: { heads: [], breaks: [] }, history: [] };

type Asker = { name: string; where: string; seesPeople: boolean };
type Deps = {
  store: Pick<ForesightStore, "plan">;
  audit: () => Pick<Audit, "change">;
  /** in which the open orders of a site are picked */
  zones: (site: string) => string[];
  now: () => number;
};

export type PlanDesk = {
  read(site: Site, asker: Asker): Promise<PlanView>;
  /** @throws problem CT_ERR_INVALID with every mistake, CT_ERR_CONFLICT when it is not `ifVersion` any more */
  change(
    site: Site,
    asker: Asker,
    wish: Pick<PlanChange, "plan"> & { ifVersion?: number | undefined },
    dryRun: boolean,
  ): Promise<PlanView>;
};

const decode = (text: string | null): StoredPlan =>
  text === null ? NO_PLAN : (JSON.parse(text) as StoredPlan);

function refuseMistakes(site: Site, plan: ShiftPlan): void {
  const mistakes = planMistakes(plan, processesOf(site));
  if (mistakes.length === 0) return;
  const errors = mistakes.map((one) => ({ index: 0, ...one }));
  throw problem("CT_ERR_INVALID", misfitsIn(errors.length, "the plan"), {
    errors,
  });
}

function refuseOld({ version, history }: StoredPlan, wanted: number | undefined): void {
  if (wanted === undefined || wanted === version) return;
  const by = history[0]?.by;
  const who = by === undefined ? "Somebody" : by;
  throw problem("CT_ERR_CONFLICT", `${who} changed the plan meanwhile: it is version ${version}.`, {
    members: { version },
  });
}

function planAfter(before: StoredPlan, plan: ShiftPlan, by: string, at: number): StoredPlan {
  const version = before.version + 1;
  const history = [{ version, by, at }, ...before.history].slice(0, MOST_HISTORY);
  return { version, plan, history };
}

const entryOf = (site: Site, asker: Asker, before: StoredPlan, after: StoredPlan): AuditInput => ({
  who: asker.name,
  what: "plan.changed",
  where: asker.where,
  site: site.id,
  subject: site.id,
  before: before.plan,
  after: after.plan,
});

function viewOf(
  site: Site,
  stored: StoredPlan,
  zones: string[],
  asker: Asker,
  changes: string[],
): PlanView {
  const history = stored.history.map(({ version, by, at }) => ({
    version,
    ...(asker.seesPeople && { by }),
    at: new Date(at).toISOString(),
  }));
  return {
    site: site.id,
    version: stored.version,
    plan: stored.plan as PlanView["plan"],
    history,
    processes: processesOf(site),
    zones,
    warnings: planWarnings(stored.plan, zones),
    changes,
  };
}

export function createPlanDesk({ store, audit, zones, now }: Deps): PlanDesk {
  const show = (site: Site, stored: StoredPlan, asker: Asker, changes: string[] = []): PlanView =>
    viewOf(site, stored, zones(site.id), asker, changes);
  return {
    read: async (site, asker) => show(site, decode(await store.plan(site.id)), asker),
    async change(site, asker, wish, dryRun) {
      const plan = wish.plan as ShiftPlan;
      refuseMistakes(site, plan);
      const text = await store.plan(site.id);
      const before = decode(text);
      refuseOld(before, wish.ifVersion);
      const changes = planChanges(before.plan, plan);
      if (dryRun) return show(site, { ...before, plan }, asker, changes);
      if (changes.length === 0) return show(site, before, asker);
      const after = planAfter(before, plan, asker.name, now());
      const value = JSON.stringify(after);
      const write = { key: GLOBAL_KEYS.shiftPlans, field: site.id, value, was: text };
      await audit().change(entryOf(site, asker, before, after), [write]);
      return show(site, after, asker, changes);
    },
  };
}
