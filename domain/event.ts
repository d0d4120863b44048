/**
 * Every event of the contract (section 3): schema first, then type.
 *
 * The same shapes exist twice, built by one function: on the wire, where an instant is an RFC 3339 string with offset, and inside, where it is epoch
 * milliseconds. Unknown fields of `data` are kept; unknown fields of the envelope are refused.
 */
import { Type, type Static, type TSchema } from "typebox";
import type { IncidentEvent } from "./incidents/action.ts";
import { Code, Instant, OutsideId, SiteId, WireInstant } from "./names-and-times.ts";

const text = (maxLength = 256) => Type.String({ minLength: 1, maxLength });
const prose = () => Type.String({ maxLength: 4096 });
const open = { additionalProperties: true } as const;

/** Prices, weights and lengths: bounded, so that no sum of them leaves the numbers there are. */
const amount = () => Type.Number({ minimum: 0, maximum: 1_000_000_000 });
const quantity = () => Type.Integer({ minimum: 0, maximum: 1_000_000 });
const lineNumber = () => Type.Integer({ minimum: 0, maximum: 100_000 });

const LineQuantity = Type.Object({ line: lineNumber(), quantity: quantity() }, open);

const OrderedLine = Type.Object(
  {
    line: lineNumber(),
    sku: text(128),
    name: Type.Optional(prose()),
    quantity: quantity(),
    unitPrice: Type.Optional(amount()),
    weightG: Type.Optional(amount()),
    zone: Type.Optional(text(64)),
  },
  open,
);

/** Marks a field that may identify a person: split off at the door and kept encrypted (architecture, rule 12). */
export const PERSONAL = { personal: true } as const;
/**
 * Fields that the contract does not know but whose name says that they are about a person, wherever they stand at the top of `data`: sealed as those it marks. Letters only, in
 * lower case. What has another name and is not marked is kept in clear: it is the sender's to leave out.
 */
export const PERSONAL_NAMES: ReadonlySet<string> = new Set(
  `name firstname lastname fullname surname salutation birthday birthdate dateofbirth email emailaddress mail phone phonenumber telephone tel mobile fax
  address addressline addressline1 street streetname street1 street2 housenumber postalcode postcode zip zipcode billto billing billingaddress shippingaddress
  deliveryaddress customer customername customeremail customerphone customeraddress buyer buyername recipient recipientname consignee contact contactname contactemail
  contactphone iban taxid vatid ip ipaddress`.split(/\s+/),
);

const ShipTo = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 4096, ...PERSONAL })),
    city: Type.Optional(prose()),
    region: Type.Optional(prose()),
    postalCode: Type.Optional(Type.String({ maxLength: 64, ...PERSONAL })),
    country: Type.Optional(Type.String({ maxLength: 64 })),
  },
  open,
);
/** Of `shipTo`, only what the schema knows and does not mark leaves the encrypted record; everything else in it, known or not, is personal. */
export const SHIP_TO_OPEN_FIELDS: readonly string[] = Object.entries(ShipTo.properties).flatMap(
  ([field, schema]) => ("personal" in schema ? [] : [field]),
);

const millimetres = () => Type.Optional(amount());
const PackedBox = Type.Object(
  {
    lengthMm: millimetres(),
    widthMm: millimetres(),
    heightMm: millimetres(),
    materialG: millimetres(),
    fillerG: millimetres(),
    goodsVolumeMl: millimetres(),
  },
  open,
);

const PackedParcel = Type.Object(
  {
    parcelId: text(128),
    lines: Type.Optional(Type.Array(LineQuantity, { maxItems: 500 })),
    carrier: Type.Optional(text(64)),
    service: Type.Optional(text(64)),
    trackingCode: Type.Optional(text(128)),
    weightG: Type.Optional(amount()),
    box: Type.Optional(PackedBox),
  },
  open,
);

