/** The formats of `POST /events`, by their exact content type. */
import { isBinary, readBatch, readBinary, readStructured } from "./cloudevents.ts";
import { readNative } from "./native.ts";
import { readNdjson } from "./ndjson.ts";
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

/** Undefined for a content type that is none of ours. */
export const formatOf = (headers: Headers): Read | undefined =>
  Object.hasOwn(FORMATS, mediaTypeOf(headers)) ? FORMATS[mediaTypeOf(headers)] : undefined;
