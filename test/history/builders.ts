/** Orders as they stand in the live store, as a projector reads them. */
import { encodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import type { Policies, Stretch } from "../../history/stretch.ts";
import { aSite } from "../support/builders.ts";

export const aRecord = (v: number, events: RecordedEvent[]): string =>
  encodeOrderRecord({ v, policy: 1, events, sent: [] });

export function policiesOf(site: Site = aSite()): Policies {
  return {
    zone: site.timeZone,
    current: site,
    of: (version) => ({ version, site }),
    rules: new Map([[1, JSON.stringify(site)]]),
  };
}

/** A stretch that ends at `seq`, with these orders as they stand then. */
export const aStretch = (
  from: number | null,
  seq: number,
  orders: Record<string, string | null>,
  more: Partial<Stretch> = {},
): Stretch => ({
  site: "BER1",
  from: from === null ? null : { epoch: "e1", seq: from },
  to: { epoch: "e1", seq, at: seq * 1_000 },
  orders: Object.entries(orders).map(([id, text]) => ({ id, text })),
  ...more,
});
