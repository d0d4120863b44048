/** Machine keys over HTTP (`/api/v1/keys`). Instants are RFC 3339; a secret is in the answer that made it and never again. */
import { Type, type Static } from "typebox";
import { SiteId, WireInstant } from "../names-and-times.ts";
import { MACHINE_SCOPES } from "../permissions.ts";

const strict = { additionalProperties: false } as const;
const instantOrNull = Type.Union([WireInstant, Type.Null()]);

const KeyName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: "^[^\\u0000-\\u001f\\u007f]+$",
});
const KeyNote = Type.String({ maxLength: 512 });
const KeyScopes = Type.Array(Type.Enum([...MACHINE_SCOPES]), {
  minItems: 1,
  maxItems: MACHINE_SCOPES.length,
  uniqueItems: true,
});
export const KeySites = Type.Union([
  Type.Literal("all"),
  Type.Array(SiteId, { minItems: 1, maxItems: 100, uniqueItems: true }),
]);
const KeySources = Type.Array(
  Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]+$" }),
  {
    minItems: 1,
    maxItems: 20,
    uniqueItems: true,
    description: "prefixes of the event sources it may send for; left out = any",
  },
);

export const KeyCreate = Type.Object(
  {
    name: KeyName,
    note: Type.Optional(KeyNote),
    scopes: KeyScopes,
    sites: KeySites,
    sources: Type.Optional(KeySources),
    expiresAt: Type.Optional(instantOrNull),
  },
  strict,
);
export type KeyCreate = Static<typeof KeyCreate>;

export const KeyPatch = Type.Object(
  {
    name: Type.Optional(KeyName),
    note: Type.Optional(KeyNote),
    scopes: Type.Optional(KeyScopes),
    sites: Type.Optional(KeySites),
    sources: Type.Optional(Type.Union([KeySources, Type.Null()])),
    expiresAt: Type.Optional(instantOrNull),
  },
  { ...strict, minProperties: 1 },
);
export type KeyPatch = Static<typeof KeyPatch>;

/** How long the secret before may live on at most, and how long it does unless told. */
export const OLD_SECRET_MOST_MS = 30 * 86_400_000;
export const OLD_SECRET_DEFAULT_MS = 86_400_000;

export const KeyRotate = Type.Object(
  {
    oldForMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: OLD_SECRET_MOST_MS,
        description: "how long the secret before goes on working; default 24 h, 0 ends it at once",
      }),
    ),
  },
  strict,
);
export type KeyRotate = Static<typeof KeyRotate>;

const view = {
  id: Type.String(),
  name: Type.String(),
  note: Type.Optional(Type.String()),
  scopes: Type.Array(Type.String()),
  sites: KeySites,
  sources: Type.Optional(Type.Array(Type.String())),
  state: Type.Enum(["active", "expired", "revoked"]),
  createdBy: Type.String(),
  createdAt: WireInstant,
  /** exact to a minute */
  lastUsedAt: instantOrNull,
  expiresAt: instantOrNull,
  revokedAt: instantOrNull,
  revokedBy: Type.Optional(Type.String()),
  /** the secrets that work now, the newest first: two while a rotation lasts */
  secrets: Type.Array(Type.Object({ createdAt: WireInstant, endsAt: instantOrNull })),
};

export const KeyView = Type.Object(view, { title: "Key" });
export type KeyView = Static<typeof KeyView>;

export const KeyWithSecret = Type.Object(
  { ...view, secret: Type.String({ description: "shown this once" }) },
  { title: "KeyWithSecret" },
);
export type KeyWithSecret = Static<typeof KeyWithSecret>;

export const KeyList = Type.Object({
  items: Type.Array(KeyView),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type KeyList = Static<typeof KeyList>;
