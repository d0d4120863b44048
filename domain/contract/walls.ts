/**
 * What walls are told of a site, once a second (`wall:sample`): counts, trucks, stations, what to do, and nothing by which a person could be known. Every field is named
 * here; what is not, never leaves. Instants are epoch milliseconds. Raise PROTOCOL_VERSION when it changes.
 */
import { Type, type Static } from "typebox";
import { Instant, SiteId } from "../names-and-times.ts";
import { PROCESSES } from "../forecast/plan.ts";
import { Attribute, IncidentKind } from "../incidents/incident.ts";
import { Severity } from "../stages.ts";

const strict = { additionalProperties: false } as const;
const maybe = Type.Optional;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0 });
const Process = Type.Enum([...PROCESSES]);
const Truck = Type.Object({ carrier: Type.String(), at: Instant }, strict);

export const WallTruck = Type.Object(
  {
    /** `<carrier's id>-<date>-<time>` */
    id: Type.String(),
    /** as the site calls it */
    carrier: Type.String(),
    at: Instant,
    due: count,
    safe: count,
    savable: count,
    lost: count,
    blind: count,
    packed: count,
    /** how many should be packed by now */
    shouldBe: count,
    hasLeft: Type.Boolean(),
  },
  strict,
);
export type WallTruck = Static<typeof WallTruck>;

export const WallStation = Type.Object(
  {
    process: Process,
    waiting: count,
    perHour: Type.Number(),
    /** what the trucks to come need of it; null when no pace would do */
    neededPerHour: nullable(Type.Number()),
    /** when nothing would wait any more at this pace; null = never */
    emptyAt: nullable(Instant),
  },
  strict,
);
export type WallStation = Static<typeof WallStation>;

export const WallCause = Type.Object(
  {
    kind: IncidentKind,
    /** what its orders share, as the site calls it: `{name: "pickup", value: "DHL 16:00"}` */
    about: Type.Array(Attribute, { maxItems: 4 }),
  },
  strict,
);
export type WallCause = Static<typeof WallCause>;

export const WallTask = Type.Object(
  {
    /** the same as long as it is the same thing to do */
    id: Type.String({ maxLength: 160 }),
    /** id of an incident, when it is one */
    incident: maybe(Type.String()),
    /** 1 is the gravest */
    severity: Type.Integer({ minimum: 1, maximum: 4 }),
    sev: Severity,
    /** where it is done; null when it is no station's */
    process: nullable(Process),
    zone: maybe(Type.String()),
    /** what is wrong: the code of an exception */
    code: maybe(Type.String()),
    /** the cause in the words of the floor, in English: for pages that are */
    title: maybe(Type.String()),
    /** the same as kind and names, for walls to say in their own language */
    cause: maybe(WallCause),
    orders: count,
    /** last moment at which it helps */
    actBy: nullable(Instant),
    truck: nullable(Truck),
    /** somebody has it, or says that it is done; not who */
    state: Type.Enum(["open", "taken", "done"]),
  },
  strict,
);
export type WallTask = Static<typeof WallTask>;

export const WallSample = Type.Object(
  {
    site: SiteId,
    at: Instant,
    /** ISO, in the site's time */
    weekday: Type.Integer({ minimum: 1, maximum: 7 }),
    shift: nullable(
      Type.Object({ name: nullable(Type.String()), from: Instant, until: Instant }, strict),
    ),
    nextShiftAt: nullable(Instant),
    counts: Type.Object(
      { open: count, late: count, savable: count, lost: count, blind: count },
      strict,
    ),
    trucks: Type.Array(WallTruck),
    stations: Type.Array(WallStation),
    bottleneck: nullable(Process),
    tasks: Type.Array(WallTask),
    moreTasks: count,
    today: Type.Object(
      {
        shipped: count,
        onTime: count,
        late: count,
        lastHour: count,
        shippedInShift: nullable(count),
        /** counted from this moment only: the tower was not there before */
        since: nullable(Instant),
        record: nullable(Type.Object({ shipped: count, day: Type.String() }, strict)),
      },
      strict,
    ),
    quality: Type.Object(
      {
        damaged: count,
        rejected: count,
        short: count,
        groups: Type.Array(
          Type.Object(
            { code: Type.String(), place: nullable(Type.String()), orders: count },
            strict,
          ),
        ),
      },
      strict,
    ),
    notice: nullable(Type.Object({ text: Type.String(), until: nullable(Instant) }, strict)),
  },
  strict,
);
export type WallSample = Static<typeof WallSample>;
