/** The formats of `POST /events`, by their exact content type. */
import { isBinary, readBatch, readBinary, readStructured } from "./cloudevents.ts";
import { readNative } from "./native.ts";
import { readNdjson } from "./ndjson.ts";
import { problem } from "../problem.ts";
import type { Headers, Posted } from "./posted.ts";

type Read = (body: Uint8Array, headers: Headers) => Posted;

const FORMATS: Readonly<Record<string, Read>> = {
  "application/json": (body, headers) =>
    isBinary(headers) ? readBinary(headers, body) : readNative(body),
  "application/x-ndjson": readNdjson,
  "application/cloudevents+json": readStructured,
  "application/cloudevents-batch+json": readBatch,
};

export const CONTENT_TYPES = Object.keys(FORMATS);

const mediaTypeOf = (headers: Headers): string =>
  String(headers["content-type"] ?? "")
    .split(";")[0]!
    .trim()
    .toLowerCase();

/** An event may have no data (CloudEvents' HTTP binding, 3.1): then its request has neither body nor content type. */
const isWithoutData = (headers: Headers, type: string, body: Uint8Array): boolean =>
  isBinary(headers) && type === "" && body.length === 0;

/** Throws CT_ERR_UNSUPPORTED_MEDIA_TYPE for a content type that is none of ours, and what the format throws of a body that cannot be read. */
export function readEvents(headers: Headers, body: Uint8Array): Posted {
  const type = mediaTypeOf(headers);
  if (isWithoutData(headers, type, body)) return readBinary(headers, body);
  const read = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
  if (read === undefined)
    throw problem("CT_ERR_UNSUPPORTED_MEDIA_TYPE", `Send one of ${CONTENT_TYPES.join(", ")}.`);
  return read(body, headers);
}
