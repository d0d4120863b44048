/** How a line of the matrix is written: what is asked, and what must come of it. */
import type { MachineScope, Role } from "../../../domain/permissions.ts";
import type { Place } from "./world.ts";

export type Asked = { url: string; payload?: object | string; type?: string };
export type Expected = {
  /** "open": no credential is needed; else the roles that may */
  roles: "open" | string;
  /** the scope that a key needs; "any": every key may; "none": no key may */
  scope: MachineScope | "any" | "none";
  ask: (place: Place, subject: string) => Asked[];
  own: number;
  /** left out: the operation is about no site */
  foreign?: number;
  /** it ends the session that asks, or the thing that is asked about */
  ends?: "session" | "thing";
};

export const EVERYBODY = "viewer wall associate coordinator lead admin auditor";
export const PEOPLE = "viewer associate coordinator lead admin auditor";
export const WORKERS = "coordinator lead admin";
export const mayRole = (roles: string, role: Role): boolean =>
  roles === "open" || roles.split(" ").includes(role);

export const enc = encodeURIComponent;
export const at = (url: string) => () => [{ url: `/api/v1${url}` }];
export const bare = (url: string) => () => [{ url }];
export const send = (url: string, payload: object = {}) => [{ url: `/api/v1${url}`, payload }];
export const bySite = (url: string) => ({
  ask: ({ site }: Place) => [{ url: `/api/v1${url}?site=${site}` }],
  own: 200,
  foreign: 404,
});
export const open = (ask: Expected["ask"], own: number): Expected => ({
  roles: "open",
  scope: "any",
  ask,
  own,
});
