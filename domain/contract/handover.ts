/** Handing a shift over: the report writes itself, is edited, is signed by who leaves and by who comes; with the second signature what they own moves. Instants are RFC 3339. */
import { Type, type Static, type TSchema } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { IncidentKind, IncidentSeverity, IncidentState } from "../incidents/incident.ts";

const maybe = Type.Optional;
const strict = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const prose = (maxLength: number) => Type.String({ maxLength });

const HandedIncident = Type.Object({
  id: Type.String(),
  title: Type.String(),
  kind: IncidentKind,
  severity: IncidentSeverity,
  state: IncidentState,
  owner: nullable(Type.String()),
  ackUntil: nullable(WireInstant),
  actBy: nullable(WireInstant),
  orders: Type.Integer(),
  openedAt: WireInstant,
  /** last comment or what was last done, in words */
  last: nullable(Type.String()),
  shelved: nullable(Type.Object({ by: Type.String(), reason: Type.String(), until: WireInstant })),
  /** what the lead wrote beside it */
  remark: maybe(Type.String()),
  /** its owner changes with the second signature */
  moves: Type.Boolean(),
});
export type HandedIncident = Static<typeof HandedIncident>;

/** Of one shift. A draft is written anew with every look until it is signed by the one who leaves; from then on it stands as it was. */
export const HandoverView = Type.Object(
  {
    id: Type.String(),
    site: Type.String(),
    version: Type.Integer(),
    shift: Type.Object({
      name: Type.String(),
      date: Type.String(),
      startsAt: WireInstant,
      endsAt: WireInstant,
    }),
    state: Type.Enum(["draft", "half-signed", "signed"]),
    writtenAt: WireInstant,
    open: Type.Array(HandedIncident),
    owned: Type.Array(HandedIncident),
    /** with those that return in the next 8 hours first */
    shelved: Type.Array(HandedIncident),
    resolved: Type.Integer(),
    /** trucks of the next 8 hours, and orders whose promise falls due in them */
    promises: Type.Array(
      Type.Object({
        pickup: Type.String(),
        at: WireInstant,
        due: Type.Integer(),
        safe: Type.Integer(),
        savable: Type.Integer(),
        lost: Type.Integer(),
        blind: Type.Integer(),
      }),
    ),
    blind: Type.Array(Type.Object({ source: Type.String(), since: WireInstant })),
    /** alarms of the shift by rule, the most first */
    alarms: Type.Array(
      Type.Object({ kind: IncidentKind, alarms: Type.Integer(), incidents: Type.Integer() }),
    ),
    figures: Type.Object({
      openOrders: Type.Integer(),
      late: Type.Integer(),
      /** missing in reports signed before it was told apart: their `late` holds both */
      lost: maybe(Type.Integer()),
      atRisk: Type.Integer(),
      shipped: Type.Integer(),
    }),
    notes: Type.String(),
    signatures: Type.Object({
      leaving: nullable(Type.Object({ name: Type.String(), at: WireInstant })),
      coming: nullable(Type.Object({ name: Type.String(), at: WireInstant })),
    }),
    /** incidents whose owner changed with the second signature */
    moved: Type.Array(Type.String()),
    /** what was changed by whom, the newest first */
    history: Type.Array(Type.Object({ at: WireInstant, by: Type.String(), words: Type.String() })),
  },
  { title: "Handover" },
);
export type HandoverView = Static<typeof HandoverView>;

/** `shift`: its name, `current` (default) or `last`; a date before the name is one of the last 90 days: `2026-11-29/early`. */
export const HandoverQuery = Type.Object(
  {
    site: maybe(Type.String({ maxLength: 32 })),
    shift: maybe(Type.String({ maxLength: 96 })),
  },
  strict,
);

export const HandoverEdit = Type.Object(
  {
    notes: maybe(prose(20_000)),
    /** by incident; an empty one takes it away */
    remarks: maybe(Type.Record(Type.String({ maxLength: 64 }), prose(2_000))),
    /** incidents whose owner does not change */
    stays: maybe(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 2_000 })),
    ifVersion: maybe(Type.Integer({ minimum: 0 })),
  },
  strict,
);
export type HandoverEdit = Static<typeof HandoverEdit>;

export const HandoverSignature = Type.Object(
  { as: Type.Enum(["leaving", "coming"]), ifVersion: maybe(Type.Integer({ minimum: 0 })) },
  strict,
);
export type HandoverSignature = Static<typeof HandoverSignature>;
