/**
 * Brings the sites file into the store at a start. A file that is as it was when it was last taken changes nothing: what was changed through the API since then holds.
 * A file that is another wins, with a warning, and what it replaced can be read as the version before.
 */
import type { SitesConfig, StoredSites } from "../../domain/contract/sites.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { isSameSite } from "../../domain/site-words.ts";
import type { Site } from "../../domain/site.ts";
import type { Audit, AuditInput } from "../audit.ts";
import type { SitesFollower } from "./follower.ts";
import { expandSites } from "./holidays.ts";
import { fingerprint, type SitesStore, writesOf } from "./store.ts";
import { differences, nextVersion, type SiteDifference } from "./versions.ts";

const WHO = "system";

type Deps = {
  store: Pick<SitesStore, "read" | "before">;
  audit: () => Pick<Audit, "change">;
  follower: SitesFollower;
  now: () => number;
  /** in a sentence */
  warn: (sentence: string) => void;
};

/** One entry a site, so that who audits one site sees it. */
export const entriesOf = (
  author: Pick<AuditInput, "who" | "where" | "why">,
  [before, after]: [number, number],
  changes: readonly SiteDifference[],
): AuditInput[] =>
  changes.map(({ site, words }) => ({
    ...author,
    what: "sites.changed",
    site,
    subject: site,
    before: { version: before },
    after: { version: after, changes: words },
  }));

const isSame = (a: readonly Site[], b: readonly Site[]): boolean =>
  a.length === b.length &&
  a.every((site, at) => {
    const other = b[at];
    return other !== undefined && isSameSite(site, other);
  });

/** The next version, of the system's making. */
type Step = {
  /** what is kept, as text */
  was: string | null;
  before: StoredSites;
  sites: Site[];
  file: string;
  from: "file" | "holidays";
  why: string;
};

const untold = (sites: readonly Site[], why: string): SiteDifference[] =>
  sites.map(({ id }) => ({ site: id, parts: [], words: [why] }));

/** Orders of a site that is gone are on no board: whoever left it out by mistake must hear of it. */
function goneInWords(before: StoredSites, sites: readonly Site[]): string {
  const gone = before.sites.flatMap(({ id }) => (sites.some((one) => one.id === id) ? [] : [id]));
  return gone.length === 0
    ? ""
    : `; it has no ${gone.join(", ")}: what is there is kept, and shown when the file names it again`;
}

const warningOf = (before: StoredSites, sites: readonly Site[]): string => {
  const [version, by] = [before.version, before.history[0]?.by ?? "somebody"];
  return `the sites file is another than the one last taken: it replaces version ${version} of the sites, by ${by}; GET /api/v1/config/sites/versions/${version} has that${goneInWords(before, sites)}`;
};

/** Versions of a server of the version before that ran meanwhile are not used again: orders may name them. */
async function withVersionsOf(store: Deps["store"], kept: StoredSites): Promise<StoredSites> {
  const text = await store.before();
  const old = text === null ? 0 : (JSON.parse(text) as SitesConfig).version;
  return old > kept.version ? { ...kept, version: old } : kept;
}

/** What a start may have to write; each refuses when somebody else wrote meanwhile. */
function createSteps({ store, audit, now, warn }: Omit<Deps, "follower">) {
  const expand = async (sites: readonly Site[]): Promise<Site[]> =>
    expandSites(sites, new Date(now()).getUTCFullYear());

  async function write({ was, before, sites, file, from, why }: Step): Promise<void> {
    const found = differences(before.sites, sites);
    const changes = found.length > 0 ? found : untold(sites, why);
    const author = { by: WHO, at: now(), from };
    const { after, undo } = nextVersion({ ...before, file }, sites, changes, author);
    const entries = entriesOf({ who: WHO, why }, [before.version, after.version], changes);
    await audit().change(entries, writesOf(was, after, await expand(sites), undo));
  }

  /** Nothing is kept yet: the file is the first version, or the next one of a tower of before. */
  async function begin(sites: Site[], file: string): Promise<void> {
    const text = await store.before();
    const old = text === null ? null : (JSON.parse(text) as SitesConfig);
    // the same rules are the same version: orders name it
    const isOld = old !== null && isSame(old.sites, await expand(sites));
    const version = (old?.version ?? 0) - (isOld ? 1 : 0);
    const before = { version, sites: [], file, history: [] };
    await write({ was: null, before, sites, file, from: "file", why: "a tower without sites" });
  }

  /** A store that lost everything gets what held here, under the version it had. */
  async function bringBack(known: StoredSites): Promise<void> {
    const why = "the store had lost the sites";
    const span: [number, number] = [known.version, known.version];
    const entries = entriesOf({ who: WHO, why }, span, untold(known.sites, why));
    await audit().change(entries, writesOf(null, known, await expand(known.sites), null));
  }

  /** The file says now what holds anyway: from here on it is the one last taken. */
  async function agree(was: string, before: StoredSites, file: string): Promise<void> {
    const value = JSON.stringify({ ...before, file });
    const why = "the sites file says what holds";
    const entry = { who: WHO, what: "sites.file", why, after: { version: before.version } };
    await audit().change([entry], [{ key: GLOBAL_KEYS.sites, field: "state", value, was }]);
  }

  async function take(was: string, before: StoredSites, sites: Site[], file: string) {
    if (isSame(before.sites, sites)) return agree(was, before, file);
    const why = "the sites file is another";
    await write({ was, before, sites, file, from: "file", why });
    warn(warningOf(before, sites));
  }

  /** A year later there are other holidays. */
  async function renew(was: string, before: StoredSites, current: string | null): Promise<void> {
    const held = current === null ? null : (JSON.parse(current) as SitesConfig);
    const { sites, file } = before;
    if (held !== null && isSame(held.sites, await expand(sites))) return;
    const why = "the public holidays of another year";
    await write({ was, before, sites, file, from: "holidays", why });
  }

  async function goOn(was: string, current: string | null, sites: Site[]): Promise<void> {
    const kept = JSON.parse(was) as StoredSites;
    const before = await withVersionsOf(store, kept);
    const file = fingerprint(sites);
    const isAnother = before.file !== file && !isSame(before.sites, sites);
    if (before !== kept && !isAnother) {
      const why = "a server of the version before had written the sites file";
      return write({ was, before, sites: before.sites, file, from: "file", why });
    }
    if (before.file === file) await renew(was, before, current);
    else await take(was, before, sites, file);
  }

  return { begin, bringBack, goOn };
}

export function createPublishing(deps: Deps) {
  const { store, follower } = deps;
  const { begin, bringBack, goOn } = createSteps(deps);
  let isTaken = false;
  /** Rejects when the store is away, or another server did the same at the same moment: then it is tried again. */
  return async function publish(sites: Site[]): Promise<void> {
    const { state, current } = await store.read();
    const known = follower.last();
    if (state !== null) {
      if (!isTaken) await goOn(state, current, sites);
    } else if (known === null) await begin(sites, fingerprint(sites));
    else await bringBack(known);
    isTaken = true;
    await follower.follow();
  };
}
