/** What crosses the EPCIS door (GS1 EPCIS 2.0, JSON binding): the events as far as they are read and written here, and the jobs that captures become. */
import { Type, type Static } from "typebox";

const open = { additionalProperties: true } as const;
const Text = Type.String({ minLength: 1, maxLength: 1024 });
const Epcs = Type.Array(Text, { maxItems: 5_000 });
const Place = Type.Object({ id: Text }, open);

const QuantityElement = Type.Object(
  {
    epcClass: Text,
    quantity: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
    uom: Type.Optional(Type.String({ maxLength: 16 })),
  },
  open,
);
const Quantities = Type.Array(QuantityElement, { maxItems: 1_000 });
const BizTransaction = Type.Object({ type: Type.Optional(Text), bizTransaction: Text }, open);
const Source = Type.Object({ type: Type.Optional(Text), source: Text }, open);
const Destination = Type.Object({ type: Type.Optional(Text), destination: Text }, open);
const Words = Type.Optional(Type.Array(Text, { maxItems: 20 }));

export const EPCIS_TYPES = [
  "ObjectEvent",
  "AggregationEvent",
  "TransactionEvent",
  "TransformationEvent",
  "AssociationEvent",
] as const;
export type EpcisType = (typeof EPCIS_TYPES)[number];

/** What it has besides is left alone. */
export const EpcisEvent = Type.Object(
  {
    type: Type.Enum(EPCIS_TYPES),
    eventID: Type.Optional(Text),
    eventTime: Type.String({ format: "date-time" }),
    eventTimeZoneOffset: Type.String({ pattern: "^[+-](?:0\\d|1[0-4]):[0-5]\\d$" }),
    recordTime: Type.Optional(Type.String({ format: "date-time" })),
    errorDeclaration: Type.Optional(
      Type.Object(
        {
          declarationTime: Type.String({ format: "date-time" }),
          reason: Type.Optional(Text),
          correctiveEventIDs: Type.Optional(Type.Array(Text, { maxItems: 100 })),
        },
        open,
      ),
    ),
    action: Type.Optional(
      Type.Enum(["OBSERVE", "ADD", "DELETE"], {
        description: "of every event but a TransformationEvent",
      }),
    ),
    bizStep: Type.Optional(Text),
    disposition: Type.Optional(Text),
    persistentDisposition: Type.Optional(Type.Object({ set: Words, unset: Words }, open)),
    readPoint: Type.Optional(Place),
    bizLocation: Type.Optional(Place),
    epcList: Type.Optional(Epcs),
    parentID: Type.Optional(Text),
    childEPCs: Type.Optional(Epcs),
    quantityList: Type.Optional(Quantities),
    childQuantityList: Type.Optional(Quantities),
    inputEPCList: Type.Optional(Epcs),
    outputEPCList: Type.Optional(Epcs),
    inputQuantityList: Type.Optional(Quantities),
    outputQuantityList: Type.Optional(Quantities),
    transformationID: Type.Optional(Text),
    bizTransactionList: Type.Optional(Type.Array(BizTransaction, { maxItems: 100 })),
    sourceList: Type.Optional(Type.Array(Source, { maxItems: 100 })),
    destinationList: Type.Optional(Type.Array(Destination, { maxItems: 100 })),
  },
  { ...open, title: "EPCISEvent" },
);
export type EpcisEvent = Static<typeof EpcisEvent>;

export const EpcisDocument = Type.Object(
  {
    "@context": Type.Optional(Type.Unknown()),
    type: Type.Literal("EPCISDocument"),
    schemaVersion: Type.Optional(Type.String({ pattern: "^2\\." })),
    creationDate: Type.Optional(Type.String({ format: "date-time" })),
    epcisBody: Type.Object({ eventList: Type.Array(Type.Unknown()) }, open),
  },
  { ...open, title: "EPCISDocument" },
);
export type EpcisDocument = Static<typeof EpcisDocument>;

export const EpcisQueryDocument = Type.Object(
  {
    "@context": Type.Array(Type.Unknown()),
    type: Type.Literal("EPCISQueryDocument"),
    schemaVersion: Type.String(),
    creationDate: Type.String({ format: "date-time" }),
    epcisBody: Type.Object({
      queryResults: Type.Object({
        queryName: Type.String(),
        resultsBody: Type.Object({ eventList: Type.Array(EpcisEvent) }),
      }),
    }),
  },
  { title: "EPCISQueryDocument" },
);

export const CaptureError = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: "where in the document, and what is wrong there" }),
  },
  { title: "CaptureError" },
);

const Unplaced = Type.Object({
  path: Type.String({ description: "where in the document" }),
  message: Type.String(),
});

export const ERROR_BEHAVIOURS = ["rollback", "proceed"] as const;

/** The standard's, and how many events it came to. */
export const CaptureJob = Type.Object(
  {
    captureID: Type.String(),
    createdAt: Type.String({ format: "date-time" }),
    finishedAt: Type.String({ format: "date-time" }),
    running: Type.Boolean(),
    success: Type.Boolean({ description: "true when nothing of the document was refused" }),
    captureErrorBehaviour: Type.Enum(ERROR_BEHAVIOURS),
    errors: Type.Array(CaptureError, { description: "the first hundred" }),
    unplaced: Type.Array(Unplaced, {
      description:
        "events of no order that is known, the first hundred: those of a parcel wait under its name, nothing came of the others; they may be sent again",
    }),
    accepted: Type.Integer({ description: "events of the tower that were new" }),
    duplicates: Type.Integer({ description: "events of the tower that were known" }),
  },
  { title: "CaptureJob" },
);
export type CaptureJob = Static<typeof CaptureJob>;

/** A job as it is kept: whose key may read it is told by its source. */
export type StoredCapture = { source: string; job: CaptureJob };

/** So long a job is kept, and so many of a site. */
export const CAPTURES_KEPT_MS = 7 * 86_400_000;
export const CAPTURES_KEPT = 1_000;
