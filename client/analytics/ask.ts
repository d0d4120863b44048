/** Questions to the interface, as topics put them. Pure. */
import type { AnalyticsName, Group } from "../../domain/contract/analytics-names.ts";
import { daysOf, isTime } from "./analytics-view.ts";
import type { Context } from "./panels.ts";

export const windowQuery = ({ site, view, format, now }: Context): Record<string, string> => ({
  site,
  ...daysOf(view, format.timeZone, now),
});

/** With the filter of the address where one fits: beside a split by time. */
export function ask(
  context: Context,
  name: AnalyticsName,
  by: Group,
  more: Record<string, string> = {},
): { path: string; query: Record<string, string> } {
  const { filter } = context.view;
  const isFiltered = filter !== null && (isTime(by) || by === "heat" || by === "none");
  return {
    path: `/api/v1/analytics/${name}`,
    query: {
      ...windowQuery(context),
      by,
      ...(isFiltered && { [filter.name]: filter.value }),
      ...more,
    },
  };
}

/** The split that is asked for if the topic has it, else its own. */
export function splitOf({ view }: Context, splits: readonly Group[]): Group {
  const wanted = view.by !== "" && splits.includes(view.by) ? view.by : (splits[0] ?? "day");
  return view.filter !== null && !isTime(wanted) ? "day" : wanted;
}
