import { describe, expect, test } from "vitest";
import { parseJsonWithIds } from "../../../server/connectors/posted.ts";

describe("a body whose ids are numbers", () => {
  test("is read with every digit of the long ones", () => {
    const text =
      '{"id":820982911946154508,"order":{"id":-9007199254740993},"list":[12345678901234567890]}';
    expect(parseJsonWithIds(text)).toEqual({
      id: "820982911946154508",
      order: { id: "-9007199254740993" },
      list: ["12345678901234567890"],
    });
  });

  test("keeps every other number a number, and every text as it is", () => {
    const value = {
      id: 9_007_199_254_740_991,
      small: 7,
      price: 0.1234567890123457,
      large: 1e300,
      text: "820982911946154508",
    };
    expect(parseJsonWithIds(JSON.stringify(value))).toEqual(value);
  });

  test("that names a field twice is refused all the same", () => {
    expect(() => parseJsonWithIds('{"id":820982911946154508,"id":1}')).toThrow(/twice/);
  });
});
