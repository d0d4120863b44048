/** Whether one posted thing is an event of the contract; and the event as everything inside keeps it. */
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { type ItemError, MAX_EVENT_BYTES, PEOPLE_SOURCE } from "../../domain/contract/ingest.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import { repeatedLines } from "../../domain/event-lines.ts";
import {
  type AnyEvent,
  EventEnvelope,
  type EventType,
  INSTANT_FIELDS,
  isSiteEventType,
  wireDataSchemas,
} from "../../domain/event.ts";
import { instantOf } from "../instants.ts";
import { faultWords } from "../schema-faults.ts";
import { canonical } from "./canonical.ts";
import { excessIn } from "./limits.ts";
import { isFields, type Posted } from "./posted.ts";

type Fields = Record<string, unknown>;
type Fault = { path: string; message: string; code: ErrorCode };

/** In: what was posted and the site it is for, once that is known. Out: the event with its canonical text, or everything wrong with it. */
export type Checked = { event: AnyEvent; text: string } | { faults: Fault[] };
/** Names the site of an event, or what is wrong with the site it names. */
export type SiteOf = (asked: string | undefined) => { site: string } | { code: ErrorCode };
/** Prefixes of the sources that may be sent for; undefined = any. */
export type Sources = readonly string[] | undefined;

const MAX_FAULTS = 20;

const ajv = new Ajv({ allErrors: true, coerceTypes: false, strict: false });
addFormats.default(ajv);
/** The checker of the format knows all of RFC 3339 and takes a microsecond; instants mostly come as `2026-11-22T09:14:03.120Z`. February's last days are left to it. */
const PLAIN_INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const anyInstant = ajv.formats["date-time"] as { validate: (text: string) => boolean };
ajv.addFormat("date-time", {
  type: "string",
  validate: (text) => PLAIN_INSTANT.test(text) || anyInstant.validate(text),
});
const checkEnvelope = ajv.compile(EventEnvelope);
const checkData = new Map<string, ValidateFunction>(
  Object.entries(wireDataSchemas).map(([type, schema]) => [type, ajv.compile(schema)]),
);
/** Fields of each type's data that are instants; a field of the same name in another type is the sender's own. */
const instantFields = new Map<string, string[]>(
  Object.entries(wireDataSchemas).map(([type, schema]) => [
    type,
    INSTANT_FIELDS.filter((field) => Object.hasOwn(schema.properties, field)),
  ]),
);

export function faultsOf(check: ValidateFunction, at: string, code: ErrorCode): Fault[] {
  return (check.errors ?? []).slice(0, MAX_FAULTS).map((error) => {
    const { instancePath, params } = error;
    const field = (params["missingProperty"] ?? params["additionalProperty"]) as string | undefined;
    const path = field === undefined ? instancePath : `${instancePath}/${field}`;
    return { path: `${at}${path}`, message: faultWords(error), code };
  });
}

const fault = (path: string, message: string, code: ErrorCode = "CT_ERR_INVALID_EVENT"): Fault => ({
  path,
  message,
  code,
});

/** `data` with its instants as epoch milliseconds; faults go into `faults`. */
function withInstants(
  data: Fields,
  fields: readonly string[],
  at: string,
  faults: Fault[],
): Fields {
  if (fields.length === 0) return data;
  const own = fields.filter((field) => typeof data[field] === "string");
  if (own.length === 0) return data;
  const converted = { ...data };
  for (const field of own) {
    const ms = instantOf(data[field] as string);
    if (Number.isNaN(ms)) faults.push(fault(`${at}/${field}`, "is not an instant that exists"));
    converted[field] = ms;
  }
  return converted;
}

/** A correction's replacement has instants too: its own, and those of the data that it puts in place. */
function withReplacement(data: Fields, faults: Fault[]): Fields {
  const given = data["replacement"];
  if (!isFields(given)) return data;
  const replacement = withInstants(given, ["occurredAt"], "/data/replacement", faults);
  const { data: inner, type } = replacement;
  if (!isFields(inner)) return { ...data, replacement };
  const fields = typeof type === "string" ? instantFields.get(type) : INSTANT_FIELDS;
  const own = withInstants(inner, fields ?? [], "/data/replacement/data", faults);
  return { ...data, replacement: { ...replacement, data: own } };
}

const lineFaults = (type: EventType, data: Fields): Fault[] =>
  repeatedLines(type, data).map((at) =>
    fault(`/data/lines/${at}/line`, "is the number of another line of this order"),
  );

/** Of a truck that is told to be late nothing changes while nobody says how late. */
const delayFaults = (type: EventType, { at, byMs }: Fields): Fault[] =>
  type === "pickup.delayed" && at === undefined && byMs === undefined
    ? [fault("/data/at", "is required, or byMs: how late it is")]
    : [];

function dataFaults(type: EventType, data: Fields): Fault[] {
  const check = checkData.get(type)!;
  return check(data)
    ? [...lineFaults(type, data).slice(0, MAX_FAULTS), ...delayFaults(type, data)]
    : faultsOf(check, "/data", "CT_ERR_INVALID_EVENT");
}

