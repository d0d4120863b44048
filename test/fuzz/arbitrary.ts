/** Values that fit a JSON Schema, as this project writes them (TypeBox), with the edges of every bound among them. */
import fc from "fast-check";

export type JsonSchema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  format?: string;
};

/** Texts that break what reads them carelessly. */
export const HOSTILE = [
  "",
  " ",
  "__proto__",
  "constructor",
  "<img src=x onerror=alert(1)>",
  "'; DROP TABLE orders;--",
  "../../etc/passwd",
  "%00",
  "\u0000",
  "\u202e\u2066abc",
  "\ud800",
  "\u{1f69a}".repeat(40),
  "e\u0301".repeat(60),
  "NaN",
  "1e400",
  "-0",
  "true",
  "null",
  "{{7*7}}",
  "${jndi:ldap://x}",
  "=cmd|' /C calc'!A0",
  "\r\nset-cookie: a=b",
  "{tower}:users",
  "BER1",
  "NYC1",
  "*",
  "+",
  "-",
  "0-0",
  "18446744073709551615-1",
  "9007199254740993",
  "2026-02-30T00:00:00Z",
  "2026-11-23T01:00:00+23:59",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:60Z",
  "a".repeat(4_096),
];

const DATES = [
  "2026-11-23T08:15:00Z",
  "2026-11-23t08:15:00.123456789+01:00",
  "2026-03-29T02:30:00Z",
];

function texts({ pattern, format, minLength = 0, maxLength = 64 }: JsonSchema) {
  if (format === "date-time") return fc.constantFrom(...DATES);
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern))
      .filter((text) => text.length >= minLength && text.length <= maxLength);
  const bounds = { minLength, maxLength: Math.min(maxLength, minLength + 80) };
  const hostile = HOSTILE.filter((text) => text.length >= minLength && text.length <= maxLength);
  const plain = fc.oneof(fc.string(bounds), fc.string({ ...bounds, unit: "grapheme" }));
  return hostile.length === 0 ? plain : fc.oneof(plain, fc.constantFrom(...hostile));
}

function integers({ minimum = -1_000_000, maximum = 1_000_000, exclusiveMinimum }: JsonSchema) {
  const min = Math.ceil(exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1);
  const max = Math.max(min, Math.floor(maximum));
  return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
}

const numbers = ({ minimum = -1e9, maximum = 1e9 }: JsonSchema) =>
  fc.oneof(
    fc.constantFrom(minimum, maximum),
    fc.double({ min: minimum, max: maximum, noNaN: true }),
  );

/** Values of fields that mean something where this runs: by chance alone nothing would ever be made, and what comes after it never tried. */
const KNOWN: Readonly<Record<string, unknown[]>> = {
  site: ["BER1", "NYC1"],
  sites: ["all", ["BER1"], ["BER1", "NYC1"]],
  ids: [["SO-1"], ["SO-2", "SO-3"]],
  url: ["https://127.0.0.1:9/hook"],
  name: ["viewer", "lead"],
  password: ["demo-viewer-tower"],
};

function fieldOf(name: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  const known = KNOWN[name];
  return known === undefined
    ? fitting(schema)
    : fc.oneof(fitting(schema), fc.constantFrom(...known));
}

function objects(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], patternProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, fieldOf(name, field)]),
  );
  const own = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const [pattern, value] = Object.entries(patternProperties ?? {})[0] ?? [];
  if (pattern !== undefined && value !== undefined)
    return fc.dictionary(fc.stringMatching(new RegExp(pattern)), fitting(value), { maxKeys: 4 });
  return own;
}

const lists = ({ items = {}, minItems = 0, maxItems = 4 }: JsonSchema) =>
  fc.array(fitting(items), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });

const anything = fc.jsonValue({ maxDepth: 3 });

const BY_TYPE: Readonly<Record<string, (schema: JsonSchema) => fc.Arbitrary<unknown>>> = {
  string: texts,
  integer: integers,
  number: numbers,
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: lists,
  object: objects,
};

function fittingType(schema: JsonSchema): fc.Arbitrary<unknown> {
  const types = [schema.type ?? []].flat();
  const known = types.flatMap((type) => BY_TYPE[type]?.(schema) ?? []);
  return known.length === 0 ? anything : fc.oneof(...known);
}

/** Values that the schema accepts; parts it does not understand become anything. */
export function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(fitting));
  if (schema.allOf !== undefined) return fitting(merged(schema.allOf));
  return fittingType(schema);
}

const merged = (parts: JsonSchema[]): JsonSchema => ({
  type: "object",
  properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<
    string,
    JsonSchema
  >,
  required: parts.flatMap(({ required }) => required ?? []),
});
