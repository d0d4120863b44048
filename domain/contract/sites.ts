/** The sites file (contract, section 6): what `CT_SITES_FILE` holds and `/api/schemas/sites.json` publishes; and the sites as they are read and changed over HTTP. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { Site } from "../site.ts";
import type { SiteChange } from "../site-words.ts";

const strict = { additionalProperties: false } as const;
const maybe = Type.Optional;

export const SitesFile = Type.Object(
  { $schema: maybe(Type.String()), sites: Type.Array(Site, { minItems: 1 }) },
  { ...strict, title: "Sites file" },
);
export type SitesFile = Static<typeof SitesFile>;

/** The rules in force as they stand in Redis and answer `GET /api/v1/config/sites`. */
export const SitesConfig = Type.Object({ version: Type.Integer(), sites: Type.Array(Site) });
export type SitesConfig = Static<typeof SitesConfig>;

/** The version that was read: nothing is written over another. Two names, since an answer of GET may be sent back as it is. */
export const IF_VERSION = {
  version: maybe(Type.Integer({ minimum: 0, description: "the version that was read" })),
  ifVersion: maybe(Type.Integer({ minimum: 0, description: "the same by another name" })),
};

/** What GET answers, changed; or a sites file. */
export const SitesWish = Type.Object(
  {
    $schema: maybe(Type.String()),
    ...IF_VERSION,
    sites: Type.Array(Site, { minItems: 1, description: "each of your sites, whole" }),
  },
  { ...strict, title: "SitesWish" },
);
export type SitesWish = Static<typeof SitesWish>;

const CHANGE = {
  site: Type.String(),
  parts: Type.Array(Type.String(), { description: "fields of the site that differ" }),
  words: Type.Array(Type.String()),
};

export const SiteChangeView = Type.Object({
  ...CHANGE,
  openOrders: Type.Union([Type.Integer(), Type.Null()], {
    description: "open now: these keep the rules they came under, and so their deadlines",
  }),
});
export type SiteChangeView = Static<typeof SiteChangeView>;

/** After a change, or what would change: `version` and `sites` as they are then. */
export const SitesChanged = Type.Object(
  {
    version: Type.Integer(),
    dryRun: Type.Boolean(),
    changes: Type.Array(SiteChangeView),
    sites: Type.Array(Site),
  },
  { title: "SitesChanged" },
);
export type SitesChanged = Static<typeof SitesChanged>;

/** Where a version came from: a person or a key here, the sites file at a start, or a new year with its holidays. */
export const VERSION_SOURCES = ["api", "file", "holidays"] as const;

export const SitesVersion = Type.Object({
  version: Type.Integer(),
  at: WireInstant,
  by: maybe(Type.String({ description: "only for those who may see people" })),
  from: Type.Enum([...VERSION_SOURCES]),
  changes: Type.Array(Type.Object(CHANGE)),
});
export type SitesVersion = Static<typeof SitesVersion>;

export type SitesHistoryLine = {
  version: number;
  /** epoch ms */
  at: number;
  by: string;
  from: (typeof VERSION_SOURCES)[number];
  changes: ({ site: string } & (SiteChange | { parts: []; words: string[] }))[];
};

/** The sites as they are kept: without public holidays, which a site names by its country. */
export type StoredSites = {
  version: number;
  sites: Site[];
  /** fingerprint of the sites file as it was last taken */
  file: string;
  /** the last versions, the newest first */
  history: SitesHistoryLine[];
};

/** What a version replaced: enough to go back to the one before. */
export type SitesUndo = {
  /** sites as they were; those that are new are not among them */
  replaced: Site[];
  /** which there were, in their order */
  ids: string[];
};
