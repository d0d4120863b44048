/** Orders in trouble that nothing else explains: each is found singly (`order_delay`). */
import { ALARM_RULE } from "../alarm.ts";
import { firstWhy } from "./conditions.ts";
import type { Detection } from "./detection.ts";
import { detectionOf, type Look } from "./finding.ts";
import { thresholdsOf } from "./policies.ts";
import { isInTrouble, type Standing } from "./standing.ts";
import { carrierName, clock, truckName, workAt } from "./words.ts";

/** What to do about one order by where it stands. */
function nextStep(look: Look, { row, candidate }: Standing, when: string): string {
  if (row.holds.length > 0) return `Clear the hold of ${row.id} ${when}`;
  if (row.dueKind === "deliver")
    return `Ask ${carrierName(look, row.carrier)} for ${row.id} ${when}, and tell the customer`;
  const lane = candidate.waitsFor;
  return lane === undefined
    ? `Expedite ${row.id} ${when}`
    : `Expedite ${row.id} at ${workAt(lane)} ${when}`;
}

/** `SO-1 will miss DHL 16:00`, `SO-1 is late`. */
function delayTitle(look: Look, { row, lateMs, isLost }: Standing): string {
  if (isLost) return `${row.id} cannot keep its promise any more`;
  if (lateMs > 0) return `${row.id} is late: due ${clock(look, row.due ?? look.now)}`;
  if (row.pickup !== null && row.dueKind === "ship")
    return `${row.id} will miss ${truckName(row.pickup.id, look)}`;
  return `${row.id} will be late: due ${clock(look, row.due ?? look.now)}`;
}

/** An alarm that just rose may fall again; while there is time to act, a single order waits until it has outlived its minimum. */
const isFresh = ({ row, candidate }: Standing, now: number): boolean =>
  row.sev === "at_risk" &&
  candidate.alarmedAt !== undefined &&
  now - candidate.alarmedAt < ALARM_RULE.minimumMs &&
  row.actBy !== null &&
  row.actBy - now > ALARM_RULE.minimumMs;

function delayOf(look: Look, one: Standing, announceFrom: number): Detection {
  const { id, row } = one;
  return detectionOf(
    {
      kind: "order_delay",
      cause: `order|${id}`,
      title: delayTitle(look, one),
      members: [one],
      reasons: [
        ...firstWhy([one]),
        `Priority ${Math.round(one.priority.score)}: ${one.priority.words}`,
      ],
      doThis: one.isSavable
        ? (when) => nextStep(look, one, when)
        : `Tell the customer of ${id} before they ask`,
      inputs: {
        risk: row.risk,
        due: row.due,
        dueKind: row.dueKind,
        priority: Math.round(one.priority.score),
        code: row.holds[0]?.code ?? row.exceptions[0] ?? null,
      },
      isQuiet: one.priority.score < announceFrom,
    },
    look,
  );
}

export function delayedOrders(look: Look, isExplained: (id: string) => boolean): Detection[] {
  const { minimumPriority, announceFrom } = thresholdsOf(look.policies, "order_delay");
  const found: Detection[] = [];
  for (const [id, { row }] of look.orders) {
    if (!isInTrouble(row, look.now) || isExplained(id)) continue;
    const one = look.standing(id);
    if (one === undefined || one.priority.score < minimumPriority || isFresh(one, look.now))
      continue;
    found.push(delayOf(look, one, announceFrom));
  }
  return found;
}
