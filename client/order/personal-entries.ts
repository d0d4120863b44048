/** Personal fields, flat, in words: `shipTo.postalCode` → `["Postal code", "10115"]`. Whatever the shop sent beyond the known fields is shown too. */
export function personalEntries(personal: Record<string, unknown> | null): [string, string][] {
  return personal === null ? [] : flatten(personal);
}

const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1_$2");

function flatten(record: Record<string, unknown>): [string, string][] {
  return Object.entries(record).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === undefined || value === "") return [];
    if (typeof value === "object" && !Array.isArray(value))
      return flatten(value as Record<string, unknown>);
    return [[spaced(name), Array.isArray(value) ? value.join(", ") : String(value)]];
  });
}
