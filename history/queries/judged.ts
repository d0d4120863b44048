/** The orders behind the figures of alarms, page by page. */
import { BEHIND_ALARMS, failedThere, type Behind } from "../../domain/analytics/alarm-metrics.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { History } from "../open.ts";
import { shown, type DrilledOrder, type DrilledPage } from "./orders.ts";

export type JudgedQuery = {
  site: string;
  /** key of a metric of alarms */
  metric: string;
  /** local dates, both inclusive */
  days: { first: string; last: string };
  isFailedOnly: boolean;
  /** `<day>|<place>` where the last page ended */
  after?: string | undefined;
  limit: number;
};

const cursorIn = (text = "|"): [day: string, id: string] => {
  const cut = text.indexOf("|");
  return [text.slice(0, cut), text.slice(cut + 1)];
};

function rowsOf(
  { db }: Pick<History, "db">,
  { site, days, ...query }: JudgedQuery,
  behind: Behind,
) {
  const [day, id] = cursorIn(query.after);
  const { failed, isRaised = false, isMissed = false } = behind;
  const isFailed = query.isFailedOnly ? failed : null;
  let rows = db
    .selectFrom("judged")
    .innerJoin("orders", (join) =>
      join.onRef("orders.site", "=", "judged.site").onRef("orders.id", "=", "judged.order_id"),
    )
    .select([
      "judged.id",
      "judged.day",
      "judged.deadline_at",
      "judged.raised_at",
      "judged.is_missed",
      "orders.facts",
    ])
    .where("judged.site", "=", site)
    .where("judged.day", ">=", days.first)
    .where("judged.day", "<=", days.last)
    .where((where) =>
      where.or([
        where("judged.day", ">", day),
        where.and([where("judged.day", "=", day), where("judged.id", ">", id)]),
      ]),
    );
  if (isRaised) rows = rows.where("judged.raised_at", "is not", null);
  if (isMissed) rows = rows.where("judged.is_missed", "=", 1);
  if (isFailed === "unmissed") rows = rows.where("judged.is_missed", "=", 0);
  if (isFailed === "unwarned") rows = rows.where("judged.raised_at", "is", null);
  return rows.orderBy("judged.day").orderBy("judged.id").limit(query.limit).execute();
}
type Row = Awaited<ReturnType<typeof rowsOf>>[number];

function drilled(row: Row, behind: Behind): DrilledOrder[] {
  // facts that were thrown away to be made anew come back within the minute
  if (row.facts === "") return [];
  const { deadline_at: at, raised_at: raisedAt } = row;
  const isFailed = failedThere(behind, { isMissed: row.is_missed === 1, raisedAt });
  const { isRaised = false, isMissed = false } = behind;
  const lead = isRaised && isMissed && raisedAt !== null ? { value: at - raisedAt } : {};
  return [shown(JSON.parse(row.facts) as OrderFacts, { at, isFailed, ...lead })];
}

/** @throws when `metric` is none of alarms */
export async function readJudged(
  history: Pick<History, "db">,
  query: JudgedQuery,
): Promise<DrilledPage> {
  const behind = BEHIND_ALARMS[query.metric];
  if (behind === undefined) throw new Error(`${query.metric} is no figure of alarms`);
  if (query.isFailedOnly && behind.failed === "none") return { items: [], next: null };
  const rows = await rowsOf(history, query, behind);
  const last = rows.at(-1);
  const isAll = last === undefined || rows.length < query.limit;
  return {
    items: rows.flatMap((row) => drilled(row, behind)),
    next: isAll ? null : `${last.day}|${last.id}`,
  };
}
