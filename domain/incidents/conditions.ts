/**
 * Causes that one order, or a few of the same kind, carry by themselves: holds that nobody looks at, scans that never came, goods that are damaged or fail their check, providers
 * that do not answer. An order with such a cause stays out of the common ones; what is left in trouble at the end is found singly (`delays.ts`).
 */
import { countOf, ordersIn } from "../counted.ts";
import { inPlainWords } from "../codes.ts";
import type { Row } from "../board.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import type { Candidate, Detection } from "./detection.ts";
import { failingChecks } from "./failing-checks.ts";
import { detectionOf, type Look } from "./finding.ts";
import { isCalm, isInTrouble, type Standing } from "./standing.ts";
import { ruleOf, thresholdsOf } from "./policies.ts";
import { carrierName, clock, providerName } from "./words.ts";

/** Orders by what they share, in the order of the scene. */
function groupBy(look: Look, keyOf: (candidate: Candidate) => string | null) {
  const groups = new Map<string, Standing[]>();
  for (const [id, candidate] of look.orders) {
    const key = keyOf(candidate);
    const standing = key === null ? undefined : look.standing(id);
    if (key === null || standing === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [standing]);
    else group.push(standing);
  }
  return groups;
}

const someIds = (orders: readonly Standing[]): string => {
  const [first, second, third] = orders.map(({ id }) => id);
  const named = [first, second, third].filter((id) => id !== undefined).join(", ");
  return orders.length > 3 ? `${named} and ${orders.length - 3} more` : named;
};

export const firstWhy = (orders: readonly Standing[]): string[] =>
  orders.flatMap(({ row }) => row.why ?? []).slice(0, 1);

type Aged = { code: string; since: number };

/** The hold that is past its review: its own end, or so many minutes after it was placed. */
function agedHold({ holds }: Candidate, now: number, reviewMs: number): Aged | null {
  let oldest: Aged | null = null;
  for (const { code, placedAt, until } of holds) {
    const since = until ?? placedAt + reviewMs;
    if (now > since && (oldest === null || since < oldest.since)) oldest = { code, since };
  }
  return oldest;
}

export function agedHolds(look: Look): Detection[] {
  const { reviewAfterMin } = thresholdsOf(look.policies, "hold_ageing");
  const aged = (candidate: Candidate): Aged | null =>
    candidate.holds.length === 0 ? null : agedHold(candidate, look.now, reviewAfterMin * MINUTE_MS);
  return [...groupBy(look, (candidate) => aged(candidate)?.code ?? null)].map(([code, orders]) => {
    const name = inPlainWords(code);
    const oldest = Math.min(...orders.map(({ candidate }) => aged(candidate)?.since ?? look.now));
    return detectionOf(
      {
        kind: "hold_ageing",
        cause: `hold|${code}`,
        title:
          orders.length === 1
            ? `${orders[0]?.id} on hold for ${name}, to be looked at since ${clock(look, oldest)}`
            : `Holds for ${name}: ${ordersIn(orders.length)} past their review`,
        members: orders,
        attributes: [{ name: "hold", value: code }],
        reasons: [
          `The oldest should have been looked at ${clock(look, oldest)}`,
          ...firstWhy(orders),
        ],
        doThis: (when) => `Release the hold or give it a new end ${when}: ${someIds(orders)}`,
        inputs: { orders: orders.length, oldestSince: oldest, reviewAfterMin },
        isQuiet: isCalm(look, orders),
        habit: `hold|${code}`,
      },
      look,
    );
  });
}

/** Findings of the listening (`silence/evidence.ts`), with what each is called and where it is looked for. */
const PASSED = "PASSED_UNSEEN";
const MISSING: Readonly<Record<string, { place: "floor" | "truck" | "carrier"; words: string }>> = {
  NOT_PACKED: { place: "floor", words: "begun and never packed" },
  PASSED_UNSEEN: { place: "floor", words: "passed by others, the next scan missing" },
  NOT_LOADED: { place: "truck", words: "on the dock and never loaded" },
  LABEL_NO_SCAN: { place: "carrier", words: "handed over and never scanned" },
  SILENT_IN_TRANSIT: { place: "carrier", words: "not scanned on the way" },
};

/** On the floor a scan that was missed matters when it endangers a promise: most of those orders just went on. */
const isTold = (code: string, row: Row, now: number): boolean =>
  MISSING[code] !== undefined && (code !== PASSED || isInTrouble(row, now));

function missingScan({ row }: Candidate, now: number): string | null {
  const code = row.exceptions.find((one) => isTold(one, row, now));
  if (code === undefined) return null;
  return MISSING[code]?.place === "floor" ? code : `${code}|${row.carrier}`;
}

export function missingScans(look: Look): Detection[] {
  const { minimumOrders, announceFromOrders } = thresholdsOf(look.policies, "no_scan");
  const keyOf = (candidate: Candidate): string | null => missingScan(candidate, look.now);
  return [...groupBy(look, keyOf)].map(([key, orders]) => {
    const [code = "", carrier] = key.split("|");
    const place = carrier === undefined ? "The floor" : carrierName(look, carrier);
    const where = code === PASSED ? "on the floor and on the dock" : "at packing";
    const ask = carrier === undefined ? `Look for them ${where}` : `Ask ${place} for them`;
    return detectionOf(
      {
        kind: "no_scan",
        cause: `scan|${key}`,
        title: `${place}: ${countOf(orders.length, "parcel")} ${MISSING[code]?.words ?? ""}`,
        members: orders,
        attributes: carrier === undefined ? [] : [{ name: "carrier", value: carrier }],
        reasons: firstWhy(orders),
        doThis: (when) => `${ask} ${when}: ${someIds(orders)}`,
        inputs: { orders: orders.length, code },
        isFaint: orders.length < minimumOrders,
        // one of a hundred scans is missed: most of those orders went on, and are listed to be looked for
        isQuiet: orders.length < announceFromOrders || isCalm(look, orders),
        habit: `scan|${key}`,
      },
      look,
    );
  });
}

