/**
 * The connectors of sites: read, tried, changed. A change is one step with its audit entry; nobody writes over what somebody else changed meanwhile, and every mistake is named with
 * its place. A secret is written and never given out again.
 */
import { randomBytes } from "node:crypto";
import {
  connectorSeal,
  type ConnectorsView,
  type ConnectorsWish,
  type StoredConnectors,
} from "../../domain/contract/connectors.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Site } from "../../domain/site.ts";
import type { Audit, AuditInput } from "../audit.ts";
import { misfitsIn, problem } from "../problem.ts";
import type { SitesAsker } from "../sites/history.ts";
import type { OpenSecret, SealSecret } from "../webhooks/seal.ts";
import { connectorMistakes } from "./mistakes.ts";
import { createSecrets } from "./secrets.ts";
import type { Activity, HookStore } from "./store.ts";
import { viewOf } from "./views.ts";
import { connectorChanges } from "./words.ts";

/** Changes that are remembered with the connectors; the audit has them all. */
const MOST_HISTORY = 100;

type Deps = {
  store: Pick<HookStore, "connectors" | "activity">;
  seal: SealSecret;
  open: OpenSecret;
  audit: () => Pick<Audit, "change">;
  now: () => number;
};
type Asked = { ifVersion: number | undefined; dryRun: boolean };

export type ConnectorDesk = {
  read(site: Site, asker: SitesAsker): Promise<ConnectorsView>;
  /** @throws problem CT_ERR_INVALID with every mistake, CT_ERR_CONFLICT when it is not `ifVersion` any more */
  change(
    site: Site,
    asker: SitesAsker,
    wish: ConnectorsWish,
    asked: Asked,
  ): Promise<ConnectorsView>;
};

const decode = (site: string, text: string | null): StoredConnectors =>
  text === null
    ? { site, version: 0, connectors: [], history: [] }
    : (JSON.parse(text) as StoredConnectors);

function refuseMistakes(site: Site, wish: ConnectorsWish, before: StoredConnectors): void {
  const errors = connectorMistakes(site, wish, before);
  if (errors.length === 0) return;
  throw problem("CT_ERR_INVALID", misfitsIn(errors.length, "the connectors"), {
    errors: errors.map(({ path, message }) => ({ index: 0, path, message: `body ${message}` })),
  });
}

function refuseOld({ version, history }: StoredConnectors, wanted: number | undefined): void {
  if (wanted === undefined || wanted === version) return;
  const who = history[0]?.by ?? "Somebody";
  throw problem(
    "CT_ERR_CONFLICT",
    `${who} changed the connectors meanwhile: they are version ${version}.`,
    { members: { version } },
  );
}

const entryOf = (
  { name, where }: SitesAsker,
  site: string,
  [from, to]: [number, number],
  changes: string[],
): AuditInput => ({
  who: name,
  what: "connectors.changed",
  where,
  site,
  subject: site,
  before: { version: from },
  after: { version: to, changes },
});

function nextVersion(
  before: StoredConnectors,
  connectors: StoredConnectors["connectors"],
  { name }: SitesAsker,
  at: number,
  words: string[],
): StoredConnectors {
  const version = before.version + 1;
  const history = [{ version, by: name, at, words }, ...before.history].slice(0, MOST_HISTORY);
  return { ...before, version, connectors, history };
}

export function createConnectorDesk({ store, seal, open, audit, now }: Deps): ConnectorDesk {
  const show = (
    kept: StoredConnectors,
    asker: SitesAsker,
    activity: Map<string, Activity>,
    changes: string[],
    dryRun: boolean,
  ): ConnectorsView => ({ ...viewOf(kept, asker, activity, now()), changes, dryRun });

  return {
    async read(site, asker) {
      const kept = decode(site.id, await store.connectors(site.id));
      return show(kept, asker, await store.activity(site.id), [], false);
    },
    async change(site, asker, wish, { ifVersion, dryRun }) {
      const text = await store.connectors(site.id);
      const before = decode(site.id, text);
      refuseMistakes(site, wish, before);
      refuseOld(before, ifVersion);
      const secrets = createSecrets({
        seal: (id, secret) => seal(connectorSeal(site.id, id), secret),
        open: (id, sealed) => open(connectorSeal(site.id, id), sealed),
        fresh: () => randomBytes(4).toString("hex"),
        now: now(),
      });
      const wanted = secrets.connectorsOf(wish.connectors, before.connectors);
      const words = connectorChanges(before.connectors, wanted);
      const next = nextVersion(before, wanted, asker, now(), words);
      const activity = await store.activity(site.id);
      if (words.length === 0) return show(before, asker, activity, words, dryRun);
      if (dryRun) return show({ ...before, connectors: wanted }, asker, activity, words, true);
      const entry = entryOf(asker, site.id, [before.version, next.version], words);
      const write = { key: GLOBAL_KEYS.connectors, field: site.id, value: JSON.stringify(next) };
      await audit().change(entry, [{ ...write, was: text }]);
      return show(next, asker, activity, words, false);
    },
  };
}
