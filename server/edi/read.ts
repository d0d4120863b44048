/** An X12 body to events of ours, with an account of each transaction set. Pure: what it must know of the tower is handed in. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { contentId } from "../content-id.ts";
import type { Posted } from "../connectors/posted.ts";
import { problem } from "../problem.ts";
import { faultAt, readEnvelope, type TransactionSet } from "./envelope.ts";
import { envelopeOf, type Reader, type Reading } from "./meaning.ts";
import { at, delimitersOf, ediText, segmentsOf, type Segment } from "./segments.ts";
import { read214 } from "./set-214.ts";
import { read856 } from "./set-856.ts";
import { read940 } from "./set-940.ts";
import { read945 } from "./set-945.ts";
import { clockOf } from "./times.ts";

const READERS: Readonly<Record<string, Reader>> = {
  "214": read214,
  "856": read856,
  "940": read940,
  "945": read945,
};
const MAX_EVENTS_OF_BODY = 5_000;

export type Tower = {
  /** IANA zone of the site */
  zone: string;
  services: readonly string[];
  /** of all that is read; each interchange's own when left out */
  source?: string;
  ordersOfParcel: (name: string) => readonly string[];
};

/** What a set came to. With a mistake of its content it cannot be taken; one of its envelope is noted. */
export type SetRead = {
  set: TransactionSet;
  orders: string[];
  /** how many events of ours it came to */
  events: number;
  content: ItemError[];
};
/** `noted`: what is wrong with trailers and summaries, which stops nothing. */
export type EdiRead = { posted: Posted; sets: SetRead[]; noted: ItemError[] };

const senderOf = ({ interchange, group }: TransactionSet): string =>
  at(interchange, 6) || at(group, 2);

/** Source of what a sender sends. */
export const sourceOf = (set: TransactionSet, asked: string | undefined): string => {
  const sender = senderOf(set);
  return asked ?? (sender === "" ? "edi" : `edi/${sender}`);
};

function readSet(set: TransactionSet, tower: Tower): Reading {
  const reader = Object.hasOwn(READERS, set.code) ? READERS[set.code] : undefined;
  const known = Object.keys(READERS).join(", ");
  if (reader === undefined)
    return {
      said: [],
      faults: [
        faultAt(set.index, set.first, 1, `${set.code} is not taken here; taken are ${known}`),
      ],
    };
  return reader({ ...tower, set, clock: clockOf(tower.zone, set), sender: senderOf(set) });
}

/** Where our fields come from is the segment; its elements are named by the readers themselves. */
const originOf =
  (origins: readonly { from: Segment; set: TransactionSet }[]) =>
  (index: number, path: string): { index: number; path: string } => {
    const origin = origins[index];
    if (origin === undefined) return { index, path };
    const { from, set } = origin;
    return { index: set.index, path: `segment ${from.place}, ${from.id} (${path})` };
  };

/** Throws CT_ERR_BAD_REQUEST for a body that is no X12. */
export function readEdi(body: Uint8Array, tower: Tower): EdiRead {
  const text = ediText(body);
  const delimiters = delimitersOf(text);
  if (delimiters === null)
    throw problem(
      "CT_ERR_BAD_REQUEST",
      "This is no X12: it begins neither with an ISA nor with an ST segment.",
    );
  const { sets, faults, noted } = readEnvelope(segmentsOf(text, delimiters));
  if (sets.length === 0)
    faults.push({
      index: 0,
      path: "segment 1",
      message: "no transaction set (ST) in this body",
      code: "CT_ERR_INVALID",
    });
  const items: object[] = [];
  const origins: { from: Segment; set: TransactionSet }[] = [];
  const read = sets.map((set): SetRead => {
    const { said, faults: content, noted: beside = [] } = readSet(set, tower);
    noted.push(...beside);
    // before a hash is made of each: a body of more is refused anyway
    if (items.length + said.length > MAX_EVENTS_OF_BODY)
      throw problem(
        "CT_ERR_TOO_MANY_EVENTS",
        `This body comes to more than ${MAX_EVENTS_OF_BODY} events.`,
      );
    for (const one of said) {
      const event = envelopeOf(one);
      items.push({ ...event, id: contentId("x12", event), source: sourceOf(set, tower.source) });
      origins.push({ from: one.from, set });
    }
    return {
      set,
      orders: [...new Set(said.map(({ orderId }) => orderId))],
      events: said.length,
      content,
    };
  });
  const all = [...faults, ...read.flatMap(({ content }) => content)];
  return {
    posted: {
      items,
      faults: all.toSorted((a, b) => a.index - b.index),
      most: MAX_EVENTS_OF_BODY,
      origin: originOf(origins),
    },
    sets: read,
    noted,
  };
}
