/** The connectors as they would be kept: what was wished, with the secrets that stay, those that come and those that go. */
import {
  MOST_SECRETS,
  OLD_SECRET_MS,
  type ConnectorWish,
  type StoredConnector,
  type StoredSecret,
} from "../../domain/contract/connectors.ts";
import { instantOf } from "../instants.ts";

type Deps = {
  seal: (connector: string, secret: string) => string;
  open: (connector: string, sealed: string) => string;
  /** an id that no secret had */
  fresh: () => string;
  now: number;
};

/** Of another kind it is another connector: nothing of the one before is kept. */
export const keptOf = (
  { id, kind }: ConnectorWish,
  before: readonly StoredConnector[],
): StoredConnector | undefined => before.find((one) => one.id === id && one.kind === kind);

type Listed = NonNullable<ConnectorWish["secrets"]>[number];

export function createSecrets({ seal, open, fresh, now }: Deps) {
  const isLive = ({ endsAt }: StoredSecret): boolean => endsAt === null || endsAt > now;

  /** The one that says the same, valid without end; else a new one. */
  function taken(id: string, secret: string, known: readonly StoredSecret[]): StoredSecret {
    const same = known.find(({ sealed }) => open(id, sealed) === secret);
    if (same !== undefined) return { ...same, endsAt: null };
    return { id: fresh(), sealed: seal(id, secret), createdAt: now, endsAt: null };
  }

  function listedOf(id: string, listed: Listed, known: readonly StoredSecret[]): StoredSecret[] {
    if (typeof listed === "string") return [taken(id, listed, known)];
    const kept = known.find((one) => one.id === listed.id);
    if (kept === undefined) return [];
    if (listed.endsAt === undefined) return [kept];
    return [{ ...kept, endsAt: listed.endsAt === null ? null : instantOf(listed.endsAt) }];
  }

  /** A new secret comes first; those before it stay valid for a day. */
  function secretsOf(wish: ConnectorWish, before: readonly StoredSecret[]): StoredSecret[] {
    const { id, secret, secrets } = wish;
    const known = before.filter(isLive);
    const stay = secrets?.flatMap((one) => listedOf(id, one, known)).filter(isLive) ?? known;
    if (secret === undefined) return stay;
    const first = taken(id, secret, known);
    const others = stay.filter((one) => one.id !== first.id);
    // sent back with the answer of GET it is no rotation
    if (stay[0]?.id === first.id) return stay;
    const until = now + OLD_SECRET_MS;
    const old = others.map((one) => ({ ...one, endsAt: Math.min(one.endsAt ?? until, until) }));
    return [first, ...old].slice(0, MOST_SECRETS);
  }

  function connectorOf(wish: ConnectorWish, before: StoredConnector | undefined): StoredConnector {
    const { id, kind, name, enabled = true, source = `${kind}/${id}`, options = {} } = wish;
    const secrets = secretsOf(wish, before?.secrets ?? []);
    const called = name !== undefined && { name };
    return { id, kind, ...called, enabled, source, options, secrets };
  }

  return {
    connectorsOf: (
      wishes: readonly ConnectorWish[],
      before: readonly StoredConnector[],
    ): StoredConnector[] => wishes.map((wish) => connectorOf(wish, keptOf(wish, before))),
  };
}
