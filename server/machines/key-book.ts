/**
 * All machine keys in memory, read again every 2 s when anything about access changed: a key that was revoked anywhere opens nothing here within 5 s.
 * When the store cannot be read for that long no stored key opens anything: whether one was revoked is not known then.
 */
import { problem } from "../problem.ts";
import type { Principal } from "../../domain/permissions.ts";
import type { KeyStore } from "./key-store.ts";
import { isSecret, readKey } from "./secret.ts";
import { decodeKey, keyState, liveSecrets, principalOf, type StoredKey } from "./stored-key.ts";

export const RELOAD_MS = 2_000;
const STALE_MS = 4_500;
const NOTE_USED_MS = 60_000;
/** what a secret is compared with when there is no such key, so that both take the same time */
const NO_SECRET = "0".repeat(64);

type Known = { text: string; key: StoredKey; principal: Principal };

export type KeyBook = {
  /** null for no key, a wrong secret, a revoked or expired key. @throws problem CT_ERR_UNAVAILABLE when the keys were not read lately */
  authenticate(text: string): Promise<Principal | null>;
  /** what this key may now; null when it opens nothing any more */
  principal(id: string): Principal | null;
  get(id: string): StoredKey | undefined;
  all(): StoredKey[];
  usedAt(): Promise<ReadonlyMap<string, number>>;
  /** reads the keys again; `anew` also when nothing seems to have changed */
  reload(anew?: boolean): Promise<void>;
  onChange(listener: () => void): void;
};

export type KeyBookDeps = {
  store: KeyStore;
  now: () => number;
  /** a stored key that cannot be read: it opens nothing */
  onUnreadable: (id: string, error: unknown) => void;
};

type Read = { version: string | null; at: number };

function createReloading(
  { store, now, onUnreadable }: KeyBookDeps,
  known: Map<string, Known>,
  onChanged: () => void,
) {
  const read: Read = { version: null, at: -Infinity };
  let running: Promise<void> | null = null;

  function take(id: string, text: string): void {
    if (known.get(id)?.text === text) return;
    known.delete(id);
    try {
      const key = decodeKey(text);
      known.set(id, { text, key, principal: principalOf(key) });
    } catch (error) {
      onUnreadable(id, error);
    }
  }

  async function load(anew: boolean): Promise<void> {
    const startedAt = now();
    const version = await store.version();
    if (anew || version !== read.version) {
      const texts = await store.keys();
      for (const id of known.keys()) if (!Object.hasOwn(texts, id)) known.delete(id);
      for (const [id, text] of Object.entries(texts)) take(id, text);
      read.version = version;
      onChanged();
    }
    read.at = startedAt;
  }

  /** One at a time; a reload that must see what was just written waits for the one under way. */
  async function reload(anew = false): Promise<void> {
    if (running !== null && !anew) return running;
    await running?.catch(() => undefined);
    running = load(anew).finally(() => (running = null));
    return running;
  }
  return { reload, isStale: () => now() - read.at > STALE_MS };
}

/** Writes when a key was used, at most once a minute each; that it could not is no reason to refuse anything. */
function createUsedNotes({ store, now }: KeyBookDeps) {
  const noted = new Map<string, number>();
  return {
    note(id: string): void {
      const at = now();
      if (at - (noted.get(id) ?? -Infinity) < NOTE_USED_MS) return;
      noted.set(id, at);
      store.noteUsed(id, at).catch(() => noted.delete(id));
    },
    async read(): Promise<ReadonlyMap<string, number>> {
      const stored = await store.used();
      return new Map(Object.entries(stored).map(([id, at]) => [id, Number(at)]));
    },
  };
}

export function createKeyBook(deps: KeyBookDeps): KeyBook {
  const known = new Map<string, Known>();
  const listeners: (() => void)[] = [];
  const { reload, isStale } = createReloading(deps, known, () => {
    for (const listener of listeners) listener();
  });
  const used = createUsedNotes(deps);

  const isActive = ({ key }: Known): boolean => keyState(key, deps.now()) === "active";

  async function ensureFresh(): Promise<void> {
    if (!isStale()) return;
    await reload().catch((cause: unknown) => {
      throw problem("CT_ERR_UNAVAILABLE", "Keys cannot be checked now. Try again.", {
        retryAfterSeconds: 1,
        cause,
      });
    });
  }

  function open(id: string, digest: Buffer): Principal | null {
    const found = known.get(id);
    const secrets = found === undefined ? [] : liveSecrets(found.key, deps.now());
    const tried = secrets.length === 0 ? [NO_SECRET] : secrets.map(({ sha256 }) => sha256);
    // all are compared, whichever it is
    const isRight = tried.filter((sha256) => isSecret(digest, sha256)).length > 0;
    if (found === undefined || secrets.length === 0 || !isRight || !isActive(found)) return null;
    used.note(id);
    return found.principal;
  }

  return {
    async authenticate(text) {
      const asked = readKey(text);
      if (asked === null) return null;
      await ensureFresh();
      return open(asked.id, asked.digest);
    },
    principal(id) {
      const found = known.get(id);
      return found !== undefined && isActive(found) ? found.principal : null;
    },
    get: (id) => known.get(id)?.key,
    all: () => [...known.values()].map(({ key }) => key),
    usedAt: used.read,
    reload,
    onChange: (listener) => void listeners.push(listener),
  };
}
