/** How amendments moved an order's promises, in sentences: what was promised before stays known. */
import type { RecordedEvent } from "../../domain/event.ts";
import { foldOrder } from "../../domain/fold.ts";
import { promisesOf, type Promises } from "../../domain/promise.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { inWords } from "../../domain/wall-clock.ts";

/** By the deadline's name; the oldest change first. */
export type PromiseChanges = Readonly<Record<"ship by" | "deliver by", readonly string[]>>;

const NONE: PromiseChanges = { "ship by": [], "deliver by": [] };
/** Each costs a fold; nobody reads more. */
const MOST = 10;

function promisesWith(events: RecordedEvent[], policy: SitePolicy): Promises | null {
  const { order } = foldOrder(events, policy);
  return order === null ? null : promisesOf(order, policy);
}

const momentOf = (at: number | null | undefined, zone: string): string =>
  at == null ? "nothing" : inWords(zone, at);

/** What each amendment changed, as if those after it had not come yet. */
export function promiseChanges(
  events: readonly RecordedEvent[],
  policy: SitePolicy,
): PromiseChanges {
  const amendments = events
    .filter(({ type }) => type === "order.amended")
    .toSorted((a, b) => a.occurredAt - b.occurredAt)
    .slice(-MOST);
  if (amendments.length === 0) return NONE;
  const told = { "ship by": [] as string[], "deliver by": [] as string[] };
  const zone = policy.site.timeZone;
  amendments.forEach((event, place) => {
    const later = new Set(amendments.slice(place + 1));
    const after = promisesWith(
      events.filter((one) => !later.has(one)),
      policy,
    );
    const before = promisesWith(
      events.filter((one) => one !== event && !later.has(one)),
      policy,
    );
    const say = (
      name: "ship by" | "deliver by",
      from?: number | null,
      to?: number | null,
    ): void => {
      if (from === to) return;
      const when = `Amended ${inWords(zone, event.occurredAt)}`;
      told[name].push(`${when}: from ${momentOf(from, zone)} to ${momentOf(to, zone)}.`);
    };
    say("ship by", before?.shipBy, after?.shipBy);
    say("deliver by", before?.deliverBy, after?.deliverBy);
  });
  return told;
}
