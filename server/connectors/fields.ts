/** Reads what a shop or a carrier sends: only what is asked for, and what must be there and is not is named with its place in their body. */
import { problem } from "../problem.ts";
import { instantOf } from "../instants.ts";
import { isFields } from "./posted.ts";

export type Fields = {
  /** JSON pointer of this object in the body */
  path: string;
  /** a text, or a number as text; without blanks around it, never empty, cut at `max`; undefined when it is not there */
  text(name: string, max?: number): string | undefined;
  /** @throws problem CT_ERR_INVALID_EVENT */
  mustText(name: string, max?: number): string;
  /** also of a number written as text; undefined when it is none */
  number(name: string): number | undefined;
  /** epoch ms; undefined when it is not there. Without a zone it is UTC's, wherever this process runs. @throws problem when it is no instant */
  instant(name: string): number | undefined;
  /** it is a time that says no zone */
  isZoneless(name: string): boolean;
  mustInstant(name: string): number;
  flag(name: string): boolean | undefined;
  /** the texts of a list */
  texts(name: string, max?: number): string[];
  child(name: string): Fields | undefined;
  mustChild(name: string): Fields;
  list(name: string): Fields[];
  mustList(name: string): Fields[];
};

export const wrongField = (path: string, message: string) =>
  problem("CT_ERR_INVALID_EVENT", `${path === "" ? "The body" : path} ${message}`, {
    errors: [{ index: 0, path, message, code: "CT_ERR_INVALID_EVENT" }],
  });

function textOf(value: unknown, max: number): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  // cut between characters, and without what no text of an event may hold
  const text = String(value).trim().slice(0, max).toWellFormed();
  return text === "" ? undefined : text;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const number = Number(value);
  return value === "" || !Number.isFinite(number) ? undefined : number;
}

const ZONELESS = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const isZoneless = (text: string | undefined): boolean => text !== undefined && ZONELESS.test(text);

/** @throws problem when `value` is no object */
export function fieldsOf(value: unknown, path = ""): Fields {
  if (!isFields(value)) throw wrongField(path, "must be an object");
  const missing = (name: string) => wrongField(`${path}/${name}`, "is required");
  const fields: Fields = {
    path,
    text: (name, max = 256) => textOf(value[name], max),
    mustText(name, max) {
      const text = fields.text(name, max);
      if (text === undefined) throw missing(name);
      return text;
    },
    number: (name) => numberOf(value[name]),
    instant(name) {
      const text = textOf(value[name], 64);
      if (text === undefined) return undefined;
      const at = instantOf(isZoneless(text) ? `${text}Z` : text);
      if (Number.isNaN(at)) throw wrongField(`${path}/${name}`, "is not an instant");
      return at;
    },
    mustInstant(name) {
      const at = fields.instant(name);
      if (at === undefined) throw missing(name);
      return at;
    },
    isZoneless: (name) => isZoneless(textOf(value[name], 64)),
    flag: (name) => (typeof value[name] === "boolean" ? value[name] : undefined),
    texts(name, max = 256) {
      const list = value[name];
      if (!Array.isArray(list)) return [];
      return list.flatMap((one: unknown) => textOf(one, max) ?? []);
    },
    child: (name) => (isFields(value[name]) ? fieldsOf(value[name], `${path}/${name}`) : undefined),
    mustChild: (name) => fieldsOf(value[name], `${path}/${name}`),
    list(name) {
      const list = value[name];
      if (!Array.isArray(list)) return [];
      return list.map((one: unknown, place) => fieldsOf(one, `${path}/${name}/${place}`));
    },
    mustList(name) {
      if (!Array.isArray(value[name])) throw missing(name);
      return fields.list(name);
    },
  };
  return fields;
}

/** The first text of several that is there. */
export const firstOf = (...texts: (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined);
