/**
 * Wall displays: pairing (RFC 8628 in our own JSON), what is kept of a display, what people see and change of it, and what it tells. A display holds no personal
 * field and is told none. Instants are RFC 3339 over HTTP; on sockets and in Redis epoch milliseconds.
 */
import { Type, type Static } from "typebox";
import { SiteId, WireInstant } from "../names-and-times.ts";
import { LANGUAGES, LAYOUTS, SLIDE_KINDS, WALL_THEMES } from "../walls/slides.ts";

/** how long a code can be claimed, how often a wall asks, and how many wrong codes one person may try in that time */
export const PAIRING_MS = 10 * 60_000;
export const PAIRING_POLL_S = 5;
export const WRONG_CODES = 5;
/** a message that covers the wall */
export const MESSAGE_MS = 60_000;
export const MESSAGE_LENGTH = 60;
export const NOTICE_LENGTH = 160;

const strict = { additionalProperties: false } as const;
const maybe = Type.Optional;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f]+$" });
const line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: "^[^\\u0000-\\u001f]+$" });

export const WallSlide = Type.Object(
  {
    kind: Type.Enum([...SLIDE_KINDS]),
    seconds: Type.Integer({ minimum: 5, maximum: 600 }),
    days: maybe(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 })),
    shifts: maybe(Type.Array(Name, { minItems: 1, maxItems: 8 })),
  },
  strict,
);

export const DisplaySettings = Type.Object(
  {
    layout: Type.Enum([...LAYOUTS]),
    slides: Type.Array(WallSlide, { minItems: 1, maxItems: 12 }),
    diagonalInch: Type.Number({ minimum: 7, maximum: 200 }),
    /** the farthest reader, metres */
    distanceM: Type.Number({ minimum: 1, maximum: 40 }),
    /** degrees by which the picture is turned, for screens that hang on their side */
    rotate: Type.Enum([0, 90, 270]),
    language: Type.Enum([...LANGUAGES]),
    sound: Type.Boolean(),
    volume: Type.Integer({ minimum: 0, maximum: 100 }),
    /** dark when absent: displays that were claimed before there was another have none */
    theme: maybe(Type.Enum([...WALL_THEMES])),
    /** what it does while nobody works: as always, darker, or black */
    outsideShifts: Type.Enum(["full", "dim", "black"]),
    /** percent, while it is dim */
    brightness: Type.Integer({ minimum: 10, maximum: 100 }),
  },
  strict,
);
export type DisplaySettings = Static<typeof DisplaySettings>;

export const PairingAsk = Type.Object(
  {
    /** what the device calls itself */
    name: maybe(Name),
    width: maybe(Type.Integer({ minimum: 1, maximum: 32_768 })),
    height: maybe(Type.Integer({ minimum: 1, maximum: 32_768 })),
  },
  strict,
);
export type PairingAsk = Static<typeof PairingAsk>;

export const PairingGrant = Type.Object({
  deviceCode: Type.String(),
  /** `BCDF-GHJK` */
  userCode: Type.String(),
  verificationUri: Type.String(),
  verificationUriComplete: Type.String(),
  expiresIn: Type.Integer({ description: "seconds" }),
  interval: Type.Integer({ description: "seconds between two polls" }),
});
export type PairingGrant = Static<typeof PairingGrant>;

const Secret = Type.String({ minLength: 1, maxLength: 128 });
export const TokenAsk = Type.Union([
  Type.Object({ deviceCode: Secret }, strict),
  Type.Object({ refreshToken: Secret }, strict),
]);
export type TokenAsk = Static<typeof TokenAsk>;

export const TokenGrant = Type.Object({
  token: Type.String(),
  expiresIn: Type.Integer({ description: "seconds" }),
  refreshToken: Type.String({ description: "for the next token; ends with its use" }),
  display: Type.Object({ id: Type.String(), name: Type.String(), site: SiteId }),
});
export type TokenGrant = Static<typeof TokenGrant>;

const Code = Type.String({ minLength: 8, maxLength: 32 });
export const PairingLook = Type.Object({ code: Code }, strict);
export type PairingLook = Static<typeof PairingLook>;

/** Who asks to be a wall: what the person who approves must know first. */
export const PairingView = Type.Object({
  name: Type.String(),
  device: Type.String(),
  address: Type.String(),
  askedAt: WireInstant,
  expiresAt: WireInstant,
  width: nullable(Type.Integer()),
  height: nullable(Type.Integer()),
  sites: Type.Array(Type.Object({ id: SiteId, name: Type.String() })),
});
export type PairingView = Static<typeof PairingView>;

export const DisplayClaim = Type.Object(
  {
    code: Code,
    site: maybe(SiteId),
    name: maybe(Name),
    settings: maybe(Type.Partial(DisplaySettings, strict)),
  },
  strict,
);
export type DisplayClaim = Static<typeof DisplayClaim>;

export const DisplayPatch = Type.Object(
  { name: maybe(Name), settings: maybe(Type.Partial(DisplaySettings, strict)) },
  { ...strict, minProperties: 1 },
);
export type DisplayPatch = Static<typeof DisplayPatch>;

