/** Who may give which key: nobody gives what they do not have, and what makes others powerful only an administrator gives. */
import {
  GUARDED_SCOPES,
  hasSite,
  type Permission,
  type Principal,
} from "../../domain/permissions.ts";
import { problem, type ProblemError } from "../problem.ts";
import type { StoredKey } from "./stored-key.ts";

export const BOOTSTRAP_NAME = "bootstrap";

/** What a key would be able to do. */
export type Reach = Pick<StoredKey, "scopes" | "sites" | "sources">;

const mayGuard = ({ kind, role, name }: Principal): boolean =>
  kind === "person" ? role === "admin" : name === BOOTSTRAP_NAME;

const forbidden = (detail: string): ProblemError => problem("CT_ERR_FORBIDDEN", detail);

function scopeObjection(giver: Principal, scopes: readonly string[]): ProblemError | null {
  const missing = scopes.filter((scope) => !giver.permissions.has(scope as Permission));
  if (missing.length > 0)
    return forbidden(`You cannot give what you do not have: ${missing.join(", ")}.`);
  const guarded = GUARDED_SCOPES.filter((scope) => scopes.includes(scope));
  return guarded.length === 0 || mayGuard(giver)
    ? null
    : forbidden(`Only an administrator gives ${guarded.join(", ")}.`);
}

/** Sites that are not there and sites of others look the same. */
function siteObjection(giver: Principal, { sites }: Reach, all: readonly string[]) {
  if (sites === "all")
    return giver.sites === "all"
      ? null
      : forbidden("You do not have all sites: name those the key is for.");
  const strange = sites.filter((site) => !hasSite(giver, site) || !all.includes(site));
  if (strange.length === 0) return null;
  const detail = `There is no site ${strange.join(", ")} for you.`;
  const errors = [{ index: 0, path: "/sites", message: `has no site ${strange.join(", ")}` }];
  return problem("CT_ERR_UNKNOWN_SITE", detail, { errors });
}

function sourceObjection({ sources: own }: Principal, { sources }: Reach): ProblemError | null {
  if (own === undefined) return null;
  const isWithin = sources?.every((one) => own.some((prefix) => one.startsWith(prefix))) ?? false;
  return isWithin
    ? null
    : forbidden(`You may only speak for sources that begin with ${own.join(", ")}.`);
}

/** Why this one may not give such a key; null when it may. `sites` are the configured ones. */
export const givingObjection = (
  giver: Principal,
  reach: Reach,
  sites: readonly string[],
): ProblemError | null =>
  scopeObjection(giver, reach.scopes) ??
  siteObjection(giver, reach, sites) ??
  sourceObjection(giver, reach);

/** A key of a site one does not have does not exist for one. */
export const isVisible = (reader: Principal, { sites }: Pick<StoredKey, "sites">): boolean =>
  reader.sites === "all" || (sites !== "all" && sites.every((site) => hasSite(reader, site)));

/** Whoever could not give this key must not get a secret of it either, nor widen it. A site that is gone since does not count. */
export function touchingObjection(toucher: Principal, key: StoredKey): ProblemError | null {
  const known = key.sites === "all" ? [] : key.sites;
  return givingObjection(toucher, key, known);
}
