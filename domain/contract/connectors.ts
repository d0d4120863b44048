/**
 * Signed webhooks that come in: which shops, carriers and systems a site listens to. Over HTTP (`/api/v1/config/connectors`, a version a site), at the door
 * (`POST /hooks/{connector}`) and in Redis. A secret is written and never read again: only when it was given and until when it is valid.
 */
import { Type, type Static } from "typebox";
import { OutsideId, WireInstant } from "../names-and-times.ts";
import { IF_VERSION } from "./sites.ts";

const maybe = Type.Optional;
const strict = { additionalProperties: false } as const;
const short = () => Type.String({ minLength: 1, maxLength: 64 });

export const CONNECTOR_KINDS = [
  "shopify",
  "woocommerce",
  "easypost",
  "aftership",
  "standard",
] as const;
export const ConnectorKind = Type.Enum([...CONNECTOR_KINDS]);
export type ConnectorKind = (typeof CONNECTOR_KINDS)[number];

const ConnectorId = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" });
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });
const Secret = Type.String({
  minLength: 8,
  maxLength: 512,
  pattern: "^[^\\u0000-\\u001f\\u007f]+$",
});
const Names = (description: string) =>
  Type.Record(Type.String({ maxLength: 256 }), short(), { description, maxProperties: 200 });

export const ConnectorOptions = Type.Object(
  {
    channel: maybe(Type.String({ minLength: 1, maxLength: 64, description: "default: the kind" })),
    service: maybe(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "service level of orders whose shipping method is none; default: the first",
      }),
    ),
    services: maybe(Names("shipping method of the shop -> service level of the site")),
    carrier: maybe(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          "carrier of the site that an unknown tracking company is; default: kept as it is called",
      }),
    ),
    carriers: maybe(Names("tracking company -> carrier of the site")),
    shop: maybe(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "Shopify: `x-shopify-shop-domain`, where several shops share a secret",
      }),
    ),
    fulfilled: maybe(
      Type.Enum(["label", "packed", "shipped"], {
        description:
          "Shopify: what a fulfillment says. `label`: nothing but its tracking code; `packed` (default); `shipped`",
      }),
    ),
    wooCompleted: maybe(
      Type.Enum(["shipped", "delivered"], {
        description: "WooCommerce: what `completed` says; default `shipped`",
      }),
    ),
    sources: maybe(
      Type.Array(OutsideId, {
        minItems: 1,
        maxItems: 20,
        description: "Standard Webhooks: prefixes of the sources it may speak for; default: any",
      }),
    ),
  },
  strict,
);
export type ConnectorOptions = Static<typeof ConnectorOptions>;

const SecretView = Type.Object({
  id: Type.String(),
  createdAt: WireInstant,
  endsAt: Type.Union([WireInstant, Type.Null()]),
});
const KeptSecret = Type.Object(
  {
    id: Type.String({ maxLength: 32 }),
    createdAt: maybe(WireInstant),
    endsAt: maybe(Type.Union([WireInstant, Type.Null()])),
  },
  strict,
);

export const MOST_SECRETS = 4;
/** How long the secrets before a new one stay valid, unless something else is said. */
export const OLD_SECRET_MS = 86_400_000;

const ConnectorWish = Type.Object(
  {
    id: ConnectorId,
    kind: ConnectorKind,
    name: maybe(Name),
    enabled: maybe(Type.Boolean({ description: "default true" })),
    source: maybe(OutsideId),
    options: maybe(ConnectorOptions),
    secret: maybe(Secret),
    secrets: maybe(Type.Array(Type.Union([Secret, KeptSecret]), { maxItems: MOST_SECRETS })),
    path: maybe(Type.String()),
    activity: maybe(Type.Unknown()),
  },
  { ...strict, title: "ConnectorWish" },
);
export type ConnectorWish = Static<typeof ConnectorWish>;

/** What GET answers, changed. What only GET tells may come along and is not read. */
export const ConnectorsWish = Type.Object(
  {
    ...IF_VERSION,
    site: maybe(Type.String()),
    connectors: Type.Array(ConnectorWish, { maxItems: 50 }),
    history: maybe(Type.Unknown()),
    changes: maybe(Type.Unknown()),
    dryRun: maybe(Type.Unknown()),
  },
  { ...strict, title: "ConnectorsWish" },
);
export type ConnectorsWish = Static<typeof ConnectorsWish>;

/** What deliveries became; each counts once, by what is most worth knowing of it. */
export const DELIVERY_OUTCOMES = [
  "accepted",
  "duplicate",
  "ignored",
  "waiting",
  "refused",
  "unsigned",
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export const ConnectorActivity = Type.Object({
  /** of the last delivery */
  at: WireInstant,
  outcome: Type.Enum([...DELIVERY_OUTCOMES]),
  topic: Type.String(),
  words: Type.String(),
  counts: Type.Record(Type.String(), Type.Integer()),
});
export type ConnectorActivity = Static<typeof ConnectorActivity>;

const ConnectorView = Type.Object(
  {
    id: Type.String(),
    kind: ConnectorKind,
    name: maybe(Type.String()),
    enabled: Type.Boolean(),
    source: Type.String(),
    /** where its sender delivers to, behind the address of this tower */
    path: Type.String(),
    options: ConnectorOptions,
    /** those valid now, the newest first */
    secrets: Type.Array(SecretView),
    /** null: nothing came yet */
    activity: Type.Union([ConnectorActivity, Type.Null()]),
  },
  { title: "Connector" },
);
export type ConnectorView = Static<typeof ConnectorView>;

export const ConnectorsView = Type.Object(
  {
    site: Type.String(),
    /** 0: nobody set one up yet */
    version: Type.Integer(),
    connectors: Type.Array(ConnectorView),
    history: Type.Array(
      Type.Object({
        version: Type.Integer(),
        /** only for those who may see people */
        by: maybe(Type.String()),
        at: WireInstant,
        words: Type.Array(Type.String()),
      }),
    ),
    /** after a change, or what would change; in sentences */
    changes: Type.Array(Type.String()),
    dryRun: Type.Boolean(),
  },
  { title: "Connectors" },
);
export type ConnectorsView = Static<typeof ConnectorsView>;

/** What the door answers a sender, 200. */
export const HookAnswer = Type.Object(
  {
    accepted: Type.Integer({ description: "events on disk" }),
    duplicates: Type.Integer({ description: "events that were there already" }),
    ignored: maybe(Type.String({ description: "why nothing of it is kept" })),
    waiting: maybe(Type.String({ description: "what it is kept for until that is known" })),
  },
  { title: "HookAnswer" },
);
export type HookAnswer = Static<typeof HookAnswer>;

/** As it is kept: instants are epoch ms; `sealed` as the secrets of webhooks are, for `connectorSeal`. The newest first. */
export type StoredSecret = { id: string; sealed: string; createdAt: number; endsAt: number | null };
export type StoredConnector = {
  id: string;
  kind: ConnectorKind;
  name?: string;
  enabled: boolean;
  source: string;
  options: ConnectorOptions;
  secrets: StoredSecret[];
};
export type StoredConnectors = {
  site: string;
  version: number;
  connectors: StoredConnector[];
  history: { version: number; by: string; at: number; words: string[] }[];
};
export const connectorSeal = (site: string, id: string): string => `connector ${site} ${id}`;

export const liveSecrets = ({ secrets }: StoredConnector, now: number): StoredSecret[] =>
  secrets.filter(({ endsAt }) => endsAt === null || endsAt > now);
