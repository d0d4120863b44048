/** Making, changing, renewing and ending keys. Each change is one step with its audit entry; nothing is changed that somebody else changed meanwhile. */
import {
  OLD_SECRET_DEFAULT_MS,
  type KeyCreate,
  type KeyPatch,
} from "../../domain/contract/machine-keys.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Principal } from "../../domain/permissions.ts";
import type { Audit, AuditWrite } from "../audit.ts";
import { oneSite } from "../audit/one-site.ts";
import { isProblem, problem, throwIf } from "../problem.ts";
import { givingObjection, isVisible, touchingObjection } from "./give.ts";
import type { KeyBook } from "./key-book.ts";
import { auditView, createdKey, patchedKey, rotated } from "./key-changes.ts";
import { makeKeyId, makeSecret } from "./secret.ts";
import { keyState, type StoredKey } from "./stored-key.ts";

const MOST_KEYS = 2_000;
/** how often a revocation is tried on what somebody else has just written */
const MOST_TRIES = 3;
/** so long a revoked key stays on the list */
const KEEP_REVOKED_MS = 90 * 86_400_000;

export type Asker = { principal: Principal; where: string };
export type WithSecret = { key: StoredKey; secret: string };

export type KeyDesk = {
  create(asker: Asker, wish: KeyCreate): Promise<WithSecret>;
  /** refuses with 404 what is not there for this asker */
  find(asker: Asker, id: string): StoredKey;
  patch(asker: Asker, id: string, wish: KeyPatch): Promise<StoredKey>;
  /** the secret before lives on for `oldForMs`; two at most live at a time */
  rotate(asker: Asker, id: string, oldForMs?: number): Promise<WithSecret>;
  revoke(asker: Asker, id: string): Promise<void>;
};

type Deps = {
  book: KeyBook;
  audit: () => Pick<Audit, "change">;
  /** ids of the configured sites */
  sites: () => string[];
  now: () => number;
};

const noSuchKey = () => problem("CT_ERR_NOT_FOUND", "There is no such key for you.");

const writeOf = (before: StoredKey | null, after: StoredKey): AuditWrite => ({
  key: GLOBAL_KEYS.machineKeys,
  field: after.id,
  value: JSON.stringify(after),
  was: before === null ? null : JSON.stringify(before),
});

const isForgettable = ({ revokedAt }: StoredKey, now: number): boolean =>
  revokedAt !== null && now - revokedAt > KEEP_REVOKED_MS;

type Work = ReturnType<typeof createWork>;

/** Finding a key for somebody, and writing it back. */
function createWork({ book, audit, now }: Deps) {
  function find({ principal }: Asker, id: string): StoredKey {
    const key = book.get(id);
    if (key === undefined || !isVisible(principal, key)) throw noSuchKey();
    return key;
  }

  /** A key that may still be changed, by somebody who could have given it. */
  function changeable(asker: Asker, id: string): StoredKey {
    const key = find(asker, id);
    if (keyState(key, now()) === "revoked")
      throw problem("CT_ERR_CONFLICT", "This key is revoked. Make a new one.");
    throwIf(touchingObjection(asker.principal, key));
    return key;
  }

  async function write(
    { principal, where }: Asker,
    what: string,
    before: StoredKey | null,
    after: StoredKey,
    others: AuditWrite[] = [],
  ): Promise<void> {
    const states = { ...(before && { before: auditView(before) }), after: auditView(after) };
    const about = { subject: after.id, ...oneSite(before?.sites, after.sites) };
    const entry = { who: principal.name, what, where, ...about, ...states };
    await audit().change(entry, [writeOf(before, after), ...others]);
    await book.reload(true);
  }

  /** Keys revoked long ago make room. */
  function forgotten(): AuditWrite[] {
    const old = book.all().filter((key) => isForgettable(key, now()));
    if (book.all().length - old.length >= MOST_KEYS)
      throw problem("CT_ERR_CONFLICT", `There are ${MOST_KEYS} keys. Revoke some first.`);
    return old.map(({ id }) => ({ key: GLOBAL_KEYS.machineKeys, field: id, value: null }));
  }

  return { find, changeable, write, forgotten, reload: () => book.reload(true) };
}

/** What a key may be for: sites that are there, and those it has already. */
const possibleSites = (sites: readonly string[], { sites: own }: StoredKey): string[] =>
  own === "all" ? [...sites] : [...sites, ...own];

/** Whoever revokes a key means it, whatever another server has just written of it. */
async function revokeKey(work: Work, asker: Asker, id: string, now: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const before = work.find(asker, id);
    if (keyState(before, now) === "revoked") return;
    const revokedBy = asker.principal.name;
    const after = { ...before, revokedAt: now, revokedBy, secrets: [] };
    try {
      return await work.write(asker, "key.revoked", before, after);
    } catch (error) {
      const isBehind = isProblem(error) && error.code === "CT_ERR_CONFLICT";
      if (!isBehind || tries === MOST_TRIES) throw error;
      await work.reload();
    }
  }
}

export function createKeyDesk(deps: Deps): KeyDesk {
  const { sites, now } = deps;
  const work = createWork(deps);
  const { find, changeable, write } = work;
  return {
    find,
    async create(asker, wish) {
      throwIf(givingObjection(asker.principal, wish, sites()));
      const id = makeKeyId();
      const made = makeSecret(id);
      const key = createdKey(id, asker.principal.name, wish, made, now());
      await write(asker, "key.created", null, key, work.forgotten());
      return { key, secret: made.text };
    },
    async patch(asker, id, wish) {
      const before = changeable(asker, id);
      const after = patchedKey(before, wish, now());
      throwIf(givingObjection(asker.principal, after, possibleSites(sites(), before)));
      await write(asker, "key.changed", before, after);
      return after;
    },
    async rotate(asker, id, oldForMs = OLD_SECRET_DEFAULT_MS) {
      const before = changeable(asker, id);
      const made = makeSecret(id);
      const after = { ...before, secrets: rotated(before, made, oldForMs, now()) };
      await write(asker, "key.rotated", before, after);
      return { key: after, secret: made.text };
    },
    revoke: (asker, id) => revokeKey(work, asker, id, now()),
  };
}
