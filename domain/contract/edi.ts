/** What is answered to an X12 body: an account of its transaction sets, in the terms of a functional acknowledgment (997). */
import { Type, type Static } from "typebox";
import { Accepted, ItemError } from "./ingest.ts";

const Acknowledgment = Type.Enum(["A", "E", "R"], {
  description: "A accepted; E accepted, mistakes of the envelope noted; R refused",
});

export const EdiSet = Type.Object({
  code: Type.String({ description: "ST01" }),
  control: Type.String({ description: "ST02" }),
  acknowledgment: Acknowledgment,
  orders: Type.Array(Type.String()),
  events: Type.Integer({ description: "events of ours that it came to" }),
  errors: Type.Array(ItemError),
});

export const EdiGroup = Type.Object({
  sender: Type.String({ description: "ISA06; empty without an envelope" }),
  interchange: Type.String({ description: "ISA13" }),
  functionalId: Type.String({ description: "GS01" }),
  control: Type.String({ description: "GS06" }),
  acknowledgment: Type.Enum(["A", "E", "P", "R"], {
    description: "as for a set; P: some of its sets were refused",
  }),
  received: Type.Integer({ description: "transaction sets received" }),
  accepted: Type.Integer({ description: "transaction sets accepted" }),
  sets: Type.Array(EdiSet),
});
export type EdiGroup = Static<typeof EdiGroup>;

export const EdiAnswer = Type.Object(
  { ...Accepted.properties, groups: Type.Array(EdiGroup) },
  { title: "EdiAnswer" },
);
export type EdiAnswer = Static<typeof EdiAnswer>;
