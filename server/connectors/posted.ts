/** What a format makes of a request: events in the shape of our own envelope, unchecked. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { problem } from "../problem.ts";
import { repeatedName } from "./repeated-names.ts";

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Posted = {
  items: unknown[];
  /** items that could not be read at all: why, by their place */
  unread?: ReadonlyMap<number, string>;
  /** where a field stands in the sender's format, for messages: `/occurredAt` -> `/time` */
  names?: Readonly<Record<string, string>>;
  /** what is said of fields of the sender's format that cannot be taken as they are, by their place */
  words?: Readonly<Record<string, string>>;
  /** what the connector itself found wrong, where it stands in the sender's format */
  faults?: readonly ItemError[];
  /** where what is wrong with an item of ours stands in the sender's format */
  origin?: (index: number, path: string) => { index: number; path: string };
  /** how many items it may hold; the door's 500 when absent. More than those are taken slice by slice, after all of them were checked */
  most?: number;
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

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw problem("CT_ERR_NOT_JSON", `${where} is not valid JSON.`);
  }
}

/** Throws CT_ERR_NOT_JSON, also when an object names a field twice; `where` names the part of the body, as in "line 7". */
export function parseJson(text: string, where = "The body"): unknown {
  const value = parsed(text, where);
  const name = repeatedName(text, value);
  if (name === null) return value;
  throw problem("CT_ERR_NOT_JSON", `${where} names ${JSON.stringify(name.slice(0, 128))} twice.`);
}

/** A number of more digits than a double holds, outside of a text or in one: then each number is looked at. */
const LONG_NUMBER = /\d{16}/;

/** The text as it was sent, of a whole number that would lose its last digits. */
function asWritten(_name: string, value: unknown, { source }: { source?: string }): unknown {
  const isLost = typeof value === "number" && !Number.isSafeInteger(value);
  return isLost && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
const parseLong = JSON.parse as (text: string, reviver: typeof asWritten) => unknown;

/** The same for bodies whose ids are numbers, as shops and carriers send them: an id of more than 15 digits comes out as text, whole. */
export function parseJsonWithIds(text: string): unknown {
  const value = parseJson(text);
  return LONG_NUMBER.test(text) ? parseLong(text, asWritten) : value;
}

export const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
