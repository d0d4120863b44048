/** What a provider says of a person, read with care: it is text from outside. */
import type { Role } from "../../domain/permissions.ts";

export type Claims = Readonly<Record<string, unknown>>;

const SHOWN_NAME_MAX = 100;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By its name, else as a path with dots (`realm_access.roles`). */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split("."))
    value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

/** The texts of a claim that is one text or a list of them. */
export function claimValues(claims: Claims, name: string): string[] {
  const value = claimOf(claims, name);
  return [value].flat().filter((one): one is string => typeof one === "string" && one !== "");
}

/** The first line of the table that fits; undefined, and nobody enters, when none does. */
export const mappedRole = (
  values: readonly string[],
  roles: readonly (readonly [value: string, role: Role])[],
): Role | undefined => roles.find(([value]) => values.includes(value))?.[1];

export const displayName = (claims: Claims): string | undefined =>
  ["name", "preferred_username"]
    .flatMap((claim) => claimValues(claims, claim))[0]
    ?.slice(0, SHOWN_NAME_MAX);
