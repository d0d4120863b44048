/** Everything that the forecast of a site has learned, as it is kept in Redis: one text, of one version. What cannot be used is begun afresh. */
import {
  createForecastState,
  FORECAST_VERSION,
  restoreForecastState,
  type ForecastState,
} from "../../domain/forecast/state.ts";
import type { ProviderState } from "../../domain/forecast/provider.ts";
import { emptyQuality, type Judged, type QualityState } from "../../domain/forecast/quality.ts";
import type { RawForecast } from "../../domain/forecast/transit.ts";
import { emptyVoices, restoreVoices, type VoicesState } from "../../domain/silence.ts";
import type { Tellers } from "../../domain/silence/depends.ts";
import type { Touches } from "../../domain/silence/missing.ts";
import { createTransitState, type TransitState } from "../../domain/forecast/transit/state.ts";

/** A forecast of transit whose outcome counts once its deadline has passed. */
export type PendingTransit = { raw: RawForecast; deliverBy: number; deliveredAt: number | null };

/** `place`: where it goes in the list that history copies; given once, and the same however often it is handed over. */
export type Placed = Judged & { place?: string };

export type Model = {
  /** number of the last commit it learned from */
  seq: number;
  epoch: string;
  floor: ForecastState;
  transit: TransitState;
  /** local date (days since 1970) of the last look at what is under way */
  transitDay: number;
  pendingTransit: Record<string, PendingTransit>;
  quality: QualityState;
  /** counted in `quality` and not handed over to history yet: they go with the next keeping */
  judged: Placed[];
  /** place of the last that went: `[epoch ms, number]` */
  lastJudged: [at: number, number: number];
  /** how long 3PLs take */
  providers: ProviderState;
  /** the sources as they were heard, who tells what, and how long hands take */
  voices: VoicesState;
  tellers: Tellers;
  touches: Touches;
  /** epoch ms of the last canary that was seen: until then the tower could hear; null before the first */
  listenedAt: number | null;
};

type Stored = Model & { version: number };

export const newModel = (): Model => ({
  seq: 0,
  epoch: "",
  floor: createForecastState(),
  transit: createTransitState(),
  transitDay: 0,
  pendingTransit: {},
  quality: emptyQuality(),
  judged: [],
  lastJudged: [0, 0],
  providers: {},
  voices: emptyVoices(),
  tellers: {},
  touches: {},
  listenedAt: null,
});

const isOurs = (stored: unknown): stored is Stored =>
  typeof stored === "object" &&
  stored !== null &&
  "version" in stored &&
  stored.version === FORECAST_VERSION;

/** Null when nothing was kept, or by another version: then the orders in Redis are learned from again. */
export function decodeModel(text: string | null): Model | null {
  if (text === null) return null;
  try {
    const stored: unknown = JSON.parse(text);
    if (!isOurs(stored)) return null;
    const { version: _version, ...model } = stored;
    const voices = restoreVoices(model.voices);
    return { ...newModel(), ...model, floor: restoreForecastState(model.floor), voices };
  } catch {
    return null;
  }
}

export const encodeModel = (model: Model): string =>
  JSON.stringify({ version: FORECAST_VERSION, ...model } satisfies Stored);
