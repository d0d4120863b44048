/** Connectors as they leave over HTTP: instants are RFC 3339, and of a secret only when it was given and until when it is valid. */
import {
  liveSecrets,
  type ConnectorActivity,
  type ConnectorView,
  type ConnectorsView,
  type StoredConnector,
  type StoredConnectors,
} from "../../domain/contract/connectors.ts";
import type { SitesAsker } from "../sites/history.ts";
import type { Activity } from "./store.ts";

const iso = (at: number): string => new Date(at).toISOString();

const activityOf = ({ last, counts }: Activity): ConnectorActivity => ({
  ...last,
  at: iso(last.at),
  counts,
});

function connectorView(
  site: string,
  connector: StoredConnector,
  activity: Activity | undefined,
  now: number,
): ConnectorView {
  const { secrets: _sealed, ...rest } = connector;
  return {
    ...rest,
    path: `/hooks/${connector.kind}?site=${encodeURIComponent(site)}&id=${encodeURIComponent(connector.id)}`,
    secrets: liveSecrets(connector, now).map(({ id, createdAt, endsAt }) => ({
      id,
      createdAt: iso(createdAt),
      endsAt: endsAt === null ? null : iso(endsAt),
    })),
    activity: activity === undefined ? null : activityOf(activity),
  };
}

export const viewOf = (
  { site, version, connectors, history }: StoredConnectors,
  { seesPeople }: SitesAsker,
  activity: ReadonlyMap<string, Activity>,
  now: number,
): Omit<ConnectorsView, "changes" | "dryRun"> => ({
  site,
  version,
  connectors: connectors.map((one) => connectorView(site, one, activity.get(one.id), now)),
  history: history.map(({ version: of, by, at, words }) => ({
    version: of,
    ...(seesPeople && { by }),
    at: iso(at),
    words,
  })),
});
