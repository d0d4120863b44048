/** What a format makes of a request: events in the shape of our own envelope, unchecked. */
import { problem } from "../problem.ts";

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Posted = {
  items: unknown[];
  /** where a field stands in the sender's format, for messages: `/occurredAt` -> `/time` */
  names?: Readonly<Record<string, string>>;
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Throws CT_ERR_NOT_JSON for bytes that are no UTF-8. */
export function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw problem("CT_ERR_NOT_JSON", "The body is not UTF-8.");
  }
}

/** Throws CT_ERR_NOT_JSON; `where` names the part of the body, as in "line 7". */
export function parseJson(text: string, where = "The body"): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw problem("CT_ERR_NOT_JSON", `${where} is not valid JSON.`);
  }
}

export const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
