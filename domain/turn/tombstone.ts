/**
 * What is kept of an order after it left the live store: when it closed, and of each of its events a mark of its name and one of its body. So a repeat is known as a
 * repeat and another body under the same id as a conflict, without asking history. Anything else is news: then history is asked for the order.
 */
import { digest } from "../effects/digest.ts";
import type { RecordedEvent } from "../event.ts";

/** 56 bits tell events of one order apart, 32 bits their bodies. */
const NAME = 14;
const BODY = 8;
const WIDTH = NAME + BODY;

const nameOf = ({ source, id }: Pick<RecordedEvent, "source" | "id">): string =>
  digest(`${source}\u0000${id}`).slice(0, NAME);
const bodyOf = (hash: string): string => digest(hash).slice(0, BODY);

export function tombstoneOf(closedAt: number, events: readonly RecordedEvent[]): string {
  return `${closedAt}|${events.map((event) => nameOf(event) + bodyOf(event.hash)).join("")}`;
}

export type Recognized = "duplicate" | "conflict" | "news";

export function recognize(tombstone: string, event: RecordedEvent): Recognized {
  const name = nameOf(event);
  for (let at = tombstone.indexOf("|") + 1; at < tombstone.length; at += WIDTH)
    if (tombstone.startsWith(name, at))
      return tombstone.startsWith(bodyOf(event.hash), at + NAME) ? "duplicate" : "conflict";
  return "news";
}
