import { describe, expect, test } from "vitest";
import { mistakesInWords, problemInWords } from "../../../client/ui/mistake-words.ts";

const one = (path: string, message: string): string[] => mistakesInWords([{ path, message }]);

describe("what the server refuses", () => {
  test.each([
    ["/heads", "body must be >= 0", "People: must be 0 or more"],
    ["/distanceM", "body must be <= 100", "Farthest reader, metres: must be 100 or less"],
    ["/name", "body must have required property 'name'", "Name: is missing"],
    ["/name", "body must NOT have fewer than 1 characters", "Name: must not be empty"],
    [
      "/password",
      "body must NOT have fewer than 12 characters",
      "Password: needs at least 12 characters",
    ],
    ["/title", "body must NOT have more than 200 characters", "Title: has room for 200 characters"],
    ["/scopes", "body must NOT have fewer than 1 items", "What it may do: must not be empty"],
    ["/until", 'body must match format "date-time"', "Until: must be a date and time"],
    ["/code", 'body must match pattern "^[A-Z]+$"', "Code: is not written as it must be"],
    [
      "/preferences/email",
      'body must match pattern "^[^@]+@[^@]+$"',
      "E-mail address: must be an address like ana@example.com",
    ],
    [
      "/connectors/0/id",
      'body must match pattern "^[a-z]+$"',
      "Connector 1, id: takes letters, digits, dots, - and _",
    ],
    ["/from", 'querystring must match format "date-time"', "From: must be a date and time"],
    ["/quiet", "body must NOT have additional properties", "Quiet: is not known here"],
    [
      "/policies/ladders/0/steps",
      "body must NOT have fewer than 1 items",
      "Ladder 1, steps: must not be empty",
    ],
    ["/priorShare", "body must be number", "Prior share: must be a number"],
    ["/site", "body is BER1, and not changed here", "Site: is BER1, and not changed here"],
    ["", "body must be object", "Must be object"],
  ])("at %s, %s: %s", (path, message, words) => {
    expect(one(path, message)).toEqual([words]);
  });

  test("is said once a field", () => {
    const errors = [
      { path: "/url", message: "body must NOT have fewer than 9 characters" },
      { path: "/url", message: 'body must match pattern "^https?://"' },
    ];
    expect(mistakesInWords(errors)).toEqual(["Address: needs at least 9 characters"]);
  });

  test("is named as the page names it, where it has a name of its own", () => {
    const names = (path: string) => (path === "/a/0" ? "Many late orders" : null);
    const message = "body must be > 0";
    expect(mistakesInWords([{ path: "/a/0", message }], names)).toEqual([
      "Many late orders: must be more than 0",
    ]);
  });

  test("stands in a toast with its fields, and in the server's words without any", () => {
    const problem = { title: "No", detail: "1 thing does not fit.", errors: [] };
    expect(problemInWords(problem)).toBe("1 thing does not fit.");
    expect(problemInWords({ ...problem, detail: "" })).toBe("No");
    const errors = [{ path: "/until", message: 'body must match format "date-time"' }];
    expect(problemInWords({ ...problem, errors })).toBe("Until: must be a date and time.");
  });
});
