/** What every schema is made of: the names that sites, outside systems and codes have, and instants on both sides of the door. */
import { Type } from "typebox";

export const SiteId = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", title: "SiteId" });
/** Ids come from outside systems: any printable text but no control characters. */
export const OutsideId = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: "^[^\\u0000-\\u001f\\u007f]+$",
});
/** Hold, exception and damage codes; the known ones are in `codes.ts`, others are kept as they come. */
export const Code = Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,63}$" });

/** An instant as the outside writes it. */
export const WireInstant = Type.String({
  format: "date-time",
  description: "RFC 3339 with offset",
});
/** An instant as everything inside keeps it: epoch milliseconds. */
export const Instant = Type.Integer({ description: "epoch milliseconds" });
