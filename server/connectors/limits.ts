/** What JSON may look like before anything else is asked of it (security rule S12): not too deep, not too wide, no field that reaches for a prototype. */

import { MAX_EVENT_BYTES } from "../../domain/contract/ingest.ts";

const MAX_DEPTH = 20;
const MAX_KEYS = 200;
const MAX_TEXT = 4_096;
const UNPAIRED = "must not hold half of a character (an unpaired surrogate)";
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
/** Names of another length need not be looked up: this runs over every field that comes in. */
const FORBIDDEN_LENGTHS: readonly number[] = [9, 11];

const isForbidden = (name: string): boolean =>
  FORBIDDEN_LENGTHS.includes(name.length) && FORBIDDEN.has(name);

/** `isTooLarge`: what holds it is larger than an event may be, whatever else is wrong with it. */
export type Excess = { path: string; message: string; isTooLarge?: boolean };

const escape = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** `found` inside the field `name` of what is looked at: paths are made on the way out, since mostly there is none. */
const within = (name: string, excess: Excess): Excess => ({
  ...excess,
  path: `/${escape(name)}${excess.path}`,
});

function inList(value: readonly unknown[], depth: number): Excess | null {
  for (const [place, item] of value.entries()) {
    const found = excessIn(item, depth + 1);
    if (found !== null) return within(String(place), found);
  }
  return null;
}

function inObject(value: Record<string, unknown>, depth: number): Excess | null {
  const names = Object.keys(value);
  if (names.length > MAX_KEYS)
    return { path: "", message: `must not have more than ${MAX_KEYS} fields` };
  for (const name of names) {
    if (isForbidden(name))
      return within(name, { path: "", message: "must not be named like that" });
    if (!name.isWellFormed()) return within(name.toWellFormed(), { path: "", message: UNPAIRED });
    const found = excessIn(value[name], depth + 1);
    if (found !== null) return within(name, found);
  }
  return null;
}

/** Half a character has no bytes: stored, it would become another text, and two ids one. */
function inText(value: string): Excess | null {
  if (value.length > MAX_TEXT)
    return {
      path: "",
      message: `must not be longer than ${MAX_TEXT} characters`,
      isTooLarge: value.length > MAX_EVENT_BYTES,
    };
  return value.isWellFormed() ? null : { path: "", message: UNPAIRED };
}

/** The first thing that passes a limit, or null. */
export function excessIn(value: unknown, depth = 0): Excess | null {
  if (typeof value === "string") return inText(value);
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH)
    return { path: "", message: `must not be nested deeper than ${MAX_DEPTH} levels` };
  return Array.isArray(value)
    ? inList(value, depth)
    : inObject(value as Record<string, unknown>, depth);
}
