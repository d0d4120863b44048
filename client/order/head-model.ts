/** What stands on top of the drawer, from the board's row at once, and from the order when it has been read. Pure; instants are epoch ms. */
import type { Row } from "../../domain/board.ts";
import type { Severity, Stage } from "../../domain/stages.ts";
import { duration, type SiteFormat } from "../ui/format.ts";
import { pickupName, STAGE_WORDS } from "../ui/words.ts";
import type { OpenHold } from "./hold-words.ts";
import type { OrderView } from "./order-view.ts";

export type Head = {
  severity: Severity;
  stage: Stage;
  stageSince: number;
  actBy: number | null;
  due: number | null;
  dueKind: "ship" | "deliver";
  pickup: Row["pickup"];
  reason: string | null;
  owner: string | null;
  closedAt: number | null;
  flags: readonly string[];
  holds: readonly OpenHold[];
};

export const headOfRow = (row: Row): Head => ({
  severity: row.sev,
  stage: row.stage,
  stageSince: row.stageSince,
  actBy: row.actBy,
  due: row.due,
  dueKind: row.dueKind,
  pickup: row.pickup,
  reason: row.why ?? null,
  owner: row.owner ?? null,
  closedAt: null,
  flags: row.flags,
  holds: row.holds,
});

export function headOfView(view: OrderView): Head {
  const { order, severity, actBy, due, dueKind, pickup } = view;
  return {
    severity,
    stage: order.stage,
    stageSince: order.stageSince,
    actBy,
    due,
    dueKind,
    pickup,
    reason: view.reasons[0] ?? null,
    owner: order.owner ?? null,
    closedAt: order.closedAt ?? null,
    flags: order.flags,
    holds: order.holds.filter(({ releasedAt }) => releasedAt === undefined),
  };
}

/** Time left until the promise that decides, as the board's row says it; negative once it is broken, null when there is none or it cannot be known. */
export function leftMs(head: Head, now: number): number | null {
  if (head.closedAt !== null || head.severity === "unknown" || head.due === null) return null;
  return head.due - now;
}

/** "act before 11:25 CET, in 18 min": while acting still saves the promise; with the carrier the house has nothing to do until then. */
export function actWords(head: Head, format: SiteFormat, now: number): string {
  const { severity, actBy, dueKind } = head;
  const isSavable = severity === "on_time" || severity === "at_risk";
  if (!isSavable || dueKind === "deliver" || actBy === null || head.closedAt !== null) return "";
  const left = actBy - now;
  const at = format.near(actBy, now);
  if (left > 0) return `act before ${at}, in ${duration(left)}`;
  return severity === "at_risk" ? `act now, planned before ${at}` : "";
}

/** The plan's moment has passed and the order is on time all the same: the forecast, which has watched the floor, says so. Nobody is called to act. */
export function plannedWords(head: Head, format: SiteFormat, now: number): string {
  const { severity, actBy, dueKind, closedAt } = head;
  if (severity !== "on_time" || dueKind === "deliver" || closedAt !== null) return "";
  if (actBy === null || actBy > now) return "";
  return `planned before ${format.near(actBy, now)}, by the forecast still in time`;
}

/** ` (A 15:00 truck)`; one that leaves after the promise does not keep it: ` (next truck A 15:00)`. */
function truckWords({ pickup, due }: Head): string {
  if (pickup === null) return "";
  const name = pickupName(pickup.id);
  return due !== null && pickup.at > due ? ` (next truck ${name})` : ` (${name} truck)`;
}

/** "priority promise: ship by 13:48 CET (A 15:00 truck)" */
export function promiseWords(head: Head, format: SiteFormat, now: number): string {
  if (head.closedAt !== null)
    return `${STAGE_WORDS[head.stage]} ${format.near(head.closedAt, now)}, closed`;
  if (head.due === null) return "nothing promised";
  const verb = head.dueKind === "ship" ? "ship by" : "deliver by";
  return `priority promise: ${verb} ${format.near(head.due, now)}${truckWords(head)}`;
}

export const leftWords = (head: Head, now: number): string => {
  const left = leftMs(head, now);
  return left === null ? "" : duration(left);
};
