/**
 * The sites: their rules tried and changed while the tower runs. A change is one step with its audit entries; nobody writes over what somebody else changed meanwhile, and
 * every mistake is named with its place. Servers and workers use a new version within a second; orders keep the one they came under. Which sites there are the file says.
 */
import type { SiteChangeView, SitesChanged, StoredSites } from "../../domain/contract/sites.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { Site } from "../../domain/site.ts";
import type { Audit } from "../audit.ts";
import { isProblem, misfitsIn, problem } from "../problem.ts";
import type { SitesBook } from "./book.ts";
import type { SitesFollower } from "./follower.ts";
import { expandSites, strangePlace, withoutHolidays } from "./holidays.ts";
import { siteMistakes } from "./mistakes.ts";
import { entriesOf } from "./publish.ts";
import { type Kept, readKept, type SitesStore, writesOf } from "./store.ts";
import { differences, nextVersion, type SiteDifference } from "./versions.ts";
import type { SitesAsker } from "./history.ts";

type Deps = {
  book: SitesBook;
  store: SitesStore;
  follower: SitesFollower;
  audit: () => Pick<Audit, "change">;
  /** null while it is not known */
  openOrders: (site: string) => number | null;
  now: () => number;
};
export type SitesWished = {
  /** each of the asker's sites, changed or not */
  sites: readonly Site[];
  /** which sites the asker has */
  own: readonly string[];
  ifVersion: number | undefined;
  dryRun: boolean;
};

export type SitesDesk = {
  /** as they are kept, without public holidays */
  kept(): Promise<StoredSites>;
  /**
   * `kept`: the asker's sites as they are kept then.
   * @throws problem CT_ERR_INVALID with every mistake, CT_ERR_CONFLICT when it is not `ifVersion` any more
   */
  change(asker: SitesAsker, wished: SitesWished): Promise<SitesChanged & { kept: Site[] }>;
};

const wrong = (path: string, message: string): ItemError => ({
  index: 0,
  path,
  message: `body ${message}`,
});

const FILE = "sites come with the sites file and go with it";

/** Sites of others and sites that are none are told apart by nothing. */
const strangeSites = ({ sites, own }: SitesWished): ItemError[] => [
  ...sites.flatMap(({ id }, at) =>
    own.includes(id) ? [] : [wrong(`/sites/${at}/id`, `no site ${id} of yours: ${FILE}`)],
  ),
  ...own
    .filter((id) => !sites.some((site) => site.id === id))
    .map((id) => wrong("/sites", `lacks site ${id}: ${FILE}`)),
];

async function strangePlaces(sites: readonly Site[]): Promise<ItemError[]> {
  const found = await Promise.all(
    sites.map(async ({ holidays }, at) => {
      const field = holidays === undefined ? null : await strangePlace(holidays);
      return field === null
        ? []
        : [wrong(`/sites/${at}/holidays/${field}`, `${holidays?.[field]} has no known holidays`)];
    }),
  );
  return found.flat();
}

async function refuseMistakes(wished: SitesWished): Promise<void> {
  const { sites } = wished;
  const errors = [
    ...siteMistakes({ sites }).map(({ path, message }) => wrong(path, message)),
    ...(await strangePlaces(sites)),
    ...strangeSites(wished),
  ];
  if (errors.length === 0) return;
  const things = misfitsIn(errors.length, "the sites");
  throw problem("CT_ERR_INVALID", things, { errors });
}

const conflict = ({ version, history }: StoredSites) =>
  problem(
    "CT_ERR_CONFLICT",
    `${history[0]?.by ?? "Somebody"} changed the sites meanwhile: they are version ${version}.`,
    { members: { version } },
  );

/** The sites as they would be kept: those that were sent in the place of those that are. */
async function merged(before: StoredSites, sent: readonly Site[]): Promise<Site[]> {
  return Promise.all(
    before.sites.map(async (site) => {
      const wish = sent.find(({ id }) => id === site.id);
      return wish === undefined ? site : withoutHolidays(wish, site);
    }),
  );
}

/** One step with the entries that tell of it. */
function createWriting({ book, store, follower, audit }: Deps) {
  return async (
    { text, kept }: Kept,
    { after, undo }: ReturnType<typeof nextVersion>,
    sites: Site[],
    asker: SitesAsker,
  ): Promise<void> => {
    const changes = after.history[0]?.changes ?? [];
    const author = { who: asker.name, where: asker.where };
    const entries = entriesOf(author, [kept.version, after.version], changes);
    try {
      await audit().change(entries, writesOf(text, after, sites, undo));
    } catch (error) {
      if (!isProblem(error) || error.code !== "CT_ERR_CONFLICT") throw error;
      throw conflict((await readKept(store)).kept);
    }
    // here at once; other servers look every second
    book.take({ version: after.version, sites });
    await follower.follow().catch(() => undefined);
  };
}

export function createSitesDesk(deps: Deps): SitesDesk {
  const { store, openOrders, now } = deps;
  const write = createWriting(deps);
  const viewOf = (changes: readonly SiteDifference[]): SiteChangeView[] =>
    changes.map((change) => ({ ...change, openOrders: openOrders(change.site) }));

  return {
    kept: async () => (await readKept(store)).kept,
    async change(asker, wished) {
      const { sites: sent, own, ifVersion, dryRun } = wished;
      await refuseMistakes(wished);
      const found = await readKept(store);
      const before = found.kept;
      if (ifVersion !== undefined && ifVersion !== before.version) throw conflict(before);
      const wanted = await merged(before, sent);
      const changes = differences(before.sites, wanted);
      const next = nextVersion(before, wanted, changes, { by: asker.name, at: now(), from: "api" });
      const sites = await expandSites(wanted, new Date(now()).getUTCFullYear());
      const isWritten = !dryRun && changes.length > 0;
      if (isWritten) await write(found, next, sites, asker);
      const isOwn = ({ id }: Site): boolean => own.includes(id);
      return {
        version: isWritten ? next.after.version : before.version,
        dryRun,
        changes: viewOf(changes),
        sites: sites.filter(isOwn),
        kept: wanted.filter(isOwn),
      };
    },
  };
}
