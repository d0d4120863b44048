/** `void_shipping`: what was said to have left did not. It takes back the hand-overs of its parcels that are known; of one that nobody told us of it is an exception. */
import type { EpcisEvent } from "../../domain/contract/epcis.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { parcelsOf, type Meaning } from "./meaning.ts";

type Of = { source: string; id: string };
/** A hand-over, or what took one back. */
type Heard = Of & { type: string; data: object };

type Voiding = {
  event: EpcisEvent;
  /** its own */
  id: string;
  source: string;
  /** events of the order that are stored, and those made of the same document before this one */
  kept: readonly RecordedEvent[];
  made: readonly { type: string; id: string; data: object }[];
};

const targetOf = ({ data }: Heard): Of | undefined => (data as { of?: Of }).of;
const nameOf = ({ source, id }: Of): string => `${source} ${id}`;

/** When this very event is stored already, what it took back then: sent again it is the same. */
const before = (heard: readonly Heard[], { id, source }: Voiding): Of[] =>
  heard.flatMap((one) =>
    one.type === "event.corrected" &&
    one.source === source &&
    (one.id === id || one.id.startsWith(`${id}#`))
      ? (targetOf(one) ?? [])
      : [],
  );

function standing(heard: readonly Heard[], parcels: readonly string[]): Of[] {
  const gone = new Set(
    heard.flatMap((one) => {
      const of = one.type === "event.corrected" ? targetOf(one) : undefined;
      return of === undefined ? [] : [nameOf(of)];
    }),
  );
  const isMeant = ({ data }: Heard): boolean => {
    const { parcelId } = data as { parcelId?: string };
    return parcels.length === 0 || parcelId === undefined || parcels.includes(parcelId);
  };
  return heard.filter(
    (one) => one.type === "parcel.handed_over" && !gone.has(nameOf(one)) && isMeant(one),
  );
}

export function handOversOf(voiding: Voiding): Meaning[] {
  const { event, kept, made, source } = voiding;
  const heard: Heard[] = [...kept, ...made.map((one) => ({ ...one, source }))];
  const known = before(kept, voiding);
  const targets = known.length > 0 ? known : standing(heard, parcelsOf(event));
  if (targets.length === 0)
    return [
      { type: "exception.raised", data: { code: "NOT_SHIPPED", note: "void_shipping (EPCIS)" } },
    ];
  return targets.map(({ source: from, id }) => ({
    type: "event.corrected",
    data: { of: { source: from, id }, reason: "did_not_occur" },
  }));
}
