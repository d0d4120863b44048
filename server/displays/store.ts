/** Wall displays in Redis: those that are paired (written by the audit alone), what opens them, codes that wait for a person, and what walls told of themselves. */
import { readFileSync } from "node:fs";
import type { DisplayReport } from "../../domain/contract/displays.ts";
import type { DayStart } from "../../domain/walls/days.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { problem } from "../problem.ts";
import { createScript, type RedisClient } from "../redis.ts";

/** What opens a display now. */
export type DisplayTokens = {
  access: string;
  endsAt: number;
  refresh: string;
  previous: string;
  /** the new ones were used: whoever comes with the one before has a copy */
  confirmed: boolean;
  at: number;
};

export type TokenRenewal = {
  display: string;
  /** SHA-256 of the refresh token; empty for the first tokens of a pairing */
  presented: string;
  access: string;
  endsAt: number;
  refresh: string;
  now: number;
};

/** A wall that waits to be claimed, under the fingerprint of its device code. */
export type Pairing = {
  code: string;
  name: string;
  device: string;
  address: string;
  width: number | null;
  height: number | null;
  askedAt: number;
  polledAt: number;
  /** ms between two polls, longer with each one that came too soon */
  intervalMs: number;
  /** the display that it became */
  display: string | null;
};

export type PhotoFacts = {
  type: string;
  bytes: number;
  width: number;
  height: number;
  by: string;
  at: number;
};

export type KeptReport = { at: number; address: string; report: DisplayReport };

export type DisplayStore = {
  version(): Promise<string>;
  displays(): Promise<Record<string, string>>;
  notices(): Promise<Record<string, string>>;
  /** `<site> <task>` -> `StoredWord` */
  words(): Promise<Record<string, string>>;
  tokens(display: string): Promise<DisplayTokens | null>;
  renew(renewal: TokenRenewal): Promise<"ok" | "unknown" | "reused">;
  /** that access token was used: the ones before it are over, and the display was here */
  confirm(display: string, access: string, now: number): Promise<void>;
  dropTokens(display: string): Promise<void>;
  /** false when that code waits for another wall */
  addPairing(id: string, pairing: Pairing, ttlMs: number): Promise<boolean>;
  pairing(id: string): Promise<Pairing | null>;
  /** keeps its end; false when it is not as it was any more: wall and person come at the same moment, and neither may undo the other */
  changePairing(id: string, was: Pairing, pairing: Pairing): Promise<boolean>;
  /** the device of a code, without taking it */
  pairingOf(code: string): Promise<string | null>;
  /** the device of a code, for the first one who asks */
  takeCode(code: string): Promise<string | null>;
  putCodeBack(code: string, device: string, ttlMs: number): Promise<void>;
  /** local date -> `DayStart` */
  days(site: string): Promise<Record<string, string>>;
  /** the first to see a day writes down how it began */
  noteDay(site: string, day: number, start: DayStart): Promise<void>;
  /** photo id -> `PhotoFacts` */
  photos(site: string, order: string): Promise<Record<string, string>>;
  keepPhoto(site: string, order: string, id: string, facts: PhotoFacts): Promise<void>;
  dropPhotos(site: string, order: string, ids: readonly string[]): Promise<void>;
  /** `[order, photo]` of those that were taken before */
  photosBefore(site: string, before: number): Promise<[string, string][]>;
  keepReport(display: string, kept: KeptReport): Promise<void>;
  reports(displays: readonly string[]): Promise<(KeptReport | null)[]>;
};

const AWAY_MS = 90 * 86_400_000;
const REPORT_KEPT_MS = 7 * 86_400_000;

const orRefuse = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "Displays cannot be read now. Try again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });
const parsed = <T>(text: string | null | undefined): T | null =>
  text == null ? null : (JSON.parse(text) as T);
const ttl = (value: number) => ({ expiration: { type: "PX", value } }) as const;

const lua = readFileSync(new URL("tokens.lua", import.meta.url), "utf8");

type Tokens = Pick<DisplayStore, "tokens" | "renew" | "confirm" | "dropTokens">;
function tokensIn(client: RedisClient): Tokens {
  const script = createScript(client, lua);
  const key = GLOBAL_KEYS.displayTokens;
  return {
    tokens: async (display) => parsed(await orRefuse(client.hGet(key, display))),
    async renew({ display, presented, access, endsAt, refresh, now }) {
      const args = [display, presented, access, endsAt, refresh, now, AWAY_MS].map(String);
      return (await orRefuse(script.run([key], args))) as "ok" | "unknown" | "reused";
    },
    confirm: async (display, access, now) =>
      void (await orRefuse(script.run([key], [display, access, "used", String(now)]))),
    dropTokens: async (display) => void (await orRefuse(client.hDel(key, display))),
  };
}

