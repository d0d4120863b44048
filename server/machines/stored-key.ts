/** A machine key as it is kept: everything but its secrets, of which only fingerprints are. Instants are epoch milliseconds. */
import { Ajv } from "ajv";
import { Type, type Static } from "typebox";
import { KeySites, type KeyView } from "../../domain/contract/machine-keys.ts";
import { MACHINE_SCOPES, type Permission, type Principal } from "../../domain/permissions.ts";

const instantOrNull = Type.Union([Type.Integer(), Type.Null()]);

const StoredSecret = Type.Object({
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  createdAt: Type.Integer(),
  /** null = as long as the key */
  endsAt: instantOrNull,
});
export type StoredSecret = Static<typeof StoredSecret>;

export const StoredKey = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f]{12}$" }),
  name: Type.String(),
  note: Type.Optional(Type.String()),
  scopes: Type.Array(Type.String()),
  sites: KeySites,
  sources: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  createdBy: Type.String(),
  createdAt: Type.Integer(),
  expiresAt: instantOrNull,
  revokedAt: instantOrNull,
  revokedBy: Type.Optional(Type.String()),
  /** the newest first, at most two */
  secrets: Type.Array(StoredSecret, { maxItems: 2 }),
});
export type StoredKey = Static<typeof StoredKey>;

const isStoredKey = new Ajv({ strict: false }).compile<StoredKey>(StoredKey);

/** Throws for what is no key: better no door than one that stands open. */
export function decodeKey(text: string): StoredKey {
  const key: unknown = JSON.parse(text);
  if (isStoredKey(key)) return key;
  throw new Error(`a stored key cannot be read: ${isStoredKey.errors?.[0]?.message ?? ""}`);
}

export const keyState = (key: StoredKey, now: number): KeyView["state"] => {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && key.expiresAt <= now ? "expired" : "active";
};

/** The secrets that open at this moment. */
export const liveSecrets = ({ secrets }: StoredKey, now: number): StoredSecret[] =>
  secrets.filter(({ endsAt }) => endsAt === null || endsAt > now);

/** A scope that this version does not know gives nothing. */
const grantsOf = (scopes: readonly string[]): Set<Permission> =>
  new Set([...MACHINE_SCOPES.filter((scope) => scopes.includes(scope)), "session:own" as const]);

export const principalOf = ({ id, scopes, sites, sources }: StoredKey): Principal => ({
  kind: "machine",
  name: id,
  permissions: grantsOf(scopes),
  sites: sites === "all" ? "all" : new Set(sites),
  ...(sources !== undefined && { sources }),
});

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** As it leaves: no fingerprint of a secret does. */
export function viewOf(key: StoredKey, usedAt: number | undefined, now: number): KeyView {
  const { id, name, note, scopes, sites, sources, createdBy, revokedBy } = key;
  const state = keyState(key, now);
  const live = state === "active" ? liveSecrets(key, now) : [];
  return {
    id,
    name,
    ...(note !== undefined && { note }),
    scopes,
    sites,
    ...(sources !== undefined && { sources }),
    state,
    createdBy,
    createdAt: iso(key.createdAt),
    lastUsedAt: usedAt === undefined ? null : iso(usedAt),
    expiresAt: isoOrNull(key.expiresAt),
    revokedAt: isoOrNull(key.revokedAt),
    ...(revokedBy !== undefined && { revokedBy }),
    secrets: live.map(({ createdAt, endsAt }) => ({
      createdAt: iso(createdAt),
      endsAt: isoOrNull(endsAt),
    })),
  };
}
