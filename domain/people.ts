/** What is known of people's accounts without any schema: rules that browser, server and command line share. */
import { ROLES, type Role } from "./permissions.ts";

export const PASSWORD_MIN = 8;
export const PASSWORD_RECOMMENDED = 15;
export const PASSWORD_MAX = 128;

/** Roles that a person may be given; a wall is paired, it has no password. */
export const PEOPLE_ROLES: readonly Role[] = ROLES.filter((role) => role !== "wall");
