/** Single sign-on as the environment sets it up; checked whole at start. */
import { existsSync, readFileSync } from "node:fs";
import { PEOPLE_ROLES } from "../../domain/people.ts";
import type { Role } from "../../domain/permissions.ts";

export type OidcEnvironment = {
  CT_ORIGINS: string;
  CT_OIDC_ISSUER?: string;
  CT_OIDC_CLIENT_ID?: string;
  CT_OIDC_CLIENT_SECRET?: string;
  CT_OIDC_CLIENT_SECRET_FILE?: string;
  CT_OIDC_NAME?: string;
  CT_OIDC_SCOPE: string;
  CT_OIDC_ROLE_CLAIM: string;
  CT_OIDC_ROLES?: string;
  CT_OIDC_SITES_CLAIM?: string;
};

export type OidcSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** what the login page calls it */
  name: string;
  scope: string;
  roleClaim: string;
  /** claim value -> role; the first that fits counts */
  roles: readonly (readonly [value: string, role: Role])[];
  sitesClaim: string | undefined;
  /** exactly as it is registered with the provider */
  redirectUri: string;
};

const CALLBACK = "/api/v1/session/oidc/callback";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** `a=admin, b=viewer`; a value may hold `=`, a role does not. */
const linesOf = (text: string): [string, string][] =>
  text.split(",").map((line) => {
    const at = line.lastIndexOf("=");
    return [line.slice(0, Math.max(0, at)).trim(), line.slice(at + 1).trim()];
  });

const isRole = (text: string): text is Role => PEOPLE_ROLES.some((role) => role === text);

function roleMistakes(text: string): string[] {
  const wrong = linesOf(text).filter(([value, role]) => value === "" || !isRole(role));
  return wrong.map(
    ([value, role]) =>
      `CT_OIDC_ROLES: "${value}=${role}" is not <value>=<role>; roles are ${PEOPLE_ROLES.join(", ")}.`,
  );
}

function issuerMistakes(issuer: string): string[] {
  if (!URL.canParse(issuer)) return ["CT_OIDC_ISSUER is no address."];
  const { protocol, hostname } = new URL(issuer);
  const isSafe = protocol === "https:" || LOOPBACK.test(hostname);
  return isSafe ? [] : ["CT_OIDC_ISSUER must be https: what it says opens the tower."];
}

function secretMistakes(given: OidcEnvironment): string[] {
  const file = given.CT_OIDC_CLIENT_SECRET_FILE;
  if (file === undefined) return [];
  if (given.CT_OIDC_CLIENT_SECRET !== undefined)
    return ["CT_OIDC_CLIENT_SECRET and CT_OIDC_CLIENT_SECRET_FILE: one of them, not both."];
  return existsSync(file) ? [] : ["CT_OIDC_CLIENT_SECRET_FILE: there is no such file."];
}

/** Every mistake in words; none when single sign-on is not set up. */
export function oidcMistakes(given: OidcEnvironment): string[] {
  const issuer = given.CT_OIDC_ISSUER;
  if (issuer === undefined) return [];
  const needed = ["CT_OIDC_CLIENT_ID", "CT_OIDC_ROLES"] as const;
  const missing = needed.filter((name) => given[name] === undefined);
  return [
    ...missing.map((name) => `CT_OIDC_ISSUER needs ${name}.`),
    ...(given.CT_ORIGINS === ""
      ? ["CT_OIDC_ISSUER needs CT_ORIGINS: people come back to its first address."]
      : []),
    ...issuerMistakes(issuer),
    ...secretMistakes(given),
    ...(given.CT_OIDC_ROLES === undefined ? [] : roleMistakes(given.CT_OIDC_ROLES)),
  ];
}

function secretOf(given: OidcEnvironment): string | undefined {
  const file = given.CT_OIDC_CLIENT_SECRET_FILE;
  return file === undefined ? given.CT_OIDC_CLIENT_SECRET : readFileSync(file, "utf8").trim();
}

/** After `oidcMistakes` found none. */
export function oidcSettingsOf(given: OidcEnvironment): OidcSettings | undefined {
  const { CT_OIDC_ISSUER: issuer, CT_OIDC_CLIENT_ID: clientId, CT_OIDC_ROLES: roles } = given;
  if (issuer === undefined || clientId === undefined || roles === undefined) return undefined;
  const origin = given.CT_ORIGINS.split(",")[0]?.trim() ?? "";
  return {
    issuer,
    clientId,
    clientSecret: secretOf(given),
    name: given.CT_OIDC_NAME ?? new URL(issuer).host,
    scope: given.CT_OIDC_SCOPE,
    roleClaim: given.CT_OIDC_ROLE_CLAIM,
    roles: linesOf(roles).flatMap(([value, role]) =>
      isRole(role) ? [[value, role] as const] : [],
    ),
    sitesClaim: given.CT_OIDC_SITES_CLAIM,
    redirectUri: `${origin}${CALLBACK}`,
  };
}