/** The shapes of `data`, event type by event type; `instant` is the schema of a point in time on that side of the door. */
function dataShapes<Instant extends TSchema>(instant: Instant) {
  const orderFacts = {
    customerOrder: text(128),
    channel: text(64),
    service: text(64),
    carrier: text(64),
    priority: Type.Enum(["P1", "P2", "P3", "P4"]),
    placedAt: instant,
    shipBy: instant,
    deliverBy: instant,
    client: text(128),
    tier: text(64),
    penalty: Type.Union([Type.Boolean(), amount()]),
    currency: Type.String({ pattern: "^[A-Z]{3}$" }),
    replaces: text(128),
    shipTo: ShipTo,
    lines: Type.Array(OrderedLine, { maxItems: 1000 }),
  };
  const scannedLines = Type.Object(
    { lines: Type.Optional(Type.Array(LineQuantity, { maxItems: 1000 })) },
    open,
  );
  const parcelScan = Type.Object(
    {
      parcelId: Type.Optional(text(128)),
      trackingCode: Type.Optional(text(128)),
      carrierStatus: Type.Optional(prose()),
      location: Type.Optional(prose()),
      eta: Type.Optional(instant),
    },
    open,
  );
  const reasoned = Type.Object({ reason: Type.Optional(prose()) }, open);
  const coded = { code: Code, note: Type.Optional(prose()) };
  const parcels = Type.Object(
    { parcels: Type.Optional(Type.Array(PackedParcel, { maxItems: 200 })) },
    open,
  );
  const check = { parcelId: Type.Optional(text(128)), inspector: Type.Optional(text(128)) };
  return {
    "order.received": Type.Object(
      {
        customerOrder: orderFacts.customerOrder,
        channel: orderFacts.channel,
        service: orderFacts.service,
        carrier: Type.Optional(orderFacts.carrier),
        priority: Type.Optional(orderFacts.priority),
        placedAt: orderFacts.placedAt,
        shipBy: Type.Optional(orderFacts.shipBy),
        deliverBy: Type.Optional(orderFacts.deliverBy),
        client: Type.Optional(orderFacts.client),
        tier: Type.Optional(orderFacts.tier),
        penalty: Type.Optional(orderFacts.penalty),
        currency: Type.Optional(orderFacts.currency),
        replaces: Type.Optional(orderFacts.replaces),
        shipTo: orderFacts.shipTo,
        lines: orderFacts.lines,
      },
      open,
    ),
    "order.amended": Type.Partial(Type.Object(orderFacts), open),
    "order.allocated": Type.Object(
      {
        lines: Type.Optional(Type.Array(LineQuantity, { maxItems: 1000 })),
        node: Type.Optional(text(64)),
      },
      open,
    ),
    "order.backordered": Type.Object(
      {
        lines: Type.Optional(Type.Array(LineQuantity, { maxItems: 1000 })),
        expectedAt: Type.Optional(instant),
      },
      open,
    ),
    "order.released": Type.Object(
      { wave: Type.Optional(text(64)), to: Type.Optional(text(64)) },
      open,
    ),
    "order.rejected": Type.Object(
      { by: Type.Optional(text(64)), reason: Type.Optional(prose()) },
      open,
    ),
    "order.cancelled": reasoned,
    "order.returned": reasoned,
    "pick.started": scannedLines,
    "pick.completed": scannedLines,
    "pick.shorted": Type.Object(
      {
        lines: Type.Array(
          Type.Object(
            { line: lineNumber(), missing: quantity(), reason: Type.Optional(prose()) },
            open,
          ),
          { minItems: 1, maxItems: 1000 },
        ),
      },
      open,
    ),
    "pack.started": parcels,
    "pack.completed": parcels,
    "check.started": Type.Object(check, open),
    "check.passed": Type.Object(check, open),
    "check.failed": Type.Object(
      {
        ...check,
        to: Type.Optional(Type.Enum(["picking", "packing"])),
        defect: Type.Optional(
          Type.Object({ code: Type.Optional(text(64)), note: Type.Optional(prose()) }, open),
        ),
      },
      open,
    ),
    "parcel.staged": Type.Object(
      {
        parcelId: Type.Optional(text(128)),
        dock: Type.Optional(text(64)),
        truck: Type.Optional(text(64)),
      },
      open,
    ),
    "parcel.handed_over": Type.Object(
      {
        parcelId: Type.Optional(text(128)),
        carrier: Type.Optional(text(64)),
        trackingCode: Type.Optional(text(128)),
        truck: Type.Optional(text(64)),
      },
      open,
    ),
    "parcel.in_transit": parcelScan,
    "parcel.out_for_delivery": parcelScan,
    "parcel.available_for_pickup": parcelScan,
    "parcel.delivery_failed": parcelScan,
    "parcel.delivered": parcelScan,
    "parcel.returning": parcelScan,
    "parcel.returned": parcelScan,
    "parcel.lost": parcelScan,
    "parcel.exception": Type.Object(
      { parcelId: Type.Optional(text(128)), trackingCode: Type.Optional(text(128)), ...coded },
      open,
    ),
    "hold.placed": Type.Object(
      {
        code: Code,
        reason: Type.Optional(prose()),
        owner: Type.Optional(text(128)),
        until: Type.Optional(instant),
      },
      open,
    ),
    "hold.released": Type.Object(
      {
        code: Code,
        reason: Type.Optional(prose()),
        owner: Type.Optional(text(128)),
        until: Type.Optional(instant),
      },
      open,
    ),
    "exception.raised": Type.Object(coded, open),
    "exception.cleared": Type.Object(coded, open),
    "item.damaged": Type.Object(
      { line: Type.Optional(lineNumber()), parcelId: Type.Optional(text(128)), ...coded },
      open,
    ),
    "event.corrected": Type.Object(
      {
        of: Type.Object({ source: OutsideId, id: OutsideId }),
        reason: Type.Enum(["did_not_occur", "incorrect_data"]),
        replacement: Type.Optional(
          Type.Object(
            {
              type: Type.Optional(text(64)),
              occurredAt: Type.Optional(instant),
              data: Type.Optional(Type.Object({}, open)),
            },
            open,
          ),
        ),
      },
      open,
    ),
    "note.added": Type.Object({ text: prose() }, open),
    "order.assigned": Type.Object({ assignee: Type.Union([text(128), Type.Null()]) }, open),
    "order.expedited": reasoned,
    "pickup.departed": Type.Object(
      { carrier: text(64), pickup: text(128), at: Type.Optional(instant) },
      open,
    ),
    "pickup.delayed": Type.Object(
      {
        carrier: text(64),
        pickup: text(128),
        at: Type.Optional(instant),
        byMs: Type.Optional(Type.Integer({ minimum: 0 })),
      },
      open,
    ),
    "station.changed": Type.Object(
      {
        station: text(64),
        state: Type.Enum(["up", "down", "slow"]),
        factor: Type.Optional(amount()),
      },
      open,
    ),
    "system.canary": Type.Object({}, open),
  };
}

