/** What JSON may look like before anything else is asked of it (security rule S12): not too deep, not too wide, no field that reaches for a prototype. */

const MAX_DEPTH = 20;
const MAX_KEYS = 200;
const MAX_TEXT = 4_096;
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export type Excess = { path: string; message: string };

const escape = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

function inObject(value: object, path: string, depth: number): Excess | null {
  const fields = Object.entries(value);
  if (!Array.isArray(value) && fields.length > MAX_KEYS)
    return { path, message: `must not have more than ${MAX_KEYS} fields` };
  for (const [name, field] of fields) {
    const here = `${path}/${escape(name)}`;
    if (FORBIDDEN.has(name)) return { path: here, message: "must not be named like that" };
    const found = excessIn(field, here, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** The first thing that passes a limit, or null. */
export function excessIn(value: unknown, path = "", depth = 0): Excess | null {
  if (typeof value === "string")
    return value.length > MAX_TEXT
      ? { path, message: `must not be longer than ${MAX_TEXT} characters` }
      : null;
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH)
    return { path, message: `must not be nested deeper than ${MAX_DEPTH} levels` };
  return inObject(value, path, depth);
}
