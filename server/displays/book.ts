/**
 * All displays in memory, read again every 2 s when anything about access changed: one that was revoked anywhere opens nothing here within 5 s, and what was
 * changed of one anywhere reaches its socket here.
 */
import { timingSafeEqual } from "node:crypto";
import { Ajv } from "ajv";
import { StoredDisplay } from "../../domain/contract/displays.ts";
import { DISPLAY_PERMISSIONS, type Principal } from "../../domain/permissions.ts";
import { digestOf, displayIn } from "./secret.ts";
import type { DisplayStore } from "./store.ts";

export const RELOAD_MS = 2_000;
/** being there is written down at most this often */
const SEEN_EVERY_MS = 3_600_000;

/** Who took a task, or said that it is done; with the words it was shown in. */
export type StoredWord = { state: "taken" | "done"; by: string; at: number };
/** What was taken and is still there after an hour is nobody's again, what was said to be done and is still there after a quarter of one is not. */
const COUNTS_MS: Readonly<Record<StoredWord["state"], number>> = {
  taken: 3_600_000,
  done: 900_000,
};
export const wordField = (site: string, task: string): string => `${site} ${task}`;
export const isInForce = ({ state, at }: StoredWord, now: number): boolean =>
  now - at < COUNTS_MS[state];

export type StoredNotice = { text: string; until: number | null };
type Known = { text: string; display: StoredDisplay; principal: Principal };

export type DisplayBook = {
  /** null for no token of a display, an old one, and one of a display that was revoked */
  authenticate(token: string): Promise<Principal | null>;
  principal(id: string): Principal | null;
  get(id: string): StoredDisplay | undefined;
  all(): StoredDisplay[];
  notice(site: string, now: number): StoredNotice | null;
  /** what somebody said of a task on their phone, while it counts */
  said(site: string, task: string, now: number): StoredWord | undefined;
  /** all that was ever said and is still kept, by `wordField` */
  words(): ReadonlyMap<string, StoredWord>;
  reload(anew?: boolean): Promise<void>;
  /** after a reload in which something changed */
  onChange(listener: () => void): void;
};

export type DisplayBookDeps = {
  store: Pick<DisplayStore, "version" | "displays" | "notices" | "words" | "tokens" | "confirm">;
  now: () => number;
  onUnreadable: (id: string, error: unknown) => void;
};

const isStoredDisplay = new Ajv({ strict: false }).compile<StoredDisplay>(StoredDisplay);

export function decodeDisplay(text: string): StoredDisplay {
  const display: unknown = JSON.parse(text);
  if (isStoredDisplay(display)) return display;
  throw new Error(
    `a stored display cannot be read: ${isStoredDisplay.errors?.[0]?.instancePath ?? ""}`,
  );
}

const principalOf = ({ id, site }: StoredDisplay): Principal => ({
  kind: "display",
  name: id,
  role: "wall",
  permissions: new Set(DISPLAY_PERMISSIONS),
  sites: new Set([site]),
});

const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));

/** What is remembered of the stored displays, text by text: an unchanged one keeps its principal, which open sockets are compared by. */
function createKnown({ onUnreadable }: DisplayBookDeps) {
  const known = new Map<string, Known>();
  function take(id: string, text: string): void {
    if (known.get(id)?.text === text) return;
    const before = known.get(id);
    known.delete(id);
    try {
      const display = decodeDisplay(text);
      const isSamePlace = before?.display.site === display.site;
      const principal = isSamePlace ? before.principal : principalOf(display);
      known.set(id, { text, display, principal });
    } catch (error) {
      onUnreadable(id, error);
    }
  }
  return {
    known,
    takeAll(texts: Record<string, string>): void {
      for (const id of known.keys()) if (!Object.hasOwn(texts, id)) known.delete(id);
      for (const [id, text] of Object.entries(texts)) take(id, text);
    },
  };
}

function refill<T>(kept: Map<string, T>, texts: Record<string, string>): void {
  kept.clear();
  for (const [field, text] of Object.entries(texts)) kept.set(field, JSON.parse(text) as T);
}

/** Reads again what changed. One at a time; who must see what was just written waits for the reading under way. */
function createReloading(
  store: DisplayBookDeps["store"],
  take: (texts: Record<"displays" | "notices" | "words", Record<string, string>>) => void,
) {
  let version: string | null = null;
  let running: Promise<void> | null = null;

  async function load(anew: boolean): Promise<void> {
    const now = await store.version();
    if (!anew && now === version) return;
    const [displays, notices, words] = await Promise.all([
      store.displays(),
      store.notices(),
      store.words(),
    ]);
    take({ displays, notices, words });
    version = now;
  }

  return async (anew = false): Promise<void> => {
    if (running !== null && !anew) return running;
    await running?.catch(() => undefined);
    running = load(anew).finally(() => (running = null));
    return running;
  };
}

export function createDisplayBook(deps: DisplayBookDeps): DisplayBook {
  const { store, now } = deps;
  const { known, takeAll } = createKnown(deps);
  const notices = new Map<string, StoredNotice>();
  const words = new Map<string, StoredWord>();
  const seenAt = new Map<string, number>();
  const listeners: (() => void)[] = [];
  const reload = createReloading(store, (texts) => {
    takeAll(texts.displays);
    refill(notices, texts.notices);
    refill(words, texts.words);
    for (const listener of listeners) listener();
  });

  const principal = (id: string): Principal | null => {
    const found = known.get(id);
    return found === undefined || found.display.revokedAt !== null ? null : found.principal;
  };

  /** The first use of a token, and then one an hour. */
  async function noteUsed(id: string, access: string, isFirst: boolean): Promise<void> {
    if (!isFirst && now() - (seenAt.get(id) ?? 0) < SEEN_EVERY_MS) return;
    await store.confirm(id, access, now());
    seenAt.set(id, now());
  }

  return {
    async authenticate(token) {
      const id = displayIn(token, "access");
      if (id === null) return null;
      // paired on another server a moment ago
      if (principal(id) === null) await reload();
      const tokens = principal(id) === null ? null : await store.tokens(id);
      if (tokens === null || tokens.endsAt <= now()) return null;
      if (!isSame(tokens.access, digestOf(token))) return null;
      await noteUsed(id, tokens.access, !tokens.confirmed);
      return principal(id);
    },
    principal,
    get: (id) => known.get(id)?.display,
    all: () => [...known.values()].map(({ display }) => display),
    notice(site, at) {
      const found = notices.get(site);
      return found === undefined || (found.until !== null && found.until <= at) ? null : found;
    },
    words: () => words,
    said(site, task, at) {
      const word = words.get(wordField(site, task));
      return word !== undefined && isInForce(word, at) ? word : undefined;
    },
    reload,
    onChange: (listener) => void listeners.push(listener),
  };
}
