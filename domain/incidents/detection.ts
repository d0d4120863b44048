/**
 * What finding incidents works with, and what it finds. Types alone: what is found is decided in `detect.ts` and the files it names, what becomes of it in `reconcile.ts`.
 */
import type { PickupState, Row } from "../board.ts";
import type { Pace } from "../forecast/pace.ts";
import type { Silence } from "../silence.ts";
import type { SitePolicy } from "../site.ts";
import type { TruckOutlook } from "../truck-outlook.ts";
import type { Attribute, IncidentKind, IncidentSeverity, MemberCounts } from "./incident.ts";
import type { Policies } from "./policies.ts";

/** A check that an order passed or failed: epoch ms, and where. */
export type CheckFact = { at: number; hasFailed: boolean; station?: string };

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
  /** checks that it failed so far */
  fails?: number;
  /** all of them in their order; absent when there was none */
  checks?: readonly CheckFact[];
  /** the silent source on which everything depends that is to be known of it */
  blind?: string;
  /** when the carrier says that the last parcel comes */
  eta?: number;
  /** the lane in which the forecast sees it wait longest: `pack`, `pick:A` */
  waitsFor?: string;
  /** the house gave it to its carrier too late: that it comes late is no news of the carrier */
  leftLate?: boolean;
  /** when the forecast raised the alarm that stands */
  alarmedAt?: number;
  /** open holds with when they were placed and are to be looked at again */
  holds: readonly { code: string; placedAt: number; until?: number; owner?: string }[];
  /** open exceptions with when they were raised and what they are about */
  exceptions: readonly { code: string; raisedAt: number; about?: string }[];
};

/** Dead letters that wait for somebody, by cause. */
export type DeadCount = { code: string; count: number; newestAt: number };

/** Orders that come in, an hour, and what is usual at this hour of the week. */
export type Arrivals = { perHour: number; usual: number; since: number };

/** A truck of which was told that it leaves later, or that did not leave when it should have: epoch ms. */
export type TruckNews = {
  id: string;
  carrier: string;
  planned: number;
  /** when it is expected now; null = nobody knows */
  expected: number | null;
};

/** A cause that has an open incident: what still belongs to it is not found anew. */
export type OpenCause = {
  kind: IncidentKind;
  cause: string;
  attributes: readonly Attribute[];
  members: ReadonlySet<string>;
};

/** A site at one moment. */
export type Scene = {
  policy: SitePolicy;
  policies: Policies;
  /** of the policies, kept with what they find */
  version: number;
  now: number;
  orders: ReadonlyMap<string, Candidate>;
  pickups: readonly PickupState[];
  trucks: readonly TruckOutlook[];
  truckNews: readonly TruckNews[];
  silent: readonly Silence[];
  dead: readonly DeadCount[];
  paces: readonly Pace[];
  arrivals: Arrivals | null;
  open: readonly OpenCause[];
  /** how many orders a cause (by its `habit`) usually has at this hour of the week */
  usual: (habit: string) => number;
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
  /** of its orders, as the shops name them */
  tiers: readonly string[];
  reasons: readonly string[];
  doThis: string | null;
  rule: { id: string; version: number };
  inputs: Readonly<Record<string, number | string | null>>;
  /** it is there, but not enough to open an incident: one that is open stays open */
  isFaint: boolean;
  /** listed and not announced: nothing can be saved by hurrying, or it is no more than usual at this hour */
  isQuiet: boolean;
  /** what the usual number is counted under: the cause without its date; null when it has none */
  habit: string | null;
};
