/**
 * Whether JSON names a field twice. `JSON.parse` takes the last of two equal names and says nothing, so that what a sender meant is lost without a trace.
 *
 * Counted instead of parsed a second time: each colon outside of texts is a field that was sent, and the parsed value holds fewer when two had the same
 * name. Half a microsecond an event; only a body that is refused is read for which name it was.
 */

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
/** Deeper than anything that is taken: a walk that calls itself must end somewhere. */
const MAX_DEPTH = 40;

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

/** Where the text ends that begins at `from`, both being quotes. */
function endOfText(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function fieldsSent(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COLON) count += 1;
  }
  return count;
}

/** Fields in all objects of a value; infinite when it is too deep to be walked. */
function fieldsIn(value: unknown, depth = 0): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
  if (Array.isArray(value))
    return value.reduce<number>((count, item) => count + fieldsIn(item, depth + 1), 0);
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) count += fieldsIn((value as Record<string, unknown>)[name], depth + 1);
  return count;
}

/** Names met so far in each object that is not closed yet; null for an array. */
type Open = (Set<string> | null)[];

function openOrClose(open: Open, sign: string | undefined): void {
  if (sign === "{") open.push(new Set());
  else if (sign === "[") open.push(null);
  else if (sign === "}" || sign === "]") open.pop();
}

/** Reads the whole text, name by name. */
function findRepeated(text: string): string | null {
  const open: Open = [];
  let last = "";
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') {
      const end = endOfText(text, at);
      last = text.slice(at, end + 1);
      at = end;
    } else if (text[at] === ":") {
      const name = JSON.parse(last) as string;
      if (open.at(-1)?.has(name)) return name;
      open.at(-1)?.add(name);
    } else openOrClose(open, text[at]);
  }
  return null;
}

/** The first name that an object of `text` has twice, or null; `value` is what it was parsed to. */
export const repeatedName = (text: string, value: unknown): string | null =>
  fieldsSent(text) === fieldsIn(value) ? null : findRepeated(text);
