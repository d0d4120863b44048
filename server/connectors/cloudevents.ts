/**
 * CloudEvents 1.0: structured, batch, and binary (attributes in `ce-` headers, data as the body). `time` is when it happened, `subject` the order,
 * the extension `ctsite` the site, `ctactor` and `ctstation` who and where. Other extensions are allowed by that standard and not kept.
 */
import { type Headers, type Posted, isFields, parseJson, textOf } from "./posted.ts";

/** Our field -> their attribute. */
const ATTRIBUTES = {
  id: "id",
  source: "source",
  type: "type",
  site: "ctsite",
  orderId: "subject",
  occurredAt: "time",
  actor: "ctactor",
  station: "ctstation",
  data: "data",
} as const;

const names = Object.fromEntries(
  Object.entries(ATTRIBUTES).map(([ours, theirs]) => [`/${ours}`, `/${theirs}`]),
);

/** What these attributes must be; our envelope does not know them. */
const words = {
  "/specversion": "must be 1.0",
  "/datacontenttype": "must be application/json or another type of JSON",
  "/data_base64": "must be JSON in base64, without data beside it",
};

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;.*)?$/i;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Data that their sender wrote as bytes: the same JSON. Undefined when it is none. */
function bytesAsJson(bytes: unknown): unknown {
  if (typeof bytes !== "string" || !BASE64.test(bytes)) return undefined;
  try {
    return parseJson(textOf(Buffer.from(bytes, "base64")));
  } catch {
    return undefined;
  }
}

/** An event has its data once: as JSON or as bytes. */
function takeBytes(event: Record<string, unknown>, bytes: unknown): void {
  if (bytes === undefined) return;
  const data = event["data"] === undefined ? bytesAsJson(bytes) : undefined;
  if (data === undefined) event["data_base64"] = null;
  else event["data"] = data;
}

/** What cannot be taken stands as a field that our envelope does not know, so that it is refused and named. */
function translate(value: unknown): unknown {
  if (!isFields(value)) return value;
  const event: Record<string, unknown> = {};
  for (const [ours, theirs] of Object.entries(ATTRIBUTES))
    if (value[theirs] !== undefined) event[ours] = value[theirs];
  if (value["specversion"] !== "1.0") event["specversion"] = value["specversion"] ?? null;
  takeBytes(event, value["data_base64"]);
  const type = value["datacontenttype"];
  if (type !== undefined && (typeof type !== "string" || !JSON_TYPE.test(type)))
    event["datacontenttype"] = type;
  return event;
}

export function readStructured(body: Uint8Array): Posted {
  return { items: [translate(parseJson(textOf(body)))], names, words };
}

const NO_BATCH = {
  index: 0,
  path: "",
  message: "must be an array of CloudEvents",
  code: "CT_ERR_INVALID_EVENT",
};

export function readBatch(body: Uint8Array): Posted {
  const value = parseJson(textOf(body));
  if (!Array.isArray(value)) return { items: [], faults: [NO_BATCH] };
  return { items: value.map(translate), names, words };
}

export const isBinary = (headers: Headers): boolean => headers["ce-specversion"] !== undefined;

/** A header's value may be a quoted string (RFC 9110). */
const unquoted = (value: string): string =>
  /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;

/** Header values are percent-encoded where they are not plain ASCII, and may be quoted around that (HTTP binding, 3.1.3.2). */
function decoded(value: string): string {
  const text = unquoted(value);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function readBinary(headers: Headers, body: Uint8Array): Posted {
  const attributes: Record<string, unknown> = {};
  for (const [header, value] of Object.entries(headers))
    if (header.startsWith("ce-") && typeof value === "string")
      attributes[header.slice(3)] = decoded(value);
  if (body.length > 0) attributes["data"] = parseJson(textOf(body));
  return { items: [translate(attributes)], names, words };
}
