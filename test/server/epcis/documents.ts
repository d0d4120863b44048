/** EPCIS events to test with. Everything may be overridden; undefined leaves a field out. */
import type { EpcisEvent } from "../../../domain/contract/epcis.ts";

export const SSCC = "urn:epc:id:sscc:4012345.0000000001";
export const PARCEL = "040123450000000016";

export const anEpcisEvent = (fields: Record<string, unknown> = {}) =>
  JSON.parse(
    JSON.stringify({
      type: "ObjectEvent",
      action: "OBSERVE",
      eventTime: "2026-02-11T09:14:03.000Z",
      eventTimeZoneOffset: "+01:00",
      bizTransactionList: [
        { type: "po", bizTransaction: "urn:epcglobal:cbv:bt:4012345000009:SO-1" },
      ],
      ...fields,
    }),
  ) as EpcisEvent & Record<string, unknown>;

export const aDocument = (...eventList: object[]) => ({
  "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
  type: "EPCISDocument",
  schemaVersion: "2.0",
  creationDate: "2026-02-11T10:00:00Z",
  epcisBody: { eventList },
});
