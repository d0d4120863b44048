/** JSON with sorted keys: the same for two bodies that say the same in another order of fields. Plain loops: it runs over every byte that comes in. */

function sorted(value: Record<string, unknown>): string {
  let text = "{";
  for (const name of Object.keys(value).sort()) {
    const field = value[name];
    if (field === undefined) continue;
    if (text.length > 1) text += ",";
    text += `${JSON.stringify(name)}:${canonical(field)}`;
  }
  return `${text}}`;
}

function listed(value: readonly unknown[]): string {
  let text = "[";
  for (const item of value) text += text.length > 1 ? `,${canonical(item)}` : canonical(item);
  return `${text}]`;
}

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return listed(value);
  return typeof value === "object" && value !== null
    ? sorted(value as Record<string, unknown>)
    : (JSON.stringify(value) ?? "null");
}
