/** The door of signed webhooks: which connector a delivery is from is known by whose secret signed it. Nothing of the body is looked at before. */
import type { FastifyInstance } from "fastify";
import {
  liveSecrets,
  type ConnectorKind,
  type StoredConnector,
  type StoredConnectors,
  connectorSeal,
} from "../../domain/contract/connectors.ts";
import { SIGNATURES, type Signed } from "../connectors/signatures.ts";
import { problem, throwIf } from "../problem.ts";
import type { OpenSecret } from "../webhooks/seal.ts";

export type SignedBy = { site: string; connector: StoredConnector };
export type Asked = { kind: ConnectorKind; site?: string | undefined; id?: string | undefined };

const nobody = (kind: string) =>
  problem("CT_ERR_NOT_FOUND", `No connector of kind ${kind} is set up at this address.`);

const unsigned = () =>
  problem("CT_ERR_UNAUTHENTICATED", "The signature does not fit the body, or is too old.");

/** Those that are meant by an address. */
export function candidatesOf(
  all: readonly StoredConnectors[],
  { kind, site, id }: Asked,
  isSite: (id: string) => boolean,
): SignedBy[] {
  return all
    .filter((one) => isSite(one.site) && (site === undefined || one.site === site))
    .flatMap((one) => one.connectors.map((connector) => ({ site: one.site, connector })))
    .filter(({ connector }) => connector.enabled && connector.kind === kind)
    .filter(({ connector }) => id === undefined || connector.id === id);
}

/** All secrets are tried, whichever fits. */
function fits(open: OpenSecret, { site, connector }: SignedBy, signed: Signed): boolean {
  const { check } = SIGNATURES[connector.kind];
  const name = connectorSeal(site, connector.id);
  const good = liveSecrets(connector, signed.now).filter(({ sealed }) =>
    check(open(name, sealed), signed),
  );
  return good.length > 0;
}

/** Where one secret signs for several, as an app of Shopify that several shops have, the shop's own name tells them apart. */
function ofShop(found: readonly SignedBy[], shop: unknown): SignedBy[] {
  const named = found.filter(({ connector }) => connector.options.shop !== undefined);
  const own = named.filter(({ connector }) => connector.options.shop === shop);
  const open = found.filter(({ connector }) => connector.options.shop === undefined);
  return own.length > 0 ? own : open;
}

/** @throws problem 404 when nobody is there, 401 when nobody signed, 422 when several did */
export async function findSigned(
  app: FastifyInstance,
  open: OpenSecret,
  candidates: readonly SignedBy[],
  kind: ConnectorKind,
  signed: Signed,
  address: string,
): Promise<SignedBy> {
  if (candidates.length === 0) throw nobody(kind);
  const found = candidates.filter((one) => fits(open, one, signed));
  const own = ofShop(found, signed.headers["x-shopify-shop-domain"]);
  const [only, other] = own;
  if (only === undefined) {
    throwIf(app.rates.takeAddress(address));
    throw unsigned();
  }
  if (other === undefined) return only;
  throw problem(
    "CT_ERR_INVALID",
    `Several connectors have this secret. Add ?site= and ?id= to the address: ${own.map(({ site, connector }) => `${site} ${connector.id}`).join(", ")}.`,
  );
}
