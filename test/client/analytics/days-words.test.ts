import { expect, test } from "vitest";
import { daysWords } from "../../../client/analytics/split-words.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";

const berlin = createSiteFormat("Europe/Berlin");

test("days are written like all days of the tower, and one alone once", () => {
  expect(daysWords(berlin, { from: "2026-11-30", to: "2026-12-01" })).toBe(
    "Mon 30 Nov to Tue 1 Dec (Europe/Berlin)",
  );
  expect(daysWords(berlin, { from: "2026-12-01", to: "2026-12-01" }, "")).toBe("Tue 1 Dec");
});
