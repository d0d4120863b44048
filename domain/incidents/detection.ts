/**
 * What finding incidents works with, and what it finds. Types alone: what is found is decided in `conditions.ts` and `group.ts`, what becomes of it in `reconcile.ts`.
 */
import type { PickupState, Row } from "../board.ts";
import type { Silence } from "../silence.ts";
import type { SitePolicy } from "../site.ts";
import type { TruckOutlook } from "../truck-outlook.ts";
import type { Attribute, IncidentKind, IncidentSeverity, MemberCounts } from "./incident.ts";
import type { Policies } from "./policies.ts";

/** An open order: what the board shows of it, and what many orders may have in common. */
export type Candidate = {
  row: Row;
  /** of the lines that are still to be shipped */
  skus: readonly string[];
  client?: string;
  region?: string;
  /** where it is fulfilled when that is not this floor: a provider's id */
  provider?: string;
  /** when it was released to that provider, and whether anything came from there since */
  releasedAt?: number;
  answered?: boolean;
  penalty?: boolean;
  /** open holds with when they were placed and are to be looked at again */
  holds: readonly { code: string; placedAt: number; until?: number; owner?: string }[];
  /** open exceptions with when they were raised and what they are about */
  exceptions: readonly { code: string; raisedAt: number; about?: string }[];
};

/** Dead letters since the last look, by cause. */
export type DeadCount = { code: string; count: number; newestAt: number };

/** A site at one moment. */
export type Scene = {
  policy: SitePolicy;
  policies: Policies;
  now: number;
  orders: ReadonlyMap<string, Candidate>;
  pickups: readonly PickupState[];
  trucks: readonly TruckOutlook[];
  silent: readonly Silence[];
  dead: readonly DeadCount[];
  /** orders an hour that each station does now, over what it is planned to do; absent = not known */
  paces: ReadonlyMap<string, { station: string; perHour: number; planned: number; since: number }>;
  /** how many orders the chronic filter is used to, by cause and hour of the week */
  usual: (cause: string) => number;
};

/** A cause that is there at this moment. */
export type Detection = {
  kind: IncidentKind;
  cause: string;
  title: string;
  severity: IncidentSeverity;
  priority: number;
  savingRate: number;
  actBy: number | null;
  valueAtStake: number | null;
  counts: MemberCounts;
  /** its orders, the most urgent first */
  members: readonly string[];
  attributes: readonly Attribute[];
  sources: readonly string[];
  reasons: readonly string[];
  doThis: string | null;
  rule: { id: string; version: number };
  inputs: Readonly<Record<string, number | string | null>>;
  /** it is there, but not enough to open an incident: one that is open stays open */
  isFaint: boolean;
};
