/**
 * What was noticed of an order and is not among its events: that the source which would tell its next step is silent, that a scan which always comes did not
 * come, that others pass it by. Said with the forecast, holds for a time of its own, and ends by itself when the order moves on.
 */
import type { Order, OrderException } from "../order.ts";
import type { Stage } from "../stages.ts";
import { DAY_MS, inWords } from "../wall-clock.ts";

/** Shown among an order's exceptions; the names are those of the list of codes where it has them. */
export type FindingCode =
  | "NOT_PACKED"
  | "NOT_LOADED"
  | "LABEL_NO_SCAN"
  | "SILENT_IN_TRANSIT"
  | "OVERTAKEN"
  | "PASSED_UNSEEN";
export const BLIND_CODE = "SOURCE_SILENT";

export type Finding = {
  code: FindingCode;
  /** meant while the order stands where it stood: stage, and when it got there */
  stage: Stage;
  stageSince: number;
  /** epoch ms: holds from then on, unless the order moves before */
  from: number;
  words: string;
};

/** `since`: record time of the last that was heard of the source (epoch ms). */
export type Blind = { source: string; name: string; since: number };

export type Evidence = {
  /** epoch ms: from then on nothing of it is meant any more */
  until: number;
  blind?: Blind;
  findings: readonly Finding[];
};

/** What of it counts at a moment. */
export type Seen = {
  blind: Blind | undefined;
  findings: readonly Finding[];
  codes: string[];
  /** last moments before something of it changes */
  moments: readonly number[];
};

/** A finding of orders that are brought in from long ago is no news: after that long nobody is told. */
export const NEWS_MS = 30 * DAY_MS;

const NOTHING: Seen = { blind: undefined, findings: [], codes: [], moments: [] };

export function seenAt(evidence: Evidence | undefined, order: Order, now: number): Seen {
  if (evidence === undefined || now >= evidence.until) return NOTHING;
  const { until, blind } = evidence;
  // behind a silent source a missing scan says nothing
  if (blind !== undefined)
    return { blind, findings: [], codes: [BLIND_CODE], moments: [until - 1] };
  const meant = evidence.findings.filter(
    ({ stage, stageSince, from }) =>
      stage === order.stage && stageSince === order.stageSince && now < from + NEWS_MS,
  );
  const findings = meant.filter(({ from }) => from <= now);
  const ahead = meant.filter(({ from }) => from > now && from < until);
  const moments = ahead.map(({ from }) => from - 1);
  moments.push(...findings.map(({ from }) => from + NEWS_MS - 1));
  if (findings.length > 0) moments.push(until - 1);
  return { blind: undefined, findings, codes: findings.map(({ code }) => code), moments };
}

/** As an order lists its exceptions: found, not told, so nothing of it is kept. */
export function foundExceptions({ blind, findings }: Seen, zone: string): OrderException[] {
  if (blind !== undefined)
    return [{ code: BLIND_CODE, raisedAt: blind.since, note: blindInWords(blind, zone) }];
  return findings.map(({ code, from, words }) => ({ code, raisedAt: from, note: words }));
}

export const blindInWords = ({ name, since }: Blind, zone: string): string =>
  `${name} silent since ${inWords(zone, since)}: what happened since is not known`;
