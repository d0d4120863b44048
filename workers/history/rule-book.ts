/** The rules that orders are measured by, as the sites' versions keep them; history keeps a copy, so that orders can be measured again without the live store. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Policies } from "../../history/stretch.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";

export type RuleBook = {
  of: (site: string) => Promise<Policies>;
  /** these rules are in history now */
  written: (site: string, policies: Policies) => void;
};

type Hash = readonly string[] | Readonly<Record<string, string>>;

const isList = (hash: Hash): hash is readonly string[] => Array.isArray(hash);

function pairsOf(hash: Hash): [string, string][] {
  if (!isList(hash)) return Object.entries(hash);
  return hash.flatMap((field, place): [string, string][] =>
    place % 2 === 0 ? [[field, hash[place + 1] ?? ""]] : [],
  );
}

type Kept = { current: number; rules: Map<number, string>; written: Set<number> };

export function createRuleBook(send: Send, book: PolicyBook): RuleBook {
  const kept = new Map<string, Kept>();

  async function readAgain(site: string, current: number): Promise<Kept> {
    const versions = pairsOf(await send<Hash>("HGETALL", keysOf(site).policies));
    const rules = new Map(versions.map(([version, text]) => [Number(version), text]));
    const next = { current, rules, written: kept.get(site)?.written ?? new Set<number>() };
    kept.set(site, next);
    return next;
  }

  return {
    async of(site) {
      await book.refresh();
      const { current, of } = await book.of(site);
      const known = kept.get(site);
      const { rules, written } =
        known?.current === current.version ? known : await readAgain(site, current.version);
      const fresh = new Map([...rules].filter(([version]) => !written.has(version)));
      return { zone: current.site.timeZone, current: current.site, of, rules: fresh };
    },
    written: (site, { rules }) => {
      for (const version of rules.keys()) kept.get(site)?.written.add(version);
    },
  };
}
