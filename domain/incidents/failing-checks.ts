/**
 * Checks that fail more often than they do here: at one station, or wherever goods are checked. A burst of them costs more than the orders that fail: each is picked or packed once
 * more, and those behind it wait. Its share in the last two hours is held against that of the day before (on a Monday, of the last days on which anything was checked), by Fisher's exact
 * test, since a few failures more are chance.
 */
import { DAY_MS, HOUR_MS } from "../wall-clock.ts";
import type { CheckFact, Detection } from "./detection.ts";
import { detectionOf, type Look } from "./finding.ts";
import { hypergeometricTail } from "./items.ts";
import { thresholdsOf } from "./policies.ts";
import { isBeforeHandOver } from "../stages.ts";
import { isCalm, type Standing } from "./standing.ts";
import { clock, percent } from "./words.ts";

const WINDOW_MS = 2 * HOUR_MS;
/** So many checks tell how often they fail here; a day that has fewer, as a Sunday, is told by those before it, not older than a long weekend. */
const ENOUGH_CHECKS = 100;
const OLDEST_MS = 4 * DAY_MS;
const LEAST_LIFT = 2;
/** Windows overlap: some dozens of them a day say something new, so about two in a month are chance. */
const LARGEST_CHANCE = 0.002;
/** One station has it for itself when so much of what fails fails there. */
const OWN_SHARE = 0.7;

type Check = CheckFact & { id: string };
type Count = { checks: number; fails: number };
type Burst = Count & { station: string | null; usual: number; failed: readonly Check[] };

const countOfChecks = (checks: readonly Check[]): Count => ({
  checks: checks.length,
  fails: checks.filter(({ hasFailed }) => hasFailed).length,
});

function checksSince(look: Look, since: number): Check[] {
  const found: Check[] = [];
  for (const [id, { checks = [] }] of look.orders)
    for (const check of checks)
      if (check.at > since && check.at <= look.now) found.push({ ...check, id });
  return found;
}

/** How often `lately` failed, when that is far more often than `before`; null when it may be chance. */
function burstIn(
  lately: readonly Check[],
  before: readonly Check[],
  station: string | null,
  least: number,
): Burst | null {
  const now = countOfChecks(lately);
  const usual = countOfChecks(before);
  if (now.fails < least || usual.checks === 0) return null;
  const share = (usual.fails + 0.5) / (usual.checks + 1);
  if (now.fails < LEAST_LIFT * share * now.checks) return null;
  const chance = hypergeometricTail(
    now.fails,
    now.checks + usual.checks,
    now.fails + usual.fails,
    now.checks,
  );
  if (chance > LARGEST_CHANCE) return null;
  const failed = lately.filter(({ hasFailed }) => hasFailed);
  return { ...now, station, usual: usual.fails / usual.checks, failed };
}

/** What is usual here: the checks of the day before, and as many more as are needed. */
function checksBefore(all: readonly Check[], windowFrom: number): Check[] {
  const earlier = all.filter(({ at }) => at <= windowFrom).sort((a, b) => b.at - a.at);
  const dayAgo = windowFrom + WINDOW_MS - DAY_MS;
  return earlier.filter(({ at }, place) => at > dayAgo || place < ENOUGH_CHECKS);
}

/** The station that stands out from the others, else the checks as a whole. */
function burstOf(look: Look, least: number): Burst | null {
  const all = checksSince(look, look.now - OLDEST_MS);
  const windowFrom = look.now - WINDOW_MS;
  const lately = all.filter(({ at }) => at > windowFrom);
  const { fails } = countOfChecks(lately);
  if (fails < least) return null;
  const before = checksBefore(all, windowFrom);
  for (const [station, own] of Map.groupBy(lately, (check) => check.station)) {
    if (station === undefined || countOfChecks(own).fails < OWN_SHARE * fails) continue;
    const elsewhere = lately.filter((check) => check.station !== station);
    const burst = burstIn(own, [...before, ...elsewhere], station, least);
    if (burst !== null) return burst;
  }
  return burstIn(lately, before, null, least);
}

/** Those of its orders that are still in the house. */
function membersOf(look: Look, { failed }: Burst): Standing[] {
  const ids = new Set(failed.map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const standing = look.standing(id);
    return standing !== undefined && isBeforeHandOver(standing.row.stage) ? [standing] : [];
  });
}

export function failingChecks(look: Look): Detection[] {
  const { minimumRejects } = thresholdsOf(look.policies, "quality_reject");
  const burst = burstOf(look, minimumRejects);
  if (burst === null) return [];
  const { station, checks, fails, usual, failed } = burst;
  const members = membersOf(look, burst);
  const since = Math.min(...failed.map(({ at }) => at));
  const where = station === null ? "Checks" : `Checks at ${station}`;
  const attribute =
    station === null
      ? { name: "exception", value: "QC_REJECT" }
      : { name: "station", value: station };
  return [
    detectionOf(
      {
        kind: "quality_reject",
        cause: `rejects|${station ?? ""}`,
        title: `${where} fail: ${fails} of ${checks} since ${clock(look, since)}`,
        members,
        attributes: [attribute],
        reasons: [`${percent(fails / checks)} fail; ${percent(usual)} did before`],
        doThis: `Find what the rejected orders share (who packed them, which goods, which scale), and have ${station ?? "one of them"} checked again by somebody else`,
        inputs: { checks, fails, usual: Math.round(usual * 1_000) / 1_000, minimumRejects },
        atLeast: fails,
        isQuiet: isCalm(look, members),
        habit: `rejects|${station ?? ""}`,
      },
      look,
    ),
  ];
}
