/** What becomes of a key when it is made, changed and renewed. Pure: the random parts and the time are handed in. */
import type { KeyCreate, KeyPatch } from "../../domain/contract/machine-keys.ts";
import { problem } from "../problem.ts";
import type { MadeSecret } from "./secret.ts";
import { liveSecrets, type StoredKey, type StoredSecret } from "./stored-key.ts";
import { instantOf } from "../instants.ts";

/** What the audit tells of a key: never a fingerprint. */
export function auditView({ secrets, ...key }: StoredKey): object {
  return { ...key, secrets: secrets.map(({ createdAt, endsAt }) => ({ createdAt, endsAt })) };
}

/** An instant that a wish names; it must be to come. */
function expiryOf(text: string | null | undefined, now: number): number | null {
  if (text === null || text === undefined) return null;
  const at = instantOf(text);
  if (at > now) return at;
  throw problem("CT_ERR_INVALID", "expiresAt must be in the future. To end a key, revoke it.", {
    errors: [{ index: 0, path: "/expiresAt", message: "body must be in the future" }],
  });
}

const secretOf = ({ sha256 }: MadeSecret, createdAt: number): StoredSecret => ({
  sha256,
  createdAt,
  endsAt: null,
});

export function createdKey(id: string, by: string, wish: KeyCreate, made: MadeSecret, now: number) {
  const { name, note, scopes, sites, sources, expiresAt } = wish;
  return {
    id,
    name,
    ...(note !== undefined && { note }),
    scopes,
    sites,
    ...(sources !== undefined && { sources }),
    createdBy: by,
    createdAt: now,
    expiresAt: expiryOf(expiresAt, now),
    revokedAt: null,
    secrets: [secretOf(made, now)],
  } satisfies StoredKey;
}

export function patchedKey(key: StoredKey, wish: KeyPatch, now: number): StoredKey {
  const { sources, expiresAt, ...plain } = wish;
  const { sources: before, ...rest } = key;
  const next = sources === undefined ? before : sources;
  return {
    ...rest,
    ...plain,
    ...(next !== undefined && next !== null && { sources: next }),
    expiresAt: expiresAt === undefined ? key.expiresAt : expiryOf(expiresAt, now),
  };
}

/** The secrets after a rotation: the new one, and the one before until its time is over. */
export function rotated(
  key: StoredKey,
  made: MadeSecret,
  oldForMs: number,
  now: number,
): StoredSecret[] {
  const live = liveSecrets(key, now);
  if (oldForMs === 0) return [secretOf(made, now)];
  if (live.length > 1)
    throw problem(
      "CT_ERR_CONFLICT",
      `Two secrets are alive until ${new Date(live[1]?.endsAt ?? now).toISOString()}. Wait, or end them at once: oldForMs 0, --hours 0.`,
    );
  return [secretOf(made, now), ...live.map((old) => ({ ...old, endsAt: now + oldForMs }))];
}
