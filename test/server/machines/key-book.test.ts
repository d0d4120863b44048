import { expect, test } from "vitest";
import { createKeyBook } from "../../../server/machines/key-book.ts";
import type { KeyStore } from "../../../server/machines/key-store.ts";
import { makeSecret } from "../../../server/machines/secret.ts";
import type { StoredKey } from "../../../server/machines/stored-key.ts";

const ID = "0123456789ab";

function aKey(sha256: string, change: Partial<StoredKey> = {}): StoredKey {
  return {
    id: ID,
    name: "x",
    scopes: ["board:read"],
    sites: "all",
    createdBy: "me",
    createdAt: 0,
    expiresAt: null,
    revokedAt: null,
    secrets: [{ sha256, createdAt: 0, endsAt: null }],
    ...change,
  };
}

function stand() {
  const clock = { now: 1_000_000 };
  const kept: Record<string, string> = {};
  const state = { version: 1, isAway: false, reads: 0 };
  const notes: number[] = [];
  const orAway = async <T>(value: T): Promise<T> => {
    if (state.isAway) throw new Error("away");
    return value;
  };
  const store: KeyStore = {
    version: () => orAway(String(state.version)),
    keys: () => {
      state.reads += 1;
      return orAway({ ...kept });
    },
    used: async () => ({}),
    noteUsed: async (_id, at) => void notes.push(at),
  };
  const unreadable: string[] = [];
  const book = createKeyBook({
    store,
    now: () => clock.now,
    onUnreadable: (id) => void unreadable.push(id),
  });
  const put = (key: StoredKey): void => {
    kept[key.id] = JSON.stringify(key);
    state.version += 1;
  };
  return { clock, kept, state, notes, book, put, unreadable };
}

test("a key revoked on another server opens nothing after the next reading", async () => {
  const { book, put } = stand();
  const { text, sha256 } = makeSecret(ID);
  put(aKey(sha256));
  expect((await book.authenticate(text))?.name).toBe(ID);
  put(aKey(sha256, { revokedAt: 5, secrets: [] }));
  await book.reload();
  expect(await book.authenticate(text)).toBeNull();
  expect(book.principal(ID)).toBeNull();
});

test("keys are read again only when something changed", async () => {
  const { book, state } = stand();
  await book.reload();
  await book.reload();
  expect(state.reads).toBe(1);
  state.version += 1;
  await book.reload();
  expect(state.reads).toBe(2);
});

test("when the store was not read for five seconds no stored key opens anything, and it does again when it was", async () => {
  const { book, put, clock, state } = stand();
  const { text, sha256 } = makeSecret(ID);
  put(aKey(sha256));
  await book.reload();
  state.isAway = true;
  clock.now += 4_000;
  expect(await book.authenticate(text)).not.toBeNull();
  clock.now += 1_000;
  await expect(book.authenticate(text)).rejects.toMatchObject({ code: "CT_ERR_UNAVAILABLE" });
  state.isAway = false;
  expect(await book.authenticate(text)).not.toBeNull();
});

test("a record that cannot be read opens nothing and stops no other", async () => {
  const { book, put, kept, unreadable } = stand();
  const { text, sha256 } = makeSecret(ID);
  kept["bad"] = "{";
  kept["worse"] = JSON.stringify({ ...aKey(sha256), id: "worse", sites: "every" });
  put(aKey(sha256));
  expect(await book.authenticate(text)).not.toBeNull();
  expect(unreadable).toEqual(["bad", "worse"]);
});

test("a scope that this version does not know gives nothing", async () => {
  const { book, put } = stand();
  const { text, sha256 } = makeSecret(ID);
  put(aKey(sha256, { scopes: ["board:read", "root", "account:own"] }));
  expect([...((await book.authenticate(text))?.permissions ?? [])]).toEqual([
    "board:read",
    "session:own",
  ]);
});

test("use is written down once a minute, however often a key is used", async () => {
  const { book, put, clock, notes } = stand();
  const { text, sha256 } = makeSecret(ID);
  put(aKey(sha256));
  for (let use = 0; use < 100; use += 1) await book.authenticate(text);
  clock.now += 61_000;
  await book.authenticate(text);
  expect(notes).toHaveLength(2);
});
