/** The policies of a site while nobody decided: what its entry in the sites file says of thresholds and ladders, else what ships with the tower. Pure. */
import type { Site } from "../site.ts";
import { INCIDENT_KINDS, type IncidentKind } from "./incident.ts";
import { DEFAULT_POLICIES, type Policies, type Rule } from "./policies.ts";
import { THRESHOLDS } from "./thresholds.ts";

const isKind = (name: string): name is IncidentKind =>
  INCIDENT_KINDS.some((known) => known === name);

/** `common_cause.minimumOrders` -> kind and threshold; null when there is no such. */
function thresholdNamed(text: string): { kind: IncidentKind; name: string } | null {
  const [kind = "", name = "", ...rest] = text.split(".");
  if (!isKind(kind) || rest.length > 0) return null;
  return Object.hasOwn(THRESHOLDS[kind], name) ? { kind, name } : null;
}

/** Names under `thresholds` of a site that no rule has. */
export const strangeThresholds = ({ thresholds = {} }: Pick<Site, "thresholds">): string[] =>
  Object.keys(thresholds).filter((name) => thresholdNamed(name) === null);

function ruleFor(kind: IncidentKind, { thresholds = {} }: Site): Rule {
  const own = Object.entries(thresholds).flatMap(([text, value]) => {
    const named = thresholdNamed(text);
    return named?.kind === kind ? [[named.name, value] as const] : [];
  });
  return {
    kind,
    enabled: true,
    ...(own.length > 0 && { thresholds: Object.fromEntries(own) }),
  };
}

export const policiesOfSite = (site: Site): Policies => ({
  rules: INCIDENT_KINDS.map((kind) => ruleFor(kind, site)),
  ladders: site.escalation ?? DEFAULT_POLICIES.ladders,
});
