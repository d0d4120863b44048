import { describe, expect, test } from "vitest";
import { objections } from "../../bin/external-redis.ts";

describe("a Redis that somebody else runs", () => {
  test("is taken when it keeps what it is given", () => {
    expect(
      objections({ version: "6.2.0", policy: "noeviction", appendonly: "yes", refused: [] }),
    ).toEqual([]);
  });

  test("is taken when its provider forbids asking", () => {
    expect(
      objections({ version: undefined, policy: undefined, appendonly: undefined, refused: [] }),
    ).toEqual([]);
  });

  test("is refused with every reason", () => {
    const found = objections({
      version: "6.0.16",
      policy: "allkeys-lru",
      appendonly: "no",
      refused: ["EVALSHA"],
    });
    expect(found).toHaveLength(4);
    expect(found.join("\n")).toMatch(/6\.0\.16[^]*noeviction[^]*appendonly yes[^]*refuses EVALSHA/);
  });
});
