/** The screens one can go to: the rail, the keys `G ...` and the palette are made of this one list. */
import type { Permission } from "../../domain/permissions.ts";
import type { IconName } from "./icons.ts";

export type Place = {
  to: string;
  label: string;
  /** on the rail when it has one */
  icon?: IconName;
  /** as `ui/keys.ts` names it */
  keys?: string;
  /** for whoever may; everybody when absent */
  may?: Permission;
};

export const PLACES: readonly Place[] = [
  { to: "/board", label: "Board", icon: "layout-grid", keys: "G B" },
  { to: "/trucks", label: "Trucks", icon: "truck", keys: "G T" },
  { to: "/inbox", label: "Inbox", icon: "inbox", keys: "G I", may: "incidents:read" },
  {
    to: "/handover",
    label: "Handover",
    icon: "clipboard-check",
    keys: "G H",
    may: "handover:read",
  },
  { to: "/trends", label: "Trends", icon: "chart-line", keys: "G R" },
  { to: "/rewind", label: "Rewind", icon: "rotate-ccw-clock", keys: "G P" },
  { to: "/analytics", label: "Analytics", icon: "chart-column", keys: "G N" },
  { to: "/walls", label: "Walls", icon: "monitor", keys: "G W", may: "displays:manage" },
  {
    to: "/dead-letters",
    label: "Dead letters",
    icon: "mail-warning",
    keys: "G D",
    may: "dead-letters:read",
  },
  { to: "/audit", label: "Audit", icon: "scroll-text", keys: "G L", may: "audit:read" },
  { to: "/forecast", label: "Forecasts" },
  { to: "/plan", label: "Shift plan", may: "config:read" },
  { to: "/policies", label: "Rules and escalation", may: "config:read" },
  { to: "/account", label: "Your account", keys: "G A" },
  { to: "/settings/users", label: "People", keys: "G U", may: "users:manage" },
  { to: "/settings/keys", label: "Machine keys", may: "keys:manage" },
  { to: "/settings/webhooks", label: "Webhooks", may: "webhooks:manage" },
  { to: "/settings/channels", label: "Channels", may: "webhooks:manage" },
  { to: "/settings/connectors", label: "Connectors", may: "config:write" },
];

export const placesFor = (may: (permission: Permission) => boolean): Place[] =>
  PLACES.filter((place) => place.may === undefined || may(place.may));
