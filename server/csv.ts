/** CSV that no spreadsheet takes for a formula (promise S17): RFC 4180, and an apostrophe before text that begins like one. */
// eslint-disable-next-line no-control-regex -- exactly these begin a formula somewhere
const FORMULA = /^[=+\-@\t\r\n\u0000\uFF1D\uFF0B\uFF0D\uFF20]/;

export function csvField(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(guarded) || guarded !== guarded.trim()
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded;
}

export const csvLine = (values: readonly unknown[]): string =>
  `${values.map(csvField).join(",")}\r\n`;
