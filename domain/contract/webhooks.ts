/**
 * Outgoing webhooks: over HTTP (`/api/v1/webhooks`), in Redis, and as jobs. What is sent follows Standard Webhooks 1.0: body `{type, timestamp, data}`, headers
 * `webhook-id`, `webhook-timestamp`, `webhook-signature` (`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each live secret).
 */
import { Type, type Static } from "typebox";
import { EFFECT_TYPES, type Effect } from "../effects.ts";
import { SiteId, WireInstant } from "../names-and-times.ts";
import type { Notice } from "../incidents/notice.ts";

const strict = { additionalProperties: false } as const;
const instantOrNull = Type.Union([WireInstant, Type.Null()]);

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });
const Url = Type.String({ minLength: 9, maxLength: 2_048, pattern: "^https?://[^\\s]+$" });
const Types = Type.Array(Type.Enum([...EFFECT_TYPES]), {
  minItems: 1,
  maxItems: EFFECT_TYPES.length,
  uniqueItems: true,
  description: "what it is told of; each together with its `<type>.cancelled`",
});

export const WebhookCreate = Type.Object(
  { name: Name, site: SiteId, url: Url, types: Types },
  strict,
);
export type WebhookCreate = Static<typeof WebhookCreate>;

export const WebhookPatch = Type.Object(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    types: Type.Optional(Types),
    enabled: Type.Optional(Type.Boolean()),
  },
  { ...strict, minProperties: 1 },
);
export type WebhookPatch = Static<typeof WebhookPatch>;

export const OLD_WEBHOOK_SECRET_MS = 86_400_000;
export const WebhookRotate = Type.Object(
  {
    oldForMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * OLD_WEBHOOK_SECRET_MS,
        description: "how long the secret before goes on signing too; default 24 h",
      }),
    ),
  },
  strict,
);
export type WebhookRotate = Static<typeof WebhookRotate>;

const view = {
  id: Type.String(),
  name: Type.String(),
  site: SiteId,
  url: Type.String(),
  types: Type.Array(Type.String()),
  /** `gone`: its receiver answered 410; switch it on again when it is back */
  state: Type.Enum(["active", "disabled", "gone"]),
  createdBy: Type.String(),
  createdAt: WireInstant,
  /** the secrets that sign now, the newest first: two while a rotation lasts */
  secrets: Type.Array(Type.Object({ createdAt: WireInstant, endsAt: instantOrNull })),
};
export const WebhookView = Type.Object(view, { title: "Webhook" });
export type WebhookView = Static<typeof WebhookView>;
export const WebhookWithSecret = Type.Object(
  { ...view, secret: Type.String({ description: "`whsec_...`, shown this once" }) },
  { title: "WebhookWithSecret" },
);
export type WebhookWithSecret = Static<typeof WebhookWithSecret>;
export const WebhookList = Type.Object({
  items: Type.Array(WebhookView),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type WebhookList = Static<typeof WebhookList>;

export const DELIVERY_STATES = ["delivered", "retrying", "dead"] as const;
export const DeliveryView = Type.Object(
  {
    id: Type.String(),
    /** `webhook-id`: the same for every attempt and replay */
    effect: Type.String(),
    type: Type.String(),
    orderId: Type.String(),
    at: WireInstant,
    state: Type.Enum([...DELIVERY_STATES]),
    attempts: Type.Integer(),
    lastAt: WireInstant,
    nextAt: instantOrNull,
    /** of the last answer; null when there was none */
    status: Type.Union([Type.Integer(), Type.Null()]),
    error: Type.Optional(Type.String()),
    durationMs: Type.Integer(),
  },
  { title: "WebhookDelivery" },
);
export type DeliveryView = Static<typeof DeliveryView>;
export const DeliveryList = Type.Object({
  items: Type.Array(DeliveryView),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type DeliveryList = Static<typeof DeliveryList>;

export const WebhookQueued = Type.Object(
  { effect: Type.String({ description: "the `webhook-id` it is sent with" }) },
  { title: "WebhookQueued" },
);
export type WebhookQueued = Static<typeof WebhookQueued>;

/** As it is kept: instants are epoch ms, secrets sealed. `generation` rises whenever it is changed. */
export type StoredWebhook = {
  id: string;
  name: string;
  site: string;
  url: string;
  types: string[];
  enabled: boolean;
  generation: number;
  createdBy: string;
  createdAt: number;
  /** the newest first, at most two */
  secrets: { sealed: string; createdAt: number; endsAt: number | null }[];
};

export const decodeWebhook = (text: string): StoredWebhook => JSON.parse(text) as StoredWebhook;

/** Secrets that sign at this moment. */
export const liveWebhookSecrets = (
  { secrets }: StoredWebhook,
  now: number,
): StoredWebhook["secrets"] => secrets.filter(({ endsAt }) => endsAt === null || endsAt > now);

/** Of which key a webhook's secrets are sealed with: HKDF-SHA-256 of the installation's secret, AES-256-GCM, base64 of iv (12), tag (16), text. */
export const WEBHOOK_SEAL = {
  salt: "control-tower",
  purpose: (webhook: string): string => `webhook\u0000${webhook}`,
  ivBytes: 12,
  tagBytes: 16,
} as const;
export const SECRET_PREFIX = "whsec_";

/** Anything that can stand in the outbox: an effect of an order, or what somebody sends by hand. */
export type Sent = Omit<Effect, "type" | "data"> & { type: string; data: object };
/** `only` one webhook is told, under a job id of its own (`copy`): a test or a replay. */
export type EffectEntry = { effect: Sent; only?: string; copy?: string };
/** For webhooks, or for people. */
export type OutboxEntry = EffectEntry | { notice: Notice };
export const OUTBOX_FIELD = "f";
export const encodeOutboxEntry = (entry: OutboxEntry): string => JSON.stringify(entry);
export const decodeOutboxEntry = (text: string): OutboxEntry => JSON.parse(text) as OutboxEntry;

export const TEST_TYPE = "webhook.test";
/** The id of one delivery: its effect's, and which copy of it. */
export const deliveryId = ({ effect, copy }: Pick<EffectEntry, "effect" | "copy">): string =>
  copy === undefined ? effect.id : `${effect.id}-${copy}`;

export const DELIVERIES_KEPT = 200;
export type StoredDelivery = {
  id: string;
  effect: Sent;
  state: (typeof DELIVERY_STATES)[number];
  attempts: number;
  lastAt: number;
  nextAt: number | null;
  status: number | null;
  error?: string;
  durationMs: number;
};
