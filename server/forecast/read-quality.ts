/** How good the forecasts of a site were, over the days that were asked for. */
import type { ForecastQuality } from "../../domain/contract/api.ts";
import type { QualityDay } from "../../domain/forecast/quality.ts";
import type { Site } from "../../domain/site.ts";
import { formatDay, localDay, parseDay } from "../../domain/wall-clock.ts";
import { instantOf } from "../instants.ts";
import { problem } from "../problem.ts";
import { qualityOf, type Span } from "./quality.ts";
import { decodeStatus } from "./statuses.ts";
import type { ForesightStore } from "./store.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function refuse(path: string, message: string): never {
  throw problem("CT_ERR_INVALID", message, { errors: [{ index: 0, path, message }] });
}

/** The day of the site that an instant falls on, or that is named. */
function dayOf(zone: string, path: string, moment: string | undefined): string | undefined {
  if (moment === undefined) return undefined;
  if (!DAY.test(moment)) return formatDay(localDay(zone, instantOf(moment)));
  return formatDay(parseDay(moment)) === moment ? moment : refuse(path, `There is no ${moment}.`);
}

/** @throws problem for a window that ends before it begins, as instants or as days */
function spanOf(zone: string, { from, to }: Span): Span {
  const days = { from: dayOf(zone, "/from", from), to: dayOf(zone, "/to", to) };
  if (from === undefined || to === undefined) return days;
  const areInstants = !DAY.test(from) && !DAY.test(to);
  const isTurned = areInstants
    ? instantOf(from) >= instantOf(to)
    : (days.from ?? "") > (days.to ?? "");
  return isTurned ? refuse("/from", "from must lie before to.") : days;
}

export async function readQuality(
  store: Pick<ForesightStore, "told">,
  site: Site,
  asked: Span,
): Promise<ForecastQuality> {
  const span = spanOf(site.timeZone, asked);
  const [status, kept] = await Promise.all([
    store.told(site.id, "status"),
    store.told(site.id, "quality"),
  ]);
  const days = kept === null ? {} : (JSON.parse(kept) as Record<string, QualityDay>);
  return qualityOf(site, decodeStatus(status), days, span);
}