/** A provider whose own source is silent is that source's incident. */
export function silentProviders(look: Look): Detection[] {
  const { answerWithinMin } = thresholdsOf(look.policies, "tpl_silent");
  const before = look.now - answerWithinMin * MINUTE_MS;
  const unanswered = ({ provider, releasedAt, answered, row }: Candidate): string | null =>
    provider !== undefined &&
    answered !== true &&
    row.sev !== "unknown" &&
    releasedAt !== undefined &&
    releasedAt < before
      ? provider
      : null;
  return [...groupBy(look, unanswered)].map(([provider, orders]) => {
    const oldest = Math.min(...orders.map(({ candidate }) => candidate.releasedAt ?? look.now));
    const name = providerName(look, provider);
    return detectionOf(
      {
        kind: "tpl_silent",
        cause: `provider|${provider}`,
        title: `${name} does not answer: ${ordersIn(orders.length)} released since ${clock(look, oldest)}`,
        members: orders,
        attributes: [{ name: "provider", value: provider }],
        reasons: [
          `${ordersIn(orders.length)} were neither taken nor refused within ${answerWithinMin} min`,
          ...firstWhy(orders),
        ],
        doThis: (when) => `Call ${name} ${when}; if it cannot ship, send them back to the floor`,
        inputs: { orders: orders.length, oldestReleasedAt: oldest, answerWithinMin },
        habit: `provider|${provider}`,
      },
      look,
    );
  });
}

const DAMAGES: Readonly<Record<string, string>> = {
  DAMAGED_INTERNAL: "damaged in the house",
  DAMAGED_IN_TRANSIT: "damaged on the way",
};

const damageOf = ({ exceptions }: Candidate): string | null =>
  exceptions.find(({ code }) => DAMAGES[code] !== undefined)?.code ?? null;

/** In the house each needs a decision of its own; on the way it is one claim a carrier. */
function damageKey(candidate: Candidate): string | null {
  const code = damageOf(candidate);
  if (code === null) return null;
  return code === "DAMAGED_INTERNAL"
    ? `${code}|${candidate.row.id}`
    : `${code}|${candidate.row.carrier}`;
}

export function damages(look: Look): Detection[] {
  return [...groupBy(look, damageKey)].map(([key, orders]) => {
    const [code = "", about = ""] = key.split("|");
    const isInside = code === "DAMAGED_INTERNAL";
    const words = DAMAGES[code] ?? "damaged";
    return detectionOf(
      {
        kind: "damage",
        cause: `damage|${key}`,
        title: isInside
          ? `${about}: goods ${words}`
          : `${carrierName(look, about)}: ${countOf(orders.length, "parcel")} ${words}`,
        members: orders,
        attributes: isInside ? [] : [{ name: "carrier", value: about }],
        reasons: firstWhy(orders),
        doThis: isInside
          ? (when) => `Pick the goods again or tell the customer ${when}`
          : `File the claim with ${carrierName(look, about)} and tell the customers: ${someIds(orders)}`,
        inputs: { orders: orders.length, code },
        isQuiet: isCalm(look, orders) || !isInside,
        habit: isInside ? null : `damage|${key}`,
      },
      look,
    );
  });
}

export function rejectedChecks(look: Look): Detection[] {
  const { minimumFails } = thresholdsOf(look.policies, "quality_reject");
  const rejected = ({ fails = 0, exceptions, row }: Candidate): string | null =>
    fails >= minimumFails && exceptions.some(({ code }) => code === "QC_REJECT") ? row.id : null;
  return [...groupBy(look, rejected)].map(([id, orders]) => {
    const fails = orders[0]?.candidate.fails ?? 0;
    const times = fails === 2 ? "twice" : `${fails} times`;
    return detectionOf(
      {
        kind: "quality_reject",
        cause: `reject|${id}`,
        title: `Quality reject: ${id} failed its check ${times}`,
        members: orders,
        reasons: firstWhy(orders),
        doThis: (when) => `Have somebody else check ${id} ${when}, and look at what was packed`,
        inputs: { fails, minimumFails },
        isQuiet: isCalm(look, orders),
      },
      look,
    );
  });
}

type Condition = (look: Look) => Detection[];

/** The causes that orders carry by themselves; each order belongs to the first that has it. */
export const OWN_CAUSES: readonly (readonly [Detection["kind"], Condition])[] = [
  ["tpl_silent", silentProviders],
  // a burst before what is part of it: orders that wait to be packed once more, and those that fail again and again
  ["quality_reject", failingChecks],
  ["no_scan", missingScans],
  ["hold_ageing", agedHolds],
  ["damage", damages],
  ["quality_reject", rejectedChecks],
];

export const isEnabled = ({ policies }: Look, kind: Detection["kind"]): boolean =>
  ruleOf(policies, kind).enabled;
