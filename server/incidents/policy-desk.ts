/**
 * The policies of sites: read, tried, changed. A change is one step with its audit entry; nobody writes over what somebody else changed meanwhile, and every mistake is named with its
 * place. Workers use a new version with their next turn; ladders that run keep the one they began under.
 */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { PoliciesFile, PoliciesView } from "../../domain/contract/policies.ts";
import { INCIDENT_KINDS } from "../../domain/incidents/incident.ts";
import {
  thresholdsOf,
  type Policies,
  type StoredPolicies,
  type Target,
} from "../../domain/incidents/policies.ts";
import {
  policyMistakes,
  policyWarnings,
  type Reachable,
} from "../../domain/incidents/policy-check.ts";
import { policyChanges } from "../../domain/incidents/policy-words.ts";
import { policiesOfSite } from "../../domain/incidents/site-policies.ts";
import type { Site } from "../../domain/site.ts";
import type { Audit, AuditInput } from "../audit.ts";
import { misfitsIn, problem } from "../problem.ts";
import type { IncidentStore } from "./store.ts";

/** Changes that are remembered with the policies; the audit has them all. */
const MOST_HISTORY = 100;

export type PolicyAsker = { name: string; where: string; seesPeople: boolean };
type Deps = {
  store: () => Pick<IncidentStore, "policies">;
  audit: () => Pick<Audit, "change">;
  /** who and what can be told at a site */
  reachable: (site: string) => Promise<Reachable>;
  now: () => number;
};

export type PolicyDesk = {
  /** those in force */
  current(site: Site): Promise<Pick<StoredPolicies, "version" | "policies">>;
  read(site: Site, asker: PolicyAsker): Promise<PoliciesView>;
  file(site: Site): Promise<PoliciesFile>;
  /** @throws problem CT_ERR_INVALID with every mistake, CT_ERR_CONFLICT when it is not `ifVersion` any more */
  change(
    site: Site,
    asker: PolicyAsker,
    wish: { policies: Policies; ifVersion?: number | undefined },
    dryRun: boolean,
  ): Promise<PoliciesView>;
};

const decode = (site: Site, text: string | null): StoredPolicies =>
  text === null
    ? { site: site.id, version: 0, policies: policiesOfSite(site), history: [] }
    : (JSON.parse(text) as StoredPolicies);

/** @throws problem with every mistake by its place, under `/policies` of the body */
export function refusePolicyMistakes(site: Site, policies: Policies): void {
  const mistakes = policyMistakes(policies, site);
  if (mistakes.length === 0) return;
  const errors = mistakes.map(({ path, message }) => ({
    index: 0,
    path: `/policies${path}`,
    message: `body ${message}`,
  }));
  throw problem("CT_ERR_INVALID", misfitsIn(errors.length, "the policies"), {
    errors,
  });
}

function refuseOld({ version, history }: StoredPolicies, wanted: number | undefined): void {
  if (wanted === undefined || wanted === version) return;
  const who = history[0]?.by ?? "Somebody";
  throw problem(
    "CT_ERR_CONFLICT",
    `${who} changed the policies meanwhile: they are version ${version}.`,
    { members: { version } },
  );
}

const openTarget = (target: Target): Target =>
  target.to === "person" ? { to: "person", name: "somebody" } : target;

/** Nobody's name, and nothing that somebody typed but what a thing is called: who is on duty, who is told by name, who stands in, why there is planned work. */
export function policiesWithoutPeople(policies: Policies): Policies {
  const { rules, ladders, schedules = [], maintenance = [] } = policies;
  return {
    rules,
    maintenance: maintenance.map((one) => ({ ...one, reason: "planned work" })),
    ladders: ladders.map(({ description: _typed, ...ladder }) => ({
      ...ladder,
      steps: ladder.steps.map((step) => ({ ...step, targets: step.targets.map(openTarget) })),
    })),
    schedules: schedules.map(({ overrides: _people, turns: _names, ...schedule }) => ({
      ...schedule,
      turns: [],
    })),
  };
}

const entryOf = (
  site: Site,
  asker: PolicyAsker,
  before: StoredPolicies,
  after: StoredPolicies,
  words: string[],
): AuditInput => ({
  who: asker.name,
  what: "policies.changed",
  where: asker.where,
  site: site.id,
  subject: site.id,
  before: { version: before.version },
  after: { version: after.version, changes: words },
});

export function createPolicyDesk({ store, audit, reachable, now }: Deps): PolicyDesk {
  const load = async (site: Site) => decode(site, await store().policies(site.id));

  async function show(
    site: Site,
    { version, policies, history }: StoredPolicies,
    { seesPeople }: PolicyAsker,
    changes: string[] = [],
  ): Promise<PoliciesView> {
    const names = INCIDENT_KINDS.map((kind) => [kind, thresholdsOf(policies, kind)] as const);
    return {
      site: site.id,
      version,
      policies: seesPeople ? policies : policiesWithoutPeople(policies),
      history: history.map(({ by, at, ...rest }) => ({
        ...rest,
        ...(seesPeople && { by }),
        at: new Date(at).toISOString(),
      })),
      thresholds: Object.fromEntries(names),
      warnings: seesPeople ? policyWarnings(policies, await reachable(site.id), now()) : [],
      changes,
    };
  }

  return {
    current: load,
    read: async (site, asker) => show(site, await load(site), asker),
    async file(site) {
      const { version, policies } = await load(site);
      const exportedAt = new Date(now()).toISOString();
      return { kind: "control-tower-policies", site: site.id, version, exportedAt, policies };
    },
    async change(site, asker, { policies, ifVersion }, dryRun) {
      refusePolicyMistakes(site, policies);
      const text = await store().policies(site.id);
      const before = decode(site, text);
      refuseOld(before, ifVersion);
      const words = policyChanges(before.policies, policies);
      if (dryRun) return show(site, { ...before, policies }, asker, words);
      if (words.length === 0) return show(site, before, asker);
      const version = before.version + 1;
      const line = { version, by: asker.name, at: now(), words };
      const history = [line, ...before.history].slice(0, MOST_HISTORY);
      const after = { site: site.id, version, policies, history };
      const value = JSON.stringify(after);
      const write = { key: GLOBAL_KEYS.policies, field: site.id, value, was: text };
      await audit().change(entryOf(site, asker, before, after, words), [write]);
      return show(site, after, asker, words);
    },
  };
}
