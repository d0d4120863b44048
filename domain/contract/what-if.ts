/** What if: the open orders of a site, as they would go with changed people, trucks, services and holds. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";

const closed = { additionalProperties: false };
const id = (description: string) => Type.String({ minLength: 1, maxLength: 256, description });
const lane = Type.String({
  pattern: "^(allocate|pick|pack|check|stage)(:[^:]{1,32})?$",
  description: "a kind of work, or one zone of picking: `pick:A`",
});
const people = Type.Number({ exclusiveMinimum: 0, maximum: 200 });
const orders = Type.Array(id("order"), { minItems: 1, maxItems: 500 });
/** Of a truck's orders those that the change is about: on hold for a release, savable for an upgrade. */
const filter = Type.Object({ pickup: id("truck, as the board names it") }, closed);

const kind = <K extends string>(name: K) => Type.Literal(name);
export const WhatIfChange = Type.Union([
  Type.Object({ kind: kind("move"), from: lane, to: lane, people }, closed),
  Type.Object({ kind: kind("add"), process: lane, people }, closed),
  Type.Object({ kind: kind("upgrade"), orders, service: id("service level") }, closed),
  Type.Object({ kind: kind("upgrade"), filter, service: id("service level") }, closed),
  Type.Object(
    {
      kind: kind("delayPickup"),
      pickup: id("truck, as the board names it"),
      byMs: Type.Integer({ minimum: 60_000, maximum: 14_400_000 }),
    },
    closed,
  ),
  Type.Object({ kind: kind("release"), orders }, closed),
  Type.Object({ kind: kind("release"), filter }, closed),
]);
export type WhatIfChange = Static<typeof WhatIfChange>;

export const WhatIfRequest = Type.Object(
  { changes: Type.Array(WhatIfChange, { minItems: 1, maxItems: 10 }) },
  closed,
);
export type WhatIfRequest = Static<typeof WhatIfRequest>;

const Tally = Type.Object({
  /** less likely to miss than not; more likely; deadline passed already */
  safe: Type.Integer(),
  savable: Type.Integer(),
  lost: Type.Integer(),
  /** sum of the probabilities of missing */
  expectedMisses: Type.Number(),
  pickups: Type.Array(
    Type.Object({
      pickup: Type.String(),
      at: WireInstant,
      orders: Type.Integer(),
      expectedMisses: Type.Number(),
      /** orders that miss with a probability of a half or more */
      misses: Type.Integer(),
    }),
  ),
});

export const WhatIfView = Type.Object(
  {
    /** to mark it as done with, for an hour */
    id: Type.String(),
    site: Type.String(),
    at: WireInstant,
    basis: Type.Enum(["budgets", "learning", "learned"]),
    orders: Type.Integer({ description: "open orders before hand-over that were simulated" }),
    before: Tally,
    after: Tally,
    /** orders that would miss more likely than not, and then would not; the first 200 */
    saved: Type.Array(Type.String(), { maxItems: 200 }),
    savedCount: Type.Integer(),
    /** the other way round */
    lost: Type.Array(Type.String(), { maxItems: 200 }),
    lostCount: Type.Integer(),
    words: Type.String(),
    /** what limits the answer, in sentences */
    notes: Type.Array(Type.String()),
    ms: Type.Integer({ description: "how long it took" }),
  },
  { title: "WhatIf" },
);
export type WhatIfView = Static<typeof WhatIfView>;

const Turned = Type.Object({
  /** whose verdict was to turn; the first 500 are looked at afterwards */
  orders: Type.Integer(),
  /** that did miss; null until all their deadlines have passed */
  missed: Type.Union([Type.Integer(), Type.Null()]),
  /** whose end is known */
  known: Type.Union([Type.Integer(), Type.Null()]),
});

/** One that somebody marked as done, with what came of it. */
export const WhatIfDone = Type.Object({
  id: Type.String(),
  /** when it was asked, and when it was marked */
  at: WireInstant,
  doneAt: WireInstant,
  by: Type.Optional(Type.String()),
  words: Type.String(),
  changes: Type.Array(Type.String()),
  /** orders that it was to save, and that it was to lose */
  saved: Turned,
  lost: Turned,
  pickups: Type.Array(
    Type.Object({
      pickup: Type.String(),
      at: WireInstant,
      orders: Type.Integer(),
      expectedBefore: Type.Number(),
      expectedAfter: Type.Number(),
      /** orders that did miss; null until all their deadlines have passed */
      missed: Type.Union([Type.Integer(), Type.Null()]),
      /** orders whose end is known */
      known: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
});
export type WhatIfDone = Static<typeof WhatIfDone>;
export const WhatIfDoneList = Type.Object({
  items: Type.Array(WhatIfDone),
  next: Type.Union([Type.String(), Type.Null()]),
});
