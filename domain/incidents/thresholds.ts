/** From where on each rule finds, keeps and calls: what may be changed, what holds while nobody did, and how people say it. Without schemas: pages read it too. */
import type { IncidentKind } from "./incident.ts";

/** Of each kind: the thresholds that it has, with what holds while nobody changed them. Minutes where the name ends in `Min`. */
export const THRESHOLDS = {
  order_delay: { minimumHoldMin: 10, reopenMin: 60, minimumPriority: 0, announceFrom: 60 },
  common_cause: {
    minimumOrders: 5,
    minimumLift: 2,
    minimumExcess: 5,
    falseDiscoveryRate: 0.05,
    mostCauses: 6,
    closeBelowOrders: 3,
    closeAfterMin: 15,
    reopenMin: 60,
    chronicFactor: 2,
    slowBelow: 0.6,
    surgeFrom: 2,
  },
  pickup_endangered: {
    minimumOrders: 5,
    minimumShare: 0,
    withinMin: 0,
    minimumHoldMin: 10,
    reopenMin: 60,
  },
  no_scan: { minimumOrders: 1, announceFromOrders: 5, minimumHoldMin: 10, reopenMin: 60 },
  hold_ageing: { reviewAfterMin: 240, minimumHoldMin: 0, reopenMin: 60 },
  source_silent: { minimumHoldMin: 0, reopenMin: 60 },
  tpl_silent: { answerWithinMin: 120, minimumHoldMin: 10, reopenMin: 60 },
  damage: { minimumHoldMin: 10, reopenMin: 60 },
  quality_reject: { minimumFails: 2, minimumRejects: 5, minimumHoldMin: 10, reopenMin: 60 },
  poison_events: { minimumEvents: 1, minimumHoldMin: 10, reopenMin: 60 },
  manual: {},
} as const satisfies Record<IncidentKind, Record<string, number>>;

type NamesOf<Of> = Of extends unknown ? keyof Of : never;
export type ThresholdName = NamesOf<(typeof THRESHOLDS)[IncidentKind]>;

/** What each decides, with its unit. */
export const THRESHOLD_WORDS: Readonly<Record<ThresholdName, string>> = {
  minimumHoldMin: "Stays open for at least, minutes",
  reopenMin: "Is the same one again within, minutes",
  closeAfterMin: "Closes when not seen for, minutes",
  minimumPriority: "From this priority of the order, 0 to 100",
  announceFrom: "Calls people from priority, 0 to 100",
  minimumOrders: "From so many orders",
  minimumLift: "So many times as often in trouble as the rest",
  minimumExcess: "So many orders more in trouble than expected",
  falseDiscoveryRate: "Share of findings that may be chance, 0 to 1",
  mostCauses: "At most so many causes at a time",
  closeBelowOrders: "Is over below so many orders",
  chronicFactor: "Calls people from so many times the usual of the hour",
  slowBelow: "A lane is slow below this share of its plan, 0 to 1",
  surgeFrom: "A surge is so many times the usual orders",
  minimumShare: "Calls people from this share of the truck, 0 to 1",
  withinMin: "Calls people when it leaves within, minutes (0: whenever)",
  announceFromOrders: "Calls people from so many orders",
  reviewAfterMin: "A hold is to be looked at after, minutes",
  answerWithinMin: "Should be answered within, minutes",
  minimumFails: "From so many failed checks of one order",
  minimumRejects: "From so many failed checks of a burst",
  minimumEvents: "From so many events",
};
