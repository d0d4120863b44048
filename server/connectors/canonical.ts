/** JSON with sorted keys: the same for two bodies that say the same in another order of fields. Plain loops: it runs over every byte that comes in. */

const MAX_KNOWN = 1_000;
/** Names of fields with what stands before their value; the same few in every event, and only so many are kept. */
const known = new Map<string, string>();

function heading(name: string): string {
  const kept = known.get(name);
  if (kept !== undefined) return kept;
  const made = `${JSON.stringify(name)}:`;
  if (known.size < MAX_KNOWN) known.set(name, made);
  return made;
}

/** Of printable ASCII and nothing that JSON escapes, as nearly all of it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** Names are mostly few, and mostly in order. */
function isSorted(names: readonly string[]): boolean {
  for (let place = 1; place < names.length; place += 1)
    if ((names[place - 1] ?? "") > (names[place] ?? "")) return false;
  return true;
}

function sorted(value: Record<string, unknown>): string {
  const names = Object.keys(value);
  if (!isSorted(names)) names.sort();
  let text = "{";
  for (const name of names) {
    const field = value[name];
    if (field === undefined) continue;
    if (text.length > 1) text += ",";
    text += heading(name) + canonical(field);
  }
  return `${text}}`;
}

function listed(value: readonly unknown[]): string {
  let text = "[";
  for (const item of value) text += text.length > 1 ? `,${canonical(item)}` : canonical(item);
  return `${text}]`;
}

export function canonical(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  return Array.isArray(value) ? listed(value) : sorted(value as Record<string, unknown>);
}
