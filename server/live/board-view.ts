/** A board as routes and viewers read it: the rows as they are, everything counted from them when it is asked for. */
import { compareUrgency, pickupStates, type BoardModel } from "../../domain/board-model.ts";
import { incidentMetrics } from "../../domain/incidents/figures.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { handedOverSince, liveMetrics, trendsOf } from "../../domain/metrics.ts";
import type { Silence } from "../../domain/silence.ts";
import type { Site } from "../../domain/site.ts";
import { truckOutlooks, type Paces } from "../../domain/truck-outlook.ts";
import type { SiteBoard } from "../decorators.ts";
import type { BoardSums } from "../../domain/contract/board-sums.ts";
import { sourceStates } from "./source-states.ts";

/** What a view reads; a function, since a reload puts other things in its place. */
export type BoardState = {
  model: BoardModel;
  sums: BoardSums;
  inboxLag: number;
  incidents: () => ReadonlyMap<string, Incident>;
};

/** Answers by the number of the board, so that a hundred boards that open at once cost one sorting. */
function bySeq<T>(state: () => BoardState, make: () => T): () => T {
  let key = "";
  let last: T | undefined;
  return () => {
    const { epoch, seq } = state().model;
    const current = `${epoch}\u0000${seq}`;
    if (last === undefined || key !== current) {
      last = make();
      key = current;
    }
    return last;
  };
}

const TRUCKS_KEPT_MS = 1_000;

/** Answers again for a second: it looks at every row, and asked for is it by every screen with trucks. */
function forASecond<T>(make: (now: number) => T): (now: number) => T {
  let madeAt = Number.NEGATIVE_INFINITY;
  let last: T | undefined;
  return (now) => {
    if (last === undefined || now - madeAt >= TRUCKS_KEPT_MS || now < madeAt) {
      last = make(now);
      madeAt = now;
    }
    return last;
  };
}

/** What the forecaster says of the site. */
export type Foreseen = { paces: () => Paces; silent: () => readonly Silence[] };
const NOTHING_FORESEEN: Foreseen = { paces: () => ({}), silent: () => [] };

export function createBoardView(
  site: () => Site,
  state: () => BoardState,
  { paces, silent }: Foreseen = NOTHING_FORESEEN,
): SiteBoard {
  const input = () => {
    const { model, sums, inboxLag } = state();
    return { ...sums, rows: model.rows.values(), inboxLag };
  };
  const pickups = bySeq(state, () => pickupStates(state().model.rows.values(), state().sums.facts));
  return {
    get site() {
      return state().model.site;
    },
    get epoch() {
      return state().model.epoch;
    },
    get seq() {
      return state().model.seq;
    },
    get appliedTo() {
      return state().sums.cursor;
    },
    get incidents() {
      return state().incidents();
    },
    get rows() {
      return state().model.rows;
    },
    sorted: bySeq(state, () => [...state().model.rows.values()].sort(compareUrgency)),
    pickups,
    trucks: forASecond((now) =>
      truckOutlooks(pickups(), state().model.rows.values(), site(), now, paces()),
    ),
    metrics: (now) => ({
      ...liveMetrics(input(), site(), now),
      incidents: incidentMetrics(state().incidents().values(), now),
    }),
    sources: (now) => sourceStates(site(), state().sums.sources, now, silent()),
    trends: (now, hours) => trendsOf(input(), site(), now, hours),
    handedOverSince: (from, now) => handedOverSince(state().sums.counters, from, now),
    shipped: () => {
      const { totals } = state().sums;
      return { onTime: totals.get("shippedOnTime") ?? 0, late: totals.get("shippedLate") ?? 0 };
    },
  };
}
