/** The simple event query of EPCIS, as far as orders can answer it. Values of one filter are separated by `|`; all filters must fit. */
import { Type } from "typebox";
import { SiteId } from "../../domain/names-and-times.ts";
import { instantOf } from "../instants.ts";
import { problem } from "../problem.ts";
import type { Emitted } from "./emit.ts";
import { parcelIdOf, transactionId } from "./epc.ts";
import { PageOf } from "./pages.ts";
import { cbvWord } from "./words.ts";

const Values = Type.Optional(Type.String({ maxLength: 4_096 }));
const Time = Type.Optional(Type.String({ format: "date-time" }));

export const EventsQuery = Type.Object(
  {
    ...PageOf.properties,
    site: Type.Optional(SiteId),
    eventType: Values,
    GE_eventTime: Time,
    LT_eventTime: Time,
    GE_recordTime: Time,
    LT_recordTime: Time,
    EQ_action: Values,
    EQ_bizStep: Values,
    EQ_disposition: Values,
    EQ_eventID: Values,
    EQ_bizTransaction: Values,
    EQ_bizTransaction_po: Values,
    MATCH_epc: Values,
    MATCH_parentID: Values,
    MATCH_anyEPC: Values,
  },
  // which ones there are not is said by `refuseUnknown`, as the standard has it: 400
  { additionalProperties: true },
);
type Asked = Readonly<Record<string, unknown>>;

const NAMES = Object.keys(EventsQuery.properties);

/** Throws CT_ERR_BAD_REQUEST that names a filter which is none of ours. */
export function refuseUnknown(query: Asked): void {
  const unknown = Object.keys(query).filter((name) => !NAMES.includes(name));
  if (unknown.length === 0) return;
  throw problem(
    "CT_ERR_BAD_REQUEST",
    `These filters are not answered here: ${unknown.map((one) => one.slice(0, 64)).join(", ")}.`,
    {
      errors: unknown.map((name) => ({
        index: 0,
        path: `/${name.slice(0, 64)}`,
        message: `querystring is none of ${NAMES.join(", ")}`,
      })),
    },
  );
}

const listOf = (text: unknown): string[] | null =>
  typeof text === "string"
    ? text
        .split("|")
        .map((one) => one.trim())
        .filter((one) => one !== "")
    : null;

/** The orders that are asked for by their number; null: any. */
export function askedOrders(query: Asked): string[] | null {
  const named = listOf(query["EQ_bizTransaction"]) ?? listOf(query["EQ_bizTransaction_po"]);
  return named === null ? null : [...new Set(named.map(transactionId))];
}

/** An EPC in one of its spellings: a parcel by its number. */
const sameEpc = (uri: string): string => parcelIdOf(uri) ?? uri;

/** What orders must have among their parcels to be looked at; null: any. */
export function askedParcels(query: Asked): Set<string> | null {
  const lists = ["MATCH_epc", "MATCH_parentID", "MATCH_anyEPC"].map((name) => listOf(query[name]));
  const asked = lists.find((list) => list !== null);
  return asked === undefined || asked === null ? null : new Set(asked.map(sameEpc));
}

type Test = (event: Emitted) => boolean;

const oneOf = (
  text: unknown,
  valuesOf: (event: Emitted) => (string | undefined)[],
  same = (one: string) => one,
): Test[] => {
  const values = listOf(text);
  if (values === null) return [];
  const asked = new Set(values.map(same));
  return [
    (event) => valuesOf(event).some((value) => value !== undefined && asked.has(same(value))),
  ];
};

const between = (
  ge: unknown,
  lt: unknown,
  timeOf: (event: Emitted) => string | undefined,
): Test[] => {
  const from = typeof ge === "string" ? instantOf(ge) : Number.NEGATIVE_INFINITY;
  const to = typeof lt === "string" ? instantOf(lt) : Number.POSITIVE_INFINITY;
  return [
    (event) => {
      const at = Date.parse(timeOf(event) ?? "");
      return at >= from && at < to;
    },
  ];
};

const epcsOf = ({ epcList = [], childEPCs = [] }: Emitted): string[] => [...epcList, ...childEPCs];

const anyEpcOf = (event: Emitted): (string | undefined)[] => [
  event.parentID,
  ...epcsOf(event),
  ...(event.inputEPCList ?? []),
  ...(event.outputEPCList ?? []),
];

/** Whether an event fits all filters. */
export function filterOf(query: Asked): Test {
  const tests = [
    ...oneOf(query["eventType"], ({ type }) => [type]),
    ...between(query["GE_eventTime"], query["LT_eventTime"], ({ eventTime }) => eventTime),
    ...between(query["GE_recordTime"], query["LT_recordTime"], ({ recordTime }) => recordTime),
    ...oneOf(query["EQ_action"], ({ action }) => [action]),
    ...oneOf(query["EQ_bizStep"], ({ bizStep }) => [bizStep], cbvWord),
    ...oneOf(query["EQ_disposition"], ({ disposition }) => [disposition], cbvWord),
    ...oneOf(query["EQ_eventID"], ({ eventID }) => [eventID]),
    ...oneOf(query["MATCH_epc"], epcsOf, sameEpc),
    ...oneOf(query["MATCH_parentID"], ({ parentID }) => [parentID], sameEpc),
    ...oneOf(query["MATCH_anyEPC"], anyEpcOf, sameEpc),
  ];
  return (event) => tests.every((test) => test(event));
}
