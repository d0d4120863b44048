/** JSON with sorted keys: the same for two bodies that say the same in another order of fields. */

const sorted = (value: object): string => {
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
};

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return typeof value === "object" && value !== null
    ? sorted(value)
    : (JSON.stringify(value) ?? "null");
}
