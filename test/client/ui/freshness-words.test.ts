import { expect, test } from "vitest";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { freshnessWords, slowReason } from "../../../client/ui/freshness-words.ts";
import type { Freshness } from "../../../client/stores/freshness.ts";

const berlin = createSiteFormat("Europe/Berlin");
const NOW = Date.parse("2026-11-22T13:06:32Z");

test.each<[Freshness, string, RegExp]>([
  [{ state: "live", ageMs: 400 }, "live 14:06:32 CET · 0.4 s", /^$/],
  [
    { state: "slow", what: "picture", ageMs: 3_200 },
    "slow · 3.2 s behind",
    /reaches this screen late/,
  ],
  [
    { state: "slow", what: "events", ageMs: 18_000 },
    "slow · no test event for 18 s",
    /applied late/,
  ],
])("%j is said as %s", (freshness, text, reason) => {
  expect(freshnessWords(freshness, NOW, berlin).text).toBe(text);
  expect(slowReason(freshness)).toMatch(reason);
});
