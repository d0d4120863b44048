/** A turn that calls the next role because people are flooded with alarms, and says what rang most when it is over. Once a flood: what is known of floods is written in the same commit. */
import {
  continued,
  costliest,
  floodInWords,
  floodNews,
  type FloodNews,
} from "../incidents/alarm-budget.ts";
import type { Call } from "../incidents/call.ts";
import { type Incident, isOpenIncident } from "../incidents/incident.ts";
import type { Floods } from "../incidents/flood-mode.ts";
import { noticeOf } from "../incidents/telling.ts";
import type { IncidentStart } from "./incident-part.ts";
import { emptyTurn, type Turn, type TurnStart } from "./turn.ts";

/** What they should look at first: nobody has it, and most can be saved. */
function foremost({ known }: IncidentStart): Incident | undefined {
  const open = [...known.values()].filter(isOpenIncident);
  const free = open.filter(({ owner }) => owner === null);
  return (free.length > 0 ? free : open).toSorted((a, b) => b.priority - a.priority)[0];
}

function tell(
  turn: Turn,
  start: TurnStart,
  from: IncidentStart,
  news: FloodNews,
  calls: readonly Call[],
): void {
  const incident = foremost(from);
  if (incident === undefined) return;
  const { policies, site } = from.book;
  const resolved = [...from.known.values()].filter((one) => !isOpenIncident(one));
  const costs = news.isOver ? costliest(calls, news.since, resolved, policies) : [];
  const words = floodInWords(news, costs, site.timeZone);
  const key = `${news.role}|${news.since}|${news.isOver ? "over" : "begun"}`;
  const targets = [{ to: "role" as const, role: news.to }];
  const why = { why: "flood" as const, at: start.now, words, targets, important: !news.isOver };
  turn.incidents.notices.push(noticeOf(incident, why, key));
}

/** `calls`: of the last day. */
export function floodTurn(
  start: TurnStart,
  from: IncidentStart,
  { before, after }: { before: Floods; after: Floods },
  calls: readonly Call[],
): Turn {
  const turn = emptyTurn(start);
  for (const news of floodNews(before, after)) tell(turn, start, from, news, calls);
  turn.incidents.floods = continued(before, after);
  return turn;
}