/** A type that does not exist has its own code; everything else is a fault of the envelope. */
function envelopeFaults(raw: unknown): Fault[] {
  if (checkEnvelope(raw)) return [];
  const faults = faultsOf(checkEnvelope, "", "CT_ERR_INVALID_EVENT");
  if (!isFields(raw) || typeof raw["type"] !== "string") return faults;
  return faults.map((found) =>
    found.path === "/type"
      ? fault("/type", "is not a known event type", "CT_ERR_UNKNOWN_TYPE")
      : found,
  );
}

function orderFaults({ type, orderId }: { type: string; orderId?: string }): Fault[] {
  const isSiteEvent = isSiteEventType(type);
  if (!isSiteEvent && orderId === undefined)
    return [fault("/orderId", "is required for events of an order")];
  if (isSiteEvent && orderId !== undefined)
    return [fault("/orderId", "is not allowed: this event is about the site")];
  return [];
}

const SITE_MESSAGES: Partial<Record<ErrorCode, string>> = {
  CT_ERR_UNKNOWN_SITE: "is not a site of this key",
  CT_ERR_SITE_REQUIRED: "is required: this key has several sites",
};

/** Each event with the same fields in the same order, that of its canonical text: objects of one kind cost least, here and wherever they are read again. */
function eventOf(
  { type, id, source, orderId, actor, station }: EventEnvelope,
  site: string,
  occurredAt: number,
  data: Fields,
): AnyEvent {
  const event: Fields = actor === undefined ? { data } : { actor, data };
  event["id"] = id;
  event["occurredAt"] = occurredAt;
  if (orderId !== undefined) event["orderId"] = orderId;
  event["site"] = site;
  event["source"] = source;
  if (station !== undefined) event["station"] = station;
  event["type"] = type;
  return event as unknown as AnyEvent;
}

/** The event with instants as milliseconds; `faults` gathers what only shows now. */
function normalize(envelope: EventEnvelope, site: string, faults: Fault[]): AnyEvent {
  const { type, occurredAt, data: given = {} } = envelope;
  const at = instantOf(occurredAt);
  if (Number.isNaN(at)) faults.push(fault("/occurredAt", "is not an instant that exists"));
  const data = withInstants(given as Fields, instantFields.get(type) ?? [], "/data", faults);
  const replaced = type === "event.corrected" ? withReplacement(data, faults) : data;
  return eventOf(envelope, site, at, replaced);
}

/** Measured as it was posted, white space aside. Its canonical text tells whether that is worth while: only instants are shorter there. */
const isTooLarge = (raw: unknown, text: string): boolean =>
  text.length * 4 > MAX_EVENT_BYTES && Buffer.byteLength(JSON.stringify(raw)) > MAX_EVENT_BYTES;

const TOO_LARGE = fault("", "is larger than 256 KiB", "CT_ERR_EVENT_TOO_LARGE");

function sourceFaults({ source }: EventEnvelope, sources: Sources): Fault[] {
  if (source.startsWith(PEOPLE_SOURCE))
    return [fault("/source", "is reserved for what people do here", "CT_ERR_UNKNOWN_SOURCE")];
  if (sources === undefined || sources.some((prefix) => source.startsWith(prefix))) return [];
  return [fault("/source", "is not a source of this key", "CT_ERR_UNKNOWN_SOURCE")];
}

function complete(envelope: EventEnvelope, siteOf: SiteOf, sources: Sources): Checked {
  const faults = dataFaults(envelope.type, (envelope.data ?? {}) as Fields);
  faults.push(...orderFaults(envelope), ...sourceFaults(envelope, sources));
  const found = siteOf(envelope.site);
  if ("code" in found)
    faults.push(fault("/site", SITE_MESSAGES[found.code] ?? "is wrong", found.code));
  if (faults.length > 0) return { faults };
  const event = normalize(envelope, "site" in found ? found.site : "", faults);
  const text = canonical(event);
  if (isTooLarge(envelope, text)) faults.push(TOO_LARGE);
  return faults.length > 0 ? { faults } : { event, text };
}

/** Checks everything about one item and names everything that is wrong with it. */
export function checkEvent(raw: unknown, siteOf: SiteOf, sources?: Sources): Checked {
  const excess = excessIn(raw);
  if (excess !== null)
    return { faults: [excess.isTooLarge ? TOO_LARGE : fault(excess.path, excess.message)] };
  const faults = envelopeFaults(raw);
  return faults.length > 0 ? { faults } : complete(raw as EventEnvelope, siteOf, sources);
}

/** As the answer names it; `names` says where a field stands in the sender's format, `words` what is wrong with one that only that format has. */
export function itemErrors(
  index: number,
  raw: unknown,
  faults: readonly Fault[],
  { names = {}, words = {} }: Pick<Posted, "names" | "words"> = {},
): ItemError[] {
  const id = isFields(raw) && typeof raw["id"] === "string" ? raw["id"].slice(0, 128) : undefined;
  return faults.map(({ path, message, code }) => {
    const first = `/${path.split("/")[1] ?? ""}`;
    const theirs = names[first];
    const named = theirs === undefined ? path : theirs + path.slice(first.length);
    const said =
      theirs === undefined
        ? (words[path] ?? message)
        : message.replace(`'${first.slice(1)}'`, `'${theirs.slice(1)}'`);
    return { index, path: named, message: said, code, ...(id !== undefined && { id }) };
  });
}
