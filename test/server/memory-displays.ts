/** The store of displays in memory, of the same contract as in Redis: displays and notices are those that the audit in memory wrote. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type {
  DisplayStore,
  DisplayTokens,
  KeptReport,
  Pairing,
} from "../../server/displays/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryDisplays = DisplayStore & {
  kept: Map<string, DisplayTokens>;
  pairings: Map<string, Pairing>;
  reported: Map<string, KeptReport>;
};

export function memoryDisplays(audit: Pick<MemoryAudit, "hashes" | "version">): MemoryDisplays {
  const kept = new Map<string, DisplayTokens>();
  const pairings = new Map<string, Pairing>();
  const codes = new Map<string, string>();
  const photos = new Map<string, Map<string, string>>();
  const days = new Map<string, Map<string, string>>();
  const reported = new Map<string, KeptReport>();
  const hash = (key: string) => Object.fromEntries(audit.hashes.get(key) ?? []);
  return {
    kept,
    pairings,
    reported,
    version: async () => String(audit.version()),
    displays: async () => hash(GLOBAL_KEYS.displays),
    notices: async () => hash(GLOBAL_KEYS.wallNotices),
    words: async () => hash(GLOBAL_KEYS.floorWords),
    tokens: async (display) => kept.get(display) ?? null,
    async renew({ display, presented, access, endsAt, refresh, now }) {
      const known = kept.get(display);
      if (presented === "") {
        if (known?.confirmed === true) return "unknown";
      } else if (known?.refresh !== presented) {
        if (known?.previous !== presented) return "unknown";
        if (known.confirmed) return "reused";
      }
      const next = { access, endsAt, refresh, previous: presented, confirmed: false, at: now };
      kept.set(display, next);
      return "ok";
    },
    async confirm(display, access, now) {
      const known = kept.get(display);
      if (known?.access === access) kept.set(display, { ...known, confirmed: true, at: now });
    },
    dropTokens: async (display) => void kept.delete(display),
    async addPairing(id, pairing) {
      if (codes.has(pairing.code)) return false;
      codes.set(pairing.code, id);
      pairings.set(id, pairing);
      return true;
    },
    pairing: async (id) => pairings.get(id) ?? null,
    async changePairing(id, was, pairing) {
      if (JSON.stringify(pairings.get(id)) !== JSON.stringify(was)) return false;
      pairings.set(id, pairing);
      return true;
    },
    pairingOf: async (code) => codes.get(code) ?? null,
    async takeCode(code) {
      const id = codes.get(code) ?? null;
      codes.delete(code);
      return id;
    },
    putCodeBack: async (code, device) => void codes.set(code, device),
    days: async (site) => Object.fromEntries(days.get(site) ?? []),
    async noteDay(site, day, start) {
      const known = days.get(site) ?? new Map<string, string>();
      days.set(site, known);
      if (!known.has(String(day))) known.set(String(day), JSON.stringify(start));
    },
    photos: async (site, order) => Object.fromEntries(photos.get(`${site} ${order}`) ?? []),
    async keepPhoto(site, order, id, facts) {
      const known = photos.get(`${site} ${order}`) ?? new Map<string, string>();
      photos.set(`${site} ${order}`, known.set(id, JSON.stringify(facts)));
    },
    async dropPhotos(site, order, ids) {
      for (const id of ids) photos.get(`${site} ${order}`)?.delete(id);
    },
    photosBefore: async (site, before) =>
      [...photos].flatMap(([place, kept]) => {
        const [at = "", order = ""] = place.split(" ");
        if (at !== site) return [];
        return [...kept]
          .filter(([, text]) => (JSON.parse(text) as { at: number }).at <= before)
          .map(([id]): [string, string] => [order, id]);
      }),
    keepReport: async (display, report) => void reported.set(display, report),
    reports: async (displays) => displays.map((display) => reported.get(display) ?? null),
  };
}
