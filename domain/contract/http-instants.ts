/** Which fields are instants over HTTP. A room of its own without schemas, so that the browser can have it. */

/** Fields whose epoch milliseconds become RFC 3339 when a record leaves over HTTP, wherever they stand. */
export const HTTP_INSTANT_FIELDS: ReadonlySet<string> = new Set([
  "at",
  "stageSince",
  "actBy",
  "due",
  "until",
  "placedAt",
  "receivedAt",
  "promisedShipBy",
  "promisedDeliverBy",
  "shipBy",
  "deliverBy",
  "raisedAt",
  "clearedAt",
  "releasedAt",
  "startedAt",
  "handedOverAt",
  "deliveredAt",
  "closedAt",
  "occurredAt",
  "recordedAt",
  "eta",
  "emptiesAt",
  "lastAt",
  "expectedAt",
]);
