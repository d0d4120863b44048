/** What else stands in Redis as JSON: what workers say of themselves, commits as followers read them, dead letters. */
import type { AlarmState } from "../alarm.ts";
import type { Row } from "../board.ts";
import type { Outlook } from "../delay.ts";
import type { ErrorCode } from "../errors.ts";
import type { AnyEvent } from "../event.ts";
import type { ShiftPlan } from "../forecast/plan.ts";
import type { Incident } from "../incidents/incident.ts";
import type { EffectKind } from "../order.ts";
import type { Silence } from "../silence.ts";
import type { Paces } from "../truck-outlook.ts";

/** A fact of a site event, kept under `pickup|<carrier>|<pickup>` or `station|<station>`. */
export type SiteFact = { at: number; type: string; data: unknown };

/** What the forecast says of an order, and what its next evaluation needs to know. */
export type StoredOutlook = Outlook & {
  /** epoch ms, when it was said */
  at: number;
  /** null where nothing of it would matter */
  alarm: AlarmState | null;
};

/** What the forecaster says of itself, once a minute. */
export type ForecastStatus = {
  /** epoch ms */
  at: number;
  basis: "budgets" | "learning" | "learned";
  since: number | null;
  /** orders it has learned from */
  settled: number;
  /** open orders it forecasts */
  orders: number;
  paces: Paces;
  /** the site's 3PLs, with the orders of theirs that were learned from, and whether that is enough to forecast */
  providers?: { node: string; orders: number; isEnough: boolean }[];
  /** sources that are silent by what is stated or was learned */
  silent?: Silence[];
};

/** What the projector says of itself, every few seconds while it is there. */
export type HistoryStatus = {
  /** reading: all orders are read, at first or after the log was gone; failing and refused: nothing is copied, `error` says why */
  state: "current" | "copying" | "reading" | "failing" | "refused";
  store: "sqlite" | "postgres";
  /** epoch ms */
  at: number;
  /** the last number that is in history for good */
  epoch: string;
  seq: number;
  /** commits that are not */
  behind: number;
  /** epoch ms: of what was committed until then nothing is missing; a commit may hold one change or thousands, so this and not their number says how far it is; 0 where nothing was copied yet */
  upTo?: number;
  /** how often the log was gone before it was copied */
  gaps: number;
  error?: string;
};

/** The people planned at a site. `history`: the last changes, this one first. */
export type StoredPlan = {
  version: number;
  plan: ShiftPlan;
  history: { version: number; by: string; at: number }[];
};

/** One commit, as followers of the log read it (`log-entry.ts`). */
export type Change = {
  seq: number;
  epoch: string;
  /** ms, Redis TIME as the worker saw it before deciding */
  at: number;
  rows: Row[];
  removed: string[];
  /** orders that changed and stand on no board, before or after: what still comes for closed ones */
  closed?: string[];
  /** `<day>` -> counter field -> difference */
  counters: Record<string, Record<string, number>>;
  totals: Record<string, number>;
  /** source -> record time of its last event in this commit */
  sources: Record<string, number>;
  facts: Record<string, SiteFact>;
  /** incidents that were opened, changed or resolved, whole */
  incidents?: Incident[];
  /** record time of the last canary in this commit */
  canaryAt?: number;
  /** how many there are after this commit */
  dead: number;
  waiting: number;
  /** inbox position after this commit */
  cursor: string;
};
/** What became of an event of no order: an action on incidents, a fact of the site. */
export type KeptFate = {
  source: string;
  event: string;
  at: number;
  seq: number;
  state: "applied" | "refused";
  /** of a fact; an action that is applied is `applied` */
  effect?: EffectKind;
  /** of an action: those that it changed */
  incidents?: string[];
  code?: ErrorCode;
  /** what it did; of an action, why it was refused, or what of it was */
  message?: string;
};

export type DeadLetter = {
  id: string;
  site: string;
  at: number;
  cause: { code: string; message: string };
  /** how often it was tried, replays included */
  tries: number;
  /** the event without personal fields; absent when what failed was a stored order */
  event?: AnyEvent;
  hash?: string;
  sealed?: string;
  position?: string;
  orderId?: string;
};
