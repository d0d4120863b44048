/** What is wrong with connectors as somebody wishes them, each with its place. */
import {
  type ConnectorKind,
  type ConnectorOptions,
  type ConnectorWish,
  type ConnectorsWish,
  type StoredConnectors,
} from "../../domain/contract/connectors.ts";
import { PEOPLE_SOURCE } from "../../domain/contract/ingest.ts";
import type { Site } from "../../domain/site.ts";
import { standardKey } from "../connectors/signatures.ts";
import { keptOf } from "./secrets.ts";

type Mistake = { path: string; message: string };

const SHOPS: readonly ConnectorKind[] = ["shopify", "woocommerce"];
const TRACKED: readonly ConnectorKind[] = ["shopify", "easypost", "aftership"];
const FOR: Readonly<Record<keyof ConnectorOptions, readonly ConnectorKind[]>> = {
  channel: SHOPS,
  service: SHOPS,
  services: SHOPS,
  carrier: TRACKED,
  carriers: TRACKED,
  shop: ["shopify"],
  fulfilled: ["shopify"],
  wooCompleted: ["woocommerce"],
  sources: ["standard"],
};

/** Standard Webhooks asks for 24 bytes and more. */
const LEAST_KEY_BYTES = 16;

function strangeOptions({ kind, options = {} }: ConnectorWish, site: Site): Mistake[] {
  const names = Object.keys(options) as (keyof ConnectorOptions)[];
  const strange = names
    .filter((name) => !FOR[name].includes(kind))
    .map((name) => ({ path: `/options/${name}`, message: `is nothing for ${kind}` }));
  const carriers = new Set(site.carriers.map(({ id }) => id));
  const levels = new Set(site.serviceLevels.map(({ id }) => id));
  const asked = [
    ...entries("carrier", options.carrier),
    ...entries("carriers", options.carriers),
  ].filter(([, id]) => !carriers.has(id));
  const promised = [
    ...entries("service", options.service),
    ...entries("services", options.services),
  ].filter(([, id]) => !levels.has(id));
  return [
    ...strange,
    ...asked.map(([path, id]) => ({ path, message: `must be a carrier of this site, not ${id}` })),
    ...promised.map(([path, id]) => ({
      path,
      message: `must be a service level of this site, not ${id}`,
    })),
  ];
}

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
function entries(name: string, value: string | Record<string, string> | undefined) {
  if (value === undefined) return [];
  if (typeof value === "string") return [[`/options/${name}`, value] as const];
  return Object.entries(value).map(
    ([theirs, ours]) => [`/options/${name}/${escaped(theirs)}`, ours] as const,
  );
}

function wrongSecrets(wish: ConnectorWish, before: StoredConnectors): Mistake[] {
  const { kind, secret, secrets } = wish;
  const kept = keptOf(wish, before.connectors);
  const given = [
    ...(secret === undefined ? [] : [["/secret", secret] as const]),
    ...(secrets ?? []).map((one, at) => [`/secrets/${at}`, one] as const),
  ];
  const wrong = given.flatMap(([path, one]): Mistake[] => {
    if (typeof one !== "string")
      return kept?.secrets.some(({ id }) => id === one.id)
        ? []
        : [{ path: `${path}/id`, message: "is no secret of this connector" }];
    const key = kind === "standard" ? standardKey(one) : null;
    return kind !== "standard" || (key !== null && key.length >= LEAST_KEY_BYTES)
      ? []
      : [{ path, message: "must be whsec_ and the base64 of at least 16 bytes" }];
  });
  const hasNone = secret === undefined && (secrets ?? kept?.secrets ?? []).length === 0;
  return hasNone ? [...wrong, { path: "/secret", message: "is required" }] : wrong;
}

function wrongSource({ source }: ConnectorWish): Mistake[] {
  return source?.startsWith(PEOPLE_SOURCE) === true
    ? [{ path: "/source", message: "is reserved for what people do here" }]
    : [];
}

export function connectorMistakes(
  site: Site,
  { connectors, site: named }: ConnectorsWish,
  before: StoredConnectors,
): Mistake[] {
  const other =
    named === undefined || named === site.id
      ? []
      : [{ path: "/site", message: `is ${site.id}, and not changed here` }];
  const own = connectors.flatMap((wish, at) => {
    const isTwice = connectors.findIndex(({ id }) => id === wish.id) < at;
    const twice = isTwice ? [{ path: "/id", message: "is there twice" }] : [];
    return [
      ...twice,
      ...strangeOptions(wish, site),
      ...wrongSource(wish),
      ...wrongSecrets(wish, before),
    ].map(({ path, message }) => ({ path: `/connectors/${at}${path}`, message }));
  });
  return [...other, ...own];
}
