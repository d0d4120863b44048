/** Keeps what the forecast of a site has learned, together with the orders that were judged since: figures and the orders behind them in one step. */
import { readFileSync } from "node:fs";
import type { SiteKeys } from "../../domain/contract/keys.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";
import { createScript, type Send } from "../redis.ts";
import { encodeModel, type Model } from "./model.ts";

const keepLua = readFileSync(new URL("keep.lua", import.meta.url), "utf8");
/** History copies them within seconds; made anew it finds those of this time. */
const STAY_MS = 7 * DAY_MS;
/** The script is called with so many at once; more go with the next keeping. */
const MOST_AT_ONCE = 2_000;

/** `now`: epoch ms, Redis TIME. Rejects when Redis does; then nothing was kept, or all of it. */
export type Keeping = (model: Model, now: number) => Promise<void>;

/** Gives each a place behind all that came before; it stays the same when the keeping is tried again. */
function place(model: Model, now: number): void {
  for (const one of model.judged) {
    if (one.place !== undefined) continue;
    const [at, number] = model.lastJudged;
    model.lastJudged = now > at ? [now, 0] : [at, number + 1];
    one.place = model.lastJudged.join("-");
  }
}

export function createKeeping(
  send: Send,
  { forecast, forecastQuality, judged }: SiteKeys,
): Keeping {
  const script = createScript(send, keepLua);

  return async (model, now) => {
    place(model, now);
    const some = model.judged.slice(0, MOST_AT_ONCE);
    const told = some.flatMap(({ place: at = "", ...one }) => [at, JSON.stringify(one)]);
    const rest = model.judged.slice(some.length);
    const learned = encodeModel({ ...model, judged: rest });
    const figures = JSON.stringify(model.quality.days);
    const oldest = `${now - STAY_MS}-0`;
    await script([forecast, forecastQuality, judged], [learned, figures, oldest, ...told]);
    model.judged = rest;
  };
}
