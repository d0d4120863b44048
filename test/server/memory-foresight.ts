/** The forecast's store in memory: a test puts in what the forecaster would say. */
import type { ForesightStore } from "../../server/forecast/store.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryForesight = ForesightStore & {
  /** `site/status`, `site/quality`, `site/model` */
  said: Map<string, string>;
  kept: Map<string, string>;
};

export function memoryForesight(audit: MemoryAudit): MemoryForesight {
  const said = new Map<string, string>();
  const trials = new Map<string, string>();
  const kept = new Map<string, string>();
  const outcomesOf = (site: string): [string, string][] =>
    [...kept]
      .filter(([name]) => name.startsWith(`${site}/`))
      .map(([name, text]) => [name.slice(site.length + 1), text]);
  return {
    said,
    kept,
    told: async (site, what) => said.get(`${site}/${what}`) ?? null,
    plan: async (site) => audit.hashes.get(GLOBAL_KEYS.shiftPlans)?.get(site) ?? null,
    async keepTrial(site, id, text) {
      trials.set(`${site}/${id}`, text);
    },
    trial: async (site, id) => trials.get(`${site}/${id}`) ?? null,
    done: async (site) => Object.fromEntries(audit.hashes.get(GLOBAL_KEYS.whatIfs(site)) ?? []),
    outcomes: async (site) => Object.fromEntries(outcomesOf(site)),
    async keepOutcome(site, id, text) {
      if (!kept.has(`${site}/${id}`)) kept.set(`${site}/${id}`, text);
    },
    async dropOutcomes(site, ids) {
      for (const id of ids) kept.delete(`${site}/${id}`);
    },
  };
}
