/**
 * Stages: where the goods are. Derived from events, never set by hand (contract, section 2).
 *
 * The forward line runs from `received` to `delivered`; its ranks order it and break ties between events of the same instant. The stages beside the line
 * (`backordered`, `available_for_pickup`, `delivery_failed`, `returning`, and the closed ones) carry a rank only to be sorted.
 */
import { Type, type Static } from "typebox";

export const STAGES = [
  "received",
  "backordered",
  "allocated",
  "released",
  "picking",
  "picked",
  "packing",
  "packed",
  "checked",
  "staged",
  "handed_over",
  "in_transit",
  "out_for_delivery",
  "available_for_pickup",
  "delivery_failed",
  "delivered",
  "returning",
  "returned",
  "lost",
  "cancelled",
] as const;

export const Stage = Type.Enum([...STAGES], { title: "Stage" });
export type Stage = (typeof STAGES)[number];

/** Place of every stage in `STAGES`, for lists by stage. */
export const STAGE_PLACE = Object.fromEntries(
  STAGES.map((stage, place) => [stage, place]),
) as Readonly<Record<Stage, number>>;

/** Rank of every stage; a higher rank is further on the way to the customer. */
export const STAGE_RANK: Readonly<Record<Stage, number>> = {
  received: 0,
  backordered: 5,
  allocated: 10,
  released: 15,
  picking: 18,
  picked: 20,
  packing: 25,
  packed: 30,
  checked: 40,
  staged: 45,
  handed_over: 50,
  in_transit: 60,
  out_for_delivery: 65,
  available_for_pickup: 66,
  delivery_failed: 67,
  delivered: 70,
  returning: 80,
  returned: 90,
  lost: 95,
  cancelled: 99,
};

/** The same stages in the order in which goods pass them; a sites file may list them as it likes. */
export const inStageOrder = (stages: readonly Stage[]): Stage[] =>
  stages.toSorted((a, b) => STAGE_RANK[a] - STAGE_RANK[b]);

/** Stages in which the goods are still in the building (or not even picked): before hand-over. */
export const isBeforeHandOver = (stage: Stage): boolean =>
  STAGE_RANK[stage] < STAGE_RANK.handed_over;

const ENDED: ReadonlySet<Stage> = new Set(["delivered", "returned", "lost", "cancelled"]);

/** True for the stages in which nothing more is to be done; an order is closed when it also has no open hold. */
export const isEnded = (stage: Stage): boolean => ENDED.has(stage);

/** Milestones of the forward line that a site may scan, in their order (a site's `stages` lists which it does). */
export const FORWARD_STAGES = [
  "received",
  "allocated",
  "released",
  "picking",
  "picked",
  "packing",
  "packed",
  "checked",
  "staged",
  "handed_over",
  "in_transit",
  "out_for_delivery",
  "delivered",
] as const satisfies readonly Stage[];

export const Severity = Type.Enum(["on_time", "at_risk", "late", "lost_cause", "unknown"], {
  title: "Severity",
});
export type Severity = "on_time" | "at_risk" | "late" | "lost_cause" | "unknown";
export const SEVERITIES = [
  "on_time",
  "at_risk",
  "late",
  "lost_cause",
  "unknown",
] as const satisfies readonly Severity[];

export type StageOf<T> = Partial<Record<Stage, T>>;
export type StageSchema = Static<typeof Stage>;