export const DisplayOrder = Type.Union([
  Type.Object({ command: Type.Enum(["reload", "next"]) }, strict),
  Type.Object({ command: Type.Literal("blank"), blank: Type.Boolean() }, strict),
  Type.Object({ command: Type.Literal("message"), text: line(MESSAGE_LENGTH) }, strict),
]);
export type DisplayOrder = Static<typeof DisplayOrder>;

/** What the lead of a shift tells everybody at a site. */
export const WallNotice = Type.Object(
  { text: line(NOTICE_LENGTH), until: nullable(WireInstant) },
  strict,
);
export type WallNotice = Static<typeof WallNotice>;
export const NoticeView = Type.Object({
  site: SiteId,
  text: nullable(Type.String()),
  until: nullable(WireInstant),
});
export type NoticeView = Static<typeof NoticeView>;

/** A picture as boxes: position and size in thousandths of the screen. */
export const WallFrame = Type.Object(
  {
    width: Type.Integer({ minimum: 1, maximum: 32_768 }),
    height: Type.Integer({ minimum: 1, maximum: 32_768 }),
    boxes: Type.Array(
      Type.Object(
        {
          x: Type.Integer({ minimum: -1_000, maximum: 2_000 }),
          y: Type.Integer({ minimum: -1_000, maximum: 2_000 }),
          w: Type.Integer({ minimum: 0, maximum: 2_000 }),
          h: Type.Integer({ minimum: 0, maximum: 2_000 }),
          /** `#rrggbb` */
          fill: maybe(Type.String({ pattern: "^#[0-9a-f]{6}$" })),
          ink: maybe(Type.String({ pattern: "^#[0-9a-f]{6}$" })),
          text: maybe(Type.String({ maxLength: 48 })),
        },
        strict,
      ),
      { maxItems: 80 },
    ),
  },
  strict,
);
export type WallFrame = Static<typeof WallFrame>;

/** What a wall tells of itself, every ten seconds and with each slide (`display:report`). */
export const DisplayReport = Type.Object(
  {
    slide: Type.String({ maxLength: 16 }),
    state: Type.Enum(["live", "slow", "blind", "stale", "offline", "connecting", "catching_up"]),
    dataAgeMs: nullable(Type.Integer({ minimum: 0 })),
    build: Type.String({ maxLength: 32 }),
    width: Type.Integer({ minimum: 1, maximum: 32_768 }),
    height: Type.Integer({ minimum: 1, maximum: 32_768 }),
    upMs: Type.Integer({ minimum: 0 }),
    heapMb: nullable(Type.Integer({ minimum: 0 })),
    /** slides that failed, in their own words */
    errors: Type.Array(Type.String({ maxLength: 120 }), { maxItems: 5 }),
    frame: maybe(WallFrame),
  },
  strict,
);
export type DisplayReport = Static<typeof DisplayReport>;

/** What the server wishes of a wall (`display:command`). The first of a connection is `layout`. */
export const DisplayCommand = Type.Union([
  Type.Object({
    command: Type.Literal("layout"),
    name: Type.String(),
    site: SiteId,
    siteName: Type.String(),
    timeZone: Type.String(),
    settings: DisplaySettings,
    blank: Type.Boolean(),
    message: nullable(Type.Object({ text: Type.String(), until: Type.Integer() })),
    /** a page that was loaded before this moment loads itself again; 0 = never asked */
    reloadAt: Type.Integer(),
  }),
  Type.Object({ command: Type.Enum(["reload", "next"]) }),
  Type.Object({ command: Type.Literal("blank"), blank: Type.Boolean() }),
]);
export type DisplayCommand = Static<typeof DisplayCommand>;

export const DisplayView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  site: SiteId,
  /** `live` was heard within 30 s, `silent` was not, `new` never was */
  state: Type.Enum(["new", "live", "silent", "revoked"]),
  settings: DisplaySettings,
  blank: Type.Boolean(),
  message: nullable(Type.Object({ text: Type.String(), until: WireInstant })),
  claimedBy: Type.String(),
  claimedAt: WireInstant,
  revokedBy: maybe(Type.String()),
  revokedAt: nullable(WireInstant),
  seenAt: nullable(WireInstant),
  address: nullable(Type.String()),
  report: nullable(Type.Omit(DisplayReport, ["frame"])),
});
export type DisplayView = Static<typeof DisplayView>;
export const DisplayList = Type.Object({
  items: Type.Array(DisplayView),
  next: nullable(Type.String()),
});
export type DisplayList = Static<typeof DisplayList>;

/** A display as it is kept; what opens it is kept apart. Instants are epoch milliseconds. */
export const StoredDisplay = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f]{12}$" }),
  name: Type.String(),
  site: SiteId,
  settings: DisplaySettings,
  blank: Type.Boolean(),
  message: nullable(Type.Object({ text: Type.String(), until: Type.Integer() })),
  reloadAt: Type.Integer(),
  /** rises with each wish to show the next slide */
  nexts: Type.Integer(),
  claimedBy: Type.String(),
  claimedAt: Type.Integer(),
  revokedAt: nullable(Type.Integer()),
  revokedBy: maybe(Type.String()),
});
export type StoredDisplay = Static<typeof StoredDisplay>;
