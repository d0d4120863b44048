/** A user as the page shows it, and what may be done about one. Pure. */
import type { GrantedSites, UserView } from "../../domain/contract/people.ts";

export type UserAction = "grant" | "disable" | "enable" | "reset" | "logout" | "delete";

export const siteWords = (sites: GrantedSites): string => {
  if (sites === "all") return "all sites";
  return sites.length === 0 ? "no site" : sites.join(", ");
};

/** Where an account comes from, when that limits what can be done here. */
export const originWords: Readonly<Record<UserView["origin"], string>> = {
  local: "",
  oidc: "single sign-on",
  environment: "built in",
};

/** The server decides; this leaves out what it would refuse. */
export function actionsFor(user: UserView, own: string): UserAction[] {
  const isFixedAdmin = user.origin === "environment" && user.role === "admin";
  if (user.name === own) return [];
  if (isFixedAdmin) return ["logout"];
  const toggle: UserAction = user.disabled ? "enable" : "disable";
  if (user.origin === "oidc") return [toggle, "logout", "delete"];
  if (user.origin === "environment") return ["grant", toggle, "logout"];
  return ["grant", "reset", toggle, "logout", "delete"];
}

export const ACTION_WORDS: Readonly<Record<UserAction, string>> = {
  grant: "Role and sites",
  reset: "New one-time password",
  disable: "Disable",
  enable: "Enable",
  logout: "Log out everywhere",
  delete: "Delete",
};
