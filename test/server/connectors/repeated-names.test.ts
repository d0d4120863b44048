import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEvents } from "../../../server/connectors/formats.ts";
import { repeatedName } from "../../../server/connectors/repeated-names.ts";

const repeatedIn = (text: string): string | null => repeatedName(text, JSON.parse(text));

describe("a name that an object has twice", () => {
  test.each([
    ["at the top", `{"id":"1","site":"A","id":"2"}`, "id"],
    ["further in", `[{"a":{"b":1}},{"a":{"c":[{"x":1,"x":1}]}}]`, "x"],
    ["written in another way", `{"id":1,"\\u0069d":2}`, "id"],
    ["of an object that is replaced by it", `{"a":{"deep":{"er":1}},"a":1}`, "a"],
    ["with quotes in it", `{"a\\"b":1,"a\\"b":2}`, 'a"b'],
    ["__proto__", `{"__proto__":1,"__proto__":2}`, "__proto__"],
  ])("is found %s", (_where, text, name) => {
    expect(repeatedIn(text)).toBe(name);
  });

  test("is found in a body that is too deep to be walked", () => {
    const deep = "[".repeat(5_000) + "]".repeat(5_000);
    expect(repeatedIn(`{"a":${deep},"b":1,"b":2}`)).toBe("b");
    expect(repeatedIn(`{"a":${deep},"b":1}`)).toBeNull();
  });

  test("is no name that only looks like one, nor one of another object", () => {
    expect(repeatedIn(`{"a":"\\"a\\":1,","b":"c:d\\\\","c":[{"a":1},{"a":2}]}`)).toBeNull();
    fc.assert(
      fc.property(fc.json(), (text) => repeatedIn(text) === null),
      { numRuns: 500 },
    );
  });

  test("refuses the body, and names the line of an NDJSON body", () => {
    const read = (type: string, body: string) =>
      readEvents({ "content-type": type }, Buffer.from(body));
    expect(() => read("application/json", `{"id":"1","id":"2"}`)).toThrow(
      'The body names "id" twice.',
    );
    expect(read("application/x-ndjson", `{"id":"1"}\n{"id":"1","id":"2"}`).unread).toEqual(
      new Map([[1, 'Line 2 names "id" twice.']]),
    );
  });
});
