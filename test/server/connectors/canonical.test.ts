import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../server/connectors/canonical.ts";

/** The same by another way: JSON of a copy whose fields stand in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, inOrder(field)] as const);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A whole number as a name would be put first by the language itself, whatever the order. */
const name = fc.string({ unit: "binary" }).filter((text) => !/^\d+$/.test(text));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value")),
    fc.dictionary(name, tie("value")),
  ),
}));

describe("canonical text", () => {
  test("is JSON with its fields in order", () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(canonical(one)).toBe(JSON.stringify(inOrder(one)));
      }),
    );
  });

  test("leaves out what JSON leaves out", () => {
    expect(canonical({ b: undefined, a: [undefined, Number.NaN] })).toBe('{"a":[null,null]}');
  });
});
