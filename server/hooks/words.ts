/** What changed among connectors, in sentences; never what a secret is. */
import { countOf } from "../../domain/counted.ts";
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import { canonical } from "../connectors/canonical.ts";

const called = ({ id, kind }: StoredConnector): string => `${id} (${kind})`;

function secretWords(before: StoredConnector, after: StoredConnector): string[] {
  const had = new Set(before.secrets.map(({ id }) => id));
  const has = new Set(after.secrets.map(({ id }) => id));
  const come = after.secrets.filter(({ id }) => !had.has(id)).length;
  const gone = before.secrets.filter(({ id }) => !has.has(id)).length;
  const end = after.secrets.some(
    ({ id, endsAt }) =>
      before.secrets.find((one) => one.id === id)?.endsAt !== endsAt && had.has(id),
  );
  return [
    ...(come > 0
      ? [`${called(after)} has ${come === 1 ? "a new secret" : `${come} new secrets`}`]
      : []),
    ...(gone > 0 ? [`${countOf(gone, "secret")} of ${called(after)} ended`] : []),
    ...(end ? [`another end for secrets of ${called(after)}`] : []),
  ];
}

function changesOf(before: StoredConnector, after: StoredConnector): string[] {
  const on = after.enabled ? "on" : "off";
  return [
    ...(before.enabled === after.enabled ? [] : [`switched ${called(after)} ${on}`]),
    ...(before.name === after.name ? [] : [`another name for ${called(after)}`]),
    ...(before.source === after.source
      ? []
      : [`events of ${called(after)} come as ${after.source}, not ${before.source}`]),
    ...(canonical(before.options) === canonical(after.options)
      ? []
      : [`other options for ${called(after)}`]),
    ...secretWords(before, after),
  ];
}

export function connectorChanges(
  before: readonly StoredConnector[],
  after: readonly StoredConnector[],
): string[] {
  const was = new Map(before.map((one) => [called(one), one]));
  const is = new Set(after.map(called));
  return [
    ...before.filter((one) => !is.has(called(one))).map((one) => `removed ${called(one)}`),
    ...after.flatMap((one) => {
      const known = was.get(called(one));
      return known === undefined ? [`added ${called(one)}`] : changesOf(known, one);
    }),
  ];
}
