/** Incidents and calls of a window, as analytics ask for them. */
import type { IncidentFacts } from "../../domain/analytics/incident-facts.ts";
import type { Call } from "../../domain/incidents/call.ts";
import type { History } from "../open.ts";

export type IncidentsQuery = {
  site: string;
  from: number;
  to: number;
  kind?: string | undefined;
  severity?: string | undefined;
  /** only those that nobody has taken and that are not over */
  isUntaken?: boolean;
  after?: string | undefined;
  limit: number;
};
export type IncidentsPage = { items: IncidentFacts[]; next: string | null };

const cursorIn = (text: string | undefined): [number, string] => {
  const cut = text?.indexOf("|") ?? -1;
  return text === undefined || cut < 0
    ? [Number.MIN_SAFE_INTEGER, ""]
    : [Number(text.slice(0, cut)), text.slice(cut + 1)];
};

export async function readIncidents(
  { db }: Pick<History, "db">,
  { site, from, to, kind, severity, isUntaken = false, after, limit }: IncidentsQuery,
): Promise<IncidentsPage> {
  const [at, id] = cursorIn(after);
  let rows = db
    .selectFrom("incidents")
    .select(["id", "opened_at", "facts"])
    .where("site", "=", site)
    .where("opened_at", ">=", Math.max(from, at))
    .where("opened_at", "<", to)
    .where((where) =>
      where.or([
        where("opened_at", ">", at),
        where.and([where("opened_at", "=", at), where("id", ">", id)]),
      ]),
    );
  if (kind !== undefined) rows = rows.where("kind", "=", kind);
  if (severity !== undefined) rows = rows.where("severity", "=", severity);
  if (isUntaken) rows = rows.where("acknowledged_at", "is", null).where("resolved_at", "is", null);
  const found = await rows.orderBy("opened_at").orderBy("id").limit(limit).execute();
  const last = found.at(-1);
  return {
    items: found.map(({ facts }) => JSON.parse(facts) as IncidentFacts),
    next: last === undefined || found.length < limit ? null : `${last.opened_at}|${last.id}`,
  };
}

export async function readCalls(
  { db }: Pick<History, "db">,
  { site, from, to }: { site: string; from: number; to: number },
): Promise<Call[]> {
  const rows = await db
    .selectFrom("calls")
    .select("call")
    .where("site", "=", site)
    .where("at", ">=", from)
    .where("at", "<", to)
    .orderBy("id")
    .execute();
  return rows.map(({ call }) => JSON.parse(call) as Call);
}
