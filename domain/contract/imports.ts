/** What is answered to a CSV file: what it changes, or with `?dryRun=true` what it would. */
import { Type, type Static } from "typebox";
import { Accepted, ItemError } from "./ingest.ts";

const Difference = Type.Object({
  field: Type.String(),
  was: Type.Unknown({ description: "null when the order did not say" }),
  wouldBe: Type.Unknown(),
});

export const OrderChange = Type.Object({
  orderId: Type.String(),
  row: Type.Integer({ description: "of its first line; the header is row 1" }),
  change: Type.Enum(["new", "amended", "unchanged"]),
  lines: Type.Integer(),
  fields: Type.Array(Difference, { description: "what differs of an order that is known" }),
});
export type OrderChange = Static<typeof OrderChange>;

const Counts = Type.Object({
  new: Type.Integer(),
  amended: Type.Integer(),
  unchanged: Type.Integer(),
});

/** As many rows as a file may have below its header. */
export const MOST_ROWS = 5_000;

/** So many changes and refused rows are listed; the counts are of all. */
export const MOST_LISTED = 1_000;

export const ImportAnswer = Type.Object(
  {
    ...Accepted.properties,
    dryRun: Type.Boolean({ description: "true: nothing was written" }),
    form: Type.Enum(["orders", "events"]),
    rows: Type.Integer(),
    orders: Type.Optional(Counts),
    /** the first thousand */
    changes: Type.Optional(Type.Array(OrderChange)),
    /** of a file of events: how many it has of each type */
    events: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    errors: Type.Array(ItemError, { description: "rows that are refused, the first thousand" }),
  },
  { title: "ImportAnswer" },
);
export type ImportAnswer = Static<typeof ImportAnswer>;
