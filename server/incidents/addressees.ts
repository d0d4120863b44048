/** Whom an action on an incident names: an incident given to nobody is forgotten, and a comment that calls nobody is believed to have called somebody. */
import type { FastifyInstance } from "fastify";
import type { IncidentAction, IncidentActionBody } from "../../domain/contract/incidents.ts";
import { hasSite, may, type Permission, type Role } from "../../domain/permissions.ts";
import { principalOf } from "../people/account.ts";
import { problem } from "../problem.ts";

export type Colleague = { name: string; role: Role };

/** Accounts that are not disabled and may do that at the site, by name. */
export const peopleWho = (
  app: FastifyInstance,
  site: string,
  permission: Permission,
): Colleague[] =>
  app.users
    .all()
    .filter(({ disabled }) => !disabled)
    .map((account) => ({ account, principal: principalOf(account) }))
    .filter(({ principal }) => hasSite(principal, site) && may(principal, permission))
    .map(({ account: { name, role } }) => ({ name, role }))
    .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

function refuseAll(field: string, strangers: readonly string[], what: string): void {
  if (strangers.length === 0) return;
  const message = `nobody here who ${what} is called ${strangers.join(", ")}`;
  throw problem("CT_ERR_INVALID", `${field}: ${message}.`, {
    errors: [{ index: 0, path: `/${field}`, message: `body ${message}` }],
  });
}

/** `self`: whoever acts may name themselves, also a machine. @throws problem CT_ERR_INVALID with those who are nobody here */
export function refuseStrangers(
  app: FastifyInstance,
  { site, self }: { site: string; self: string },
  name: IncidentAction,
  body: IncidentActionBody,
): void {
  const strangersTo = (permission: Permission, named: readonly string[]) => {
    const known = new Set(peopleWho(app, site, permission).map((one) => one.name));
    return named.filter((one) => one !== self && !known.has(one));
  };
  if (name === "assign") {
    const { assignee } = body as IncidentActionBody<"assign">;
    const named = assignee === null ? [] : [assignee];
    refuseAll("assignee", strangersTo("incidents:act", named), "may own incidents");
  }
  if (name === "comment") {
    const { mentions = [] } = body as IncidentActionBody<"comment">;
    refuseAll("mentions", strangersTo("incidents:note", mentions), "answers incidents");
  }
}
