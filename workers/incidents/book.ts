/**
 * The policies on incidents of the sites, as the server wrote them, and every version that a ladder began under. Read anew before a turn that needs them; kept as they are while
 * the text is the same.
 */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import { isVipCall } from "../../domain/incidents/call.ts";
import { PASS_WINDOW_MS, type Floods } from "../../domain/incidents/flood-mode.ts";
import {
  DEFAULT_POLICIES,
  type Policies,
  type StoredPolicies,
} from "../../domain/incidents/policies.ts";
import { policiesOfSite } from "../../domain/incidents/site-policies.ts";
import type { Rulebook } from "../../domain/incidents/rulebook.ts";
import type { Site } from "../../domain/site.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";
import type { Send } from "../redis.ts";
import { callsSince } from "./calls.ts";

type Current = Pick<StoredPolicies, "version" | "policies">;
/** `site`: whose entry in the sites file it was made of */
type Kept = { text: string | null; site: Site | null; current: Current };

/** Whether some step asks how many incidents were opened lately. */
const asksForOpenings = ({ ladders }: Policies): boolean =>
  ladders.some(({ steps }) =>
    steps.some(({ condition }) => condition?.countInWindow !== undefined),
  );

/** Version 0 is what the sites file says, else what ships with the tower. */
function decoded(text: string | null, site: Site): Current {
  if (text === null) return { version: 0, policies: policiesOfSite(site) };
  const { version, policies } = JSON.parse(text) as StoredPolicies;
  return { version, policies };
}

type Keys = ReturnType<typeof keysOf>;

/** Whether there is a flood; the calls that passed in it are asked for then alone. */
async function floodAt(
  send: Send,
  { floods: key, annunciations }: Keys,
  now: number,
): Promise<Pick<Rulebook, "floods" | "vipCalls">> {
  const floods = JSON.parse((await send<string | null>("GET", key)) ?? "{}") as Floods;
  if (Object.keys(floods).length === 0) return { floods };
  const calls = await callsSince(send, annunciations, now - PASS_WINDOW_MS);
  return { floods, vipCalls: calls.filter(isVipCall).length };
}

export function createRulebooks(send: Send, siteId: string) {
  const keys = keysOf(siteId);
  const versions = new Map<number, Policies>([[0, DEFAULT_POLICIES]]);
  let kept: Kept = {
    text: null,
    site: null,
    current: { version: 0, policies: DEFAULT_POLICIES },
  };

  /** Those that running ladders may still need. */
  async function loadVersions(): Promise<void> {
    const found = await send<Record<string, string> | string[]>("HGETALL", keys.incidentPolicies);
    const pairs = Array.isArray(found)
      ? found.flatMap((version, place) =>
          place % 2 === 0 ? [[version, found[place + 1] ?? "{}"]] : [],
        )
      : Object.entries(found);
    for (const [version = "", text = ""] of pairs)
      versions.set(Number(version), JSON.parse(text) as Policies);
  }

  async function refresh(site: Site): Promise<void> {
    const text = await send<string | null>("HGET", GLOBAL_KEYS.policies, siteId);
    const isSame = text === kept.text && site === kept.site;
    if (isSame && versions.has(kept.current.version)) return;
    await loadVersions();
    const current = decoded(text, site);
    if (!versions.has(current.version)) {
      const { version, policies } = current;
      await send("HSET", keys.incidentPolicies, String(version), JSON.stringify(policies));
    }
    versions.set(current.version, current.policies);
    kept = { text, site, current };
  }

  async function openings(now: number): Promise<number[]> {
    if (![...versions.values()].some(asksForOpenings)) return [];
    const since = String(now - DAY_MS);
    const found = await send<string[]>(
      "ZRANGEBYSCORE",
      keys.incidentOpenings,
      since,
      "+inf",
      "WITHSCORES",
    );
    return found.flat().flatMap((text, place) => (place % 2 === 1 ? Number(text) : []));
  }

  return async (site: Site, now: number): Promise<Rulebook> => {
    await refresh(site);
    const [opened, flood] = await Promise.all([openings(now), floodAt(send, keys, now)]);
    const { version, policies } = kept.current;
    return {
      site,
      version,
      policies,
      of: (asked) => versions.get(asked) ?? policies,
      openedSince: (at) => opened.filter((one) => one >= at).length,
      ...flood,
    };
  };
}
export type Rulebooks = ReturnType<typeof createRulebooks>;