/** KEYS 1 pairing  ARGV 1 as it was 2 as it is to be */
const CHANGE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1`;

type Pairings = Pick<
  DisplayStore,
  "addPairing" | "pairing" | "changePairing" | "pairingOf" | "takeCode" | "putCodeBack"
>;
function pairingsIn(client: RedisClient): Pairings {
  const change = createScript(client, CHANGE);
  const { pairing: keyOf, pairingCode: codeKey } = GLOBAL_KEYS;
  return {
    async addPairing(id, pairing, ttlMs) {
      const options = { ...ttl(ttlMs), condition: "NX" } as const;
      if ((await orRefuse(client.set(codeKey(pairing.code), id, options))) === null) return false;
      await orRefuse(client.set(keyOf(id), JSON.stringify(pairing), ttl(ttlMs)));
      return true;
    },
    pairing: async (id) => parsed(await orRefuse(client.get(keyOf(id)))),
    async changePairing(id, was, pairing) {
      const texts = [was, pairing].map((one) => JSON.stringify(one));
      return (await orRefuse(change.run([keyOf(id)], texts))) === 1;
    },
    pairingOf: (code) => orRefuse(client.get(codeKey(code))),
    takeCode: (code) => orRefuse(client.getDel(codeKey(code))),
    putCodeBack: async (code, device, ttlMs) =>
      void (await orRefuse(client.set(codeKey(code), device, ttl(Math.max(1, ttlMs))))),
  };
}

type Photos = Pick<DisplayStore, "photos" | "keepPhoto" | "dropPhotos" | "photosBefore">;
function photosIn(client: RedisClient): Photos {
  const { photos: keyOf, photoTimes } = GLOBAL_KEYS;
  return {
    photos: (site, order) => orRefuse(client.hGetAll(keyOf(site, order))),
    async keepPhoto(site, order, id, facts) {
      const value = `${order} ${id}`;
      await orRefuse(
        client
          .multi()
          .hSet(keyOf(site, order), id, JSON.stringify(facts))
          .zAdd(photoTimes(site), { score: facts.at, value })
          .exec(),
      );
    },
    async dropPhotos(site, order, ids) {
      if (ids.length === 0) return;
      const values = ids.map((id) => `${order} ${id}`);
      await orRefuse(
        client
          .multi()
          .hDel(keyOf(site, order), [...ids])
          .zRem(photoTimes(site), values)
          .exec(),
      );
    },
    async photosBefore(site, before) {
      const found = await orRefuse(client.zRangeByScore(photoTimes(site), 0, before));
      return found.map((value) => {
        const split = value.lastIndexOf(" ");
        return [value.slice(0, split), value.slice(split + 1)];
      });
    },
  };
}

export const createDisplayStore = (client: RedisClient): DisplayStore => ({
  ...photosIn(client),
  ...tokensIn(client),
  ...pairingsIn(client),
  version: async () => (await orRefuse(client.get(GLOBAL_KEYS.accessVersion))) ?? "",
  displays: () => orRefuse(client.hGetAll(GLOBAL_KEYS.displays)),
  notices: () => orRefuse(client.hGetAll(GLOBAL_KEYS.wallNotices)),
  words: () => orRefuse(client.hGetAll(GLOBAL_KEYS.floorWords)),
  days: (site) => orRefuse(client.hGetAll(GLOBAL_KEYS.wallDays(site))),
  noteDay: async (site, day, start) =>
    void (await orRefuse(
      client.hSetNX(GLOBAL_KEYS.wallDays(site), String(day), JSON.stringify(start)),
    )),
  async keepReport(display, kept) {
    const key = GLOBAL_KEYS.displayReport(display);
    await orRefuse(client.set(key, JSON.stringify(kept), ttl(REPORT_KEPT_MS)));
  },
  async reports(displays) {
    if (displays.length === 0) return [];
    const texts = await orRefuse(client.mGet(displays.map(GLOBAL_KEYS.displayReport)));
    return texts.map((text) => parsed<KeptReport>(text));
  },
});
