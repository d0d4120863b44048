/** An accepted event on its way to be applied, and what the door remembers of it. */
import type { AnyEvent } from "../event.ts";

/** Under a symbol, so that no JSON ever holds it: the inbox must not, or erasing could not reach what was sealed. */
export const PERSONAL_KEY = Symbol("personal key");

export const EVENT_TEXT = Symbol("event text");

/** What stands in an inbox entry's field `e`. */
export type InboxEvent = {
  event: AnyEvent;
  /** of letters and digits and what base64 has besides */
  hash: string;
  /** sealed personal fields of this event, base64 */
  sealed?: string;
  /** the event as JSON, where it is at hand: it is not written a second time then */
  [EVENT_TEXT]?: string;
  /** what opens `sealed`, besides the secret: kept in `personal-keys` by the append itself */
  [PERSONAL_KEY]?: string;
  /** id of the dead letter this is a replay of; such an event passed the door a second time on purpose */
  replayOf?: string;
  /** of an order's event: it is taken only when that action on that incident, which stands before it in the inbox, was */
  onlyWith?: OnlyWith;
};
export type OnlyWith = { incident: string; event: string };

export function encodeInboxEvent(entry: InboxEvent): string {
  const text = entry[EVENT_TEXT];
  if (text === undefined) return JSON.stringify(entry);
  const { hash, sealed, replayOf, onlyWith } = entry;
  const more =
    sealed === undefined && replayOf === undefined && onlyWith === undefined
      ? "}"
      : `,${JSON.stringify({ sealed, replayOf, onlyWith }).slice(1)}`;
  return `{"event":${text},"hash":"${hash}"${more}`;
}
export const decodeInboxEvent = (text: string): InboxEvent => JSON.parse(text) as InboxEvent;

/** What the door remembers of an accepted event. */
export type DoorEntry = { hash: string; position: string; orderId: string };
export const doorField = (source: string, id: string): string => `${source}\u0000${id}`;
export function decodeDoorEntry(text: string): DoorEntry {
  const [hash = "", position = "", ...orderId] = text.split("|");
  return { hash, position, orderId: orderId.join("|") };
}
