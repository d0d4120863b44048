import { expect, test } from "vitest";
import { beliefsOf } from "../../../client/rewind/beliefs.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aRow } from "../../support/board-rows.ts";

const NOW = Date.UTC(2026, 10, 30, 12, 40);
const format = createSiteFormat("Europe/Berlin");

test("what was believed of an order is said line by line: severity, risk and why", () => {
  const row = aRow({
    sev: "at_risk",
    risk: 0.85,
    why: "142 orders ahead in packing",
    stageSince: NOW - 20 * 60_000,
    due: NOW + 3_600_000,
    holds: [{ code: "HOLD_ADDRESS" }],
  });
  const lines = new Map(beliefsOf(row, format, NOW).map(({ label, value }) => [label, value]));
  expect(lines.get("Severity")).toMatch(/at risk/i);
  expect(lines.get("Risk")).toBe("85 % likely to miss its truck");
  expect(lines.get("Why")).toBe("142 orders ahead in packing");
  expect(lines.get("Stage")).toMatch(/for 20 min/);
  expect(lines.get("Ship by")).toBe("14:40 CET");
  expect(lines.get("Marks")).toMatch(/on hold/);
});

test("without a forecast it says so, and lines with nothing to say are left out", () => {
  const lines = beliefsOf(aRow(), format, NOW);
  expect(lines.find(({ label }) => label === "Risk")?.value).toBe("no forecast");
  expect(lines.some(({ label }) => label === "Owner")).toBe(false);
});