export const wireDataSchemas = dataShapes(WireInstant);
export const dataSchemas = dataShapes(Instant);

export type EventType = keyof typeof dataSchemas;
export const EVENT_TYPES = Object.keys(dataSchemas) as EventType[];

/** Events of a site rather than of one of its orders; they carry no `orderId`. */
export const SITE_EVENT_TYPES = [
  "pickup.departed",
  "pickup.delayed",
  "station.changed",
  "system.canary",
] as const;
export type SiteEventType = (typeof SITE_EVENT_TYPES)[number];
export type OrderEventType = Exclude<EventType, SiteEventType>;
export const isSiteEventType = (type: string): type is SiteEventType =>
  SITE_EVENT_TYPES.some((known) => known === type);

/** Fields of `data` that are instants, at its first level (and in `event.corrected`'s replacement). */
export const INSTANT_FIELDS = [
  "placedAt",
  "shipBy",
  "deliverBy",
  "expectedAt",
  "eta",
  "until",
  "at",
] as const;

export type EventData = { [T in EventType]: Static<(typeof dataSchemas)[T]> };

/** The envelope as it is posted. `data` is checked by its type against `wireDataSchemas`. */
export const EventEnvelope = Type.Object(
  {
    id: OutsideId,
    source: OutsideId,
    type: Type.Enum(EVENT_TYPES),
    site: Type.Optional(SiteId),
    orderId: Type.Optional(OutsideId),
    occurredAt: WireInstant,
    actor: Type.Optional(text(128)),
    station: Type.Optional(text(64)),
    data: Type.Optional(Type.Object({}, open)),
  },
  { additionalProperties: false, title: "Event" },
);
export type EventEnvelope = Static<typeof EventEnvelope>;

type Envelope<T extends EventType> = {
  id: string;
  source: string;
  type: T;
  site: string;
  /** epoch ms: when it happened, as the source says */
  occurredAt: number;
  actor?: string;
  station?: string;
  data: EventData[T];
};

/** An event of one order, inside: instants are epoch ms, personal fields are already split off. */
export type OrderEvent = {
  [T in OrderEventType]: Envelope<T> & { orderId: string };
}[OrderEventType];
export type SiteEvent = { [T in SiteEventType]: Envelope<T> }[SiteEventType];
/** Whatever may stand in an inbox. What people do to incidents never comes through the public door: its types are none of the above. */
export type AnyEvent = OrderEvent | SiteEvent | IncidentEvent;

/** What is remembered of an event besides itself. */
export type Recorded = {
  /** epoch ms of the append, by Redis TIME */
  recordedAt: number;
  /** fingerprint of the body as it was posted; the same id with another fingerprint is a conflict */
  hash: string;
  /** number of the commit that first took it in; absent while it is being decided */
  seq?: number;
};
export type RecordedEvent = OrderEvent & Recorded;
