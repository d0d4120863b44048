/**
 * What ought to be taken, said a second time: TypeBox's own checker over the published schemas, another reader of JSON, another calendar. The server uses ajv,
 * and everything it adds by hand is here by other means. A difference between the two is a finding.
 */
import Format from "typebox/format";
import { Check } from "typebox/schema";
import { EventEnvelope, isSiteEventType, wireDataSchemas } from "../../domain/event.ts";
import type { JsonSchema } from "./arbitrary.ts";

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/;

const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysIn = (year: number, month: number): number =>
  (MONTHS[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);

/** An instant that a calendar has: no 30 February, no leap second (a computer's clock has none). */
export function isInstant(text: string): boolean {
  const found = INSTANT.exec(text);
  if (found === null) return false;
  const [year = 0, month = 0, day = 0, ...clock] = found.slice(1).map((part) => Number(part ?? 0));
  const bounds = [24, 60, 60, 24, 60];
  const isTime = clock.every((part, at) => part < (bounds[at] ?? 0));
  return day >= 1 && day <= daysIn(year, month) && isTime;
}
Format.Set("date-time", isInstant);

const fits = (schema: unknown, value: unknown): boolean => Check(schema as never, value);

/** `undefined` for text that is no JSON or names a field twice. One byte order mark before it is nothing (RFC 8259, 8.1). */
export function readJson(given: string): { value: unknown } | undefined {
  const text = given.replace(/^\ufeff/, "");
  try {
    const value: unknown = JSON.parse(text);
    return hasNamesTwice(text) ? undefined : { value };
  } catch {
    return undefined;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

function hasNamesTwice(text: string): boolean {
  const open: (string[] | null)[] = [];
  const tokens = text.match(TOKEN) ?? [];
  return tokens.some((token, at) => {
    if (token === "{") open.push([]);
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (tokens[at + 1] === ":") {
      const names = open.at(-1);
      const name = JSON.parse(token) as string;
      if (names?.includes(name)) return true;
      names?.push(name);
    }
    return false;
  });
}

const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);

const RESERVED = ["__proto__", "constructor", "prototype"];

/** At most 20 levels, 200 fields, 4,096 characters, none of them half of one, and no name that reaches for a prototype. */
export function isWithinLimits(value: unknown, levels = 0): boolean {
  if (typeof value === "string") return value.length <= 4_096 && isWhole(value);
  if (typeof value !== "object" || value === null) return true;
  if (levels >= 20) return false;
  const entries = Object.entries(value);
  if (!Array.isArray(value) && entries.length > 200) return false;
  return entries.every(
    ([name, field]) =>
      !RESERVED.includes(name) && isWhole(name) && isWithinLimits(field, levels + 1),
  );
}

export const acceptsBody = (schema: JsonSchema, value: unknown): boolean =>
  isWithinLimits(value) && fits(schema, value);

type Fields = Record<string, unknown>;

/** A correction carries another event's data, whose instants must exist where they are texts. */
function hasGoodReplacement(type: string, data: Fields): boolean | "either" {
  return type === "event.corrected" && data["replacement"] !== undefined ? "either" : true;
}

/** No two lines of an order have one number. */
function hasOwnNumbers(type: string, { lines }: Fields): boolean {
  if (!["order.received", "order.amended"].includes(type) || lines === undefined) return true;
  const numbers = (lines as { line: number }[]).map(({ line }) => line).toSorted((a, b) => a - b);
  return numbers.every((number, at) => number !== numbers[at - 1]);
}

/** A delay says until when or by how much. */
const saysHowLate = (type: string, data: Fields): boolean =>
  type !== "pickup.delayed" || "at" in data || "byMs" in data;

/** Whether one posted thing is an event; "either" where only the server can know. */
export function acceptsEvent(value: unknown): boolean | "either" {
  if (!isWithinLimits(value) || !fits(EventEnvelope, value)) return false;
  const { type, orderId, data = {} } = value as { type: string; orderId?: string; data?: Fields };
  const schema = wireDataSchemas[type as keyof typeof wireDataSchemas];
  if (isSiteEventType(type) === (orderId !== undefined)) return false;
  if (!fits(schema, data) || !hasOwnNumbers(type, data) || !saysHowLate(type, data)) return false;
  return hasGoodReplacement(type, data);
}

/** A value of an address, read as its schema says: numbers and booleans from their text. */
export function acceptsText(schema: JsonSchema, text: string): boolean {
  if (schema.type === "integer" || schema.type === "number")
    return text !== "" && fits(schema, Number(text));
  if (schema.type === "boolean") return text === "true" || text === "false";
  return fits(schema, text);
}
