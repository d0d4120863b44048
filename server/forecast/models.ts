/** What each site's forecaster has learned and the people planned, as they were kept: read again after a minute, so that a what-if needs no more than memory. */
import type { StoredPlan } from "../../domain/contract/stored.ts";
import { sitePlanOf, type SitePlan } from "../../domain/forecast/plan.ts";
import {
  createForecastState,
  restoreForecastState,
  type ForecastState,
} from "../../domain/forecast/state.ts";
import type { Site } from "../../domain/site.ts";
import type { ForesightStore } from "./store.ts";

const KEPT_MS = 60_000;

export type Known = { state: ForecastState; plan: SitePlan };

type Deps = { store: Pick<ForesightStore, "told" | "plan">; now: () => number };

function stateIn(text: string | null): ForecastState {
  if (text === null) return createForecastState();
  try {
    const kept: unknown = JSON.parse(text);
    const isWhole = typeof kept === "object" && kept !== null && "floor" in kept;
    return isWhole ? restoreForecastState(kept.floor) : createForecastState();
  } catch {
    return createForecastState();
  }
}

/** A plan without anybody in it is none, as for the forecaster. */
function planIn(site: Site, text: string | null): SitePlan {
  const shifts = text === null ? null : (JSON.parse(text) as StoredPlan).plan;
  return sitePlanOf(site, shifts === null || shifts.heads.length === 0 ? null : shifts);
}

export function createModels({ store, now }: Deps) {
  const states = new Map<string, { at: number; state: ForecastState }>();
  const plans = new Map<string, { text: string | null; plan: SitePlan }>();

  async function stateOf(site: string): Promise<ForecastState> {
    const known = states.get(site);
    if (known !== undefined && now() - known.at < KEPT_MS) return known.state;
    const state = stateIn(await store.told(site, "model"));
    states.set(site, { at: now(), state });
    return state;
  }

  /** The same object as long as nothing changed: what is computed from a plan is remembered by it. */
  async function planOf(site: Site): Promise<SitePlan> {
    const text = await store.plan(site.id);
    const known = plans.get(site.id);
    if (known !== undefined && known.text === text && known.plan.site === site) return known.plan;
    const plan = planIn(site, text);
    plans.set(site.id, { text, plan });
    return plan;
  }

  return {
    of: async (site: Site): Promise<Known> => ({
      state: await stateOf(site.id),
      plan: await planOf(site),
    }),
  };
}
export type Models = ReturnType<typeof createModels>;
