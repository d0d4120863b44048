/** Everything the forecaster of one site holds between two steps. Dropped whole when the thread or the lease is lost. */
import type { Pass } from "../../domain/forecast/pass.ts";
import type { SitePlan, Lane } from "../../domain/forecast/plan.ts";
import type { SaidOutlook } from "../../domain/forecast/saying.ts";
import type { SiteFact } from "../../domain/contract/stored.ts";
import type { Silence } from "../../domain/silence.ts";
import type { Finished } from "../../domain/silence/overtaken.ts";
import { nothingWatched, type Watched } from "../incidents/stir.ts";
import type { Policies } from "../store/opener.ts";
import type { Thread } from "./log-follower.ts";
import type { Held } from "./memory.ts";
import { newModel, type Model } from "./model.ts";

export type Room = {
  /** open orders by id */
  held: Map<string, Held>;
  /** told of by the log, not read yet */
  changed: Set<string>;
  /** what the last look at all has to say and was not said yet: what is news of an order goes first, and takes its place */
  toSay: Map<string, SaidOutlook | null>;
  /** place in the log; null before the orders were read */
  thread: Thread | null;
  model: Model;
  /** the last look at all orders; null before the first */
  pass: Pass | null;
  /** epoch ms of the last full pass, of the last keeping, of the last look for the quality report */
  passedAt: number;
  keptAt: number;
  lookedAt: number;
  /** when many orders at once were last still to be read; 0 = never */
  burstAt: number;
  /** when history older than all it learned was last brought in; null = never */
  olderAt: number | null;
  /** the silent sources */
  silent: Map<string, Silence>;
  /** orders whose evidence is to be looked at again, since a source fell silent or spoke */
  toSee: Set<string>;
  /** the last that finished, by lane: whoever still waits may have been overtaken by them */
  finished: Map<Lane, Finished[]>;
  /** what site events said of trucks, as of the last look at all */
  facts: ReadonlyMap<string, SiteFact>;
  /** what incidents are found in, besides the orders */
  watched: Watched;
};

/** What one step works with. */
export type Desk = { policies: Policies; plan: SitePlan; now: number };

/** What is to be said; null takes back. */
export type Saying = Map<string, SaidOutlook | null>;

export const emptyRoom = (): Room => ({
  held: new Map(),
  changed: new Set(),
  toSay: new Map(),
  thread: null,
  model: newModel(),
  pass: null,
  passedAt: 0,
  keptAt: 0,
  lookedAt: 0,
  burstAt: 0,
  olderAt: null,
  silent: new Map(),
  toSee: new Set(),
  finished: new Map(),
  facts: new Map(),
  watched: nothingWatched(),
});
