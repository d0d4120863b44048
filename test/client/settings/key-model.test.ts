import { expect, test } from "vitest";
import {
  actionsForKey,
  CUSTOM,
  endsSoon,
  expiryOf,
  PRESETS,
  presetOf,
  SCOPE_WORDS,
  scopesOf,
  scopeWords,
  sourcesIn,
} from "../../../client/settings/key-model.ts";
import type { KeyView } from "../../../domain/contract/machine-keys.ts";
import { MACHINE_SCOPES } from "../../../domain/permissions.ts";

const NOW = Date.UTC(2026, 1, 11);
const all = () => true;

test("every scope has words, and every preset holds scopes that exist", () => {
  expect(Object.keys(SCOPE_WORDS).toSorted()).toEqual([...MACHINE_SCOPES].toSorted());
  for (const { scopes } of PRESETS) expect(scopes.length).toBeGreaterThan(0);
});

test("a key's scopes are known again as their preset, in any order", () => {
  for (const preset of PRESETS) expect(presetOf(preset.scopes.toReversed(), all)).toBe(preset.id);
  expect(presetOf(["events:write", "metrics:read"], all)).toBe(CUSTOM);
});

test("a preset gives no more than whoever gives it has", () => {
  const everything = PRESETS.find(({ id }) => id === "everything")!;
  const given = scopesOf(everything, (scope) => scope !== "keys:manage");
  expect(given).not.toContain("keys:manage");
  expect(given).toHaveLength(MACHINE_SCOPES.length - 1);
});

test("many scopes are said in short", () => {
  expect(scopeWords(["events:write", "events:read"])).toBe(
    "send events, ask what became of an event",
  );
  const more = MACHINE_SCOPES.length - 2;
  expect(scopeWords(MACHINE_SCOPES)).toMatch(new RegExp(`^send events, .* and ${more} more$`));
});

test.each([
  ["", undefined],
  ["wms/, shop/", ["wms/", "shop/"]],
  [" wms/ wms/ ,", ["wms/"]],
])("sources typed as %j", (text, sources) => {
  expect(sourcesIn(text)).toEqual(sources);
});

test("a lifetime becomes an instant, never, or what it was", () => {
  expect(expiryOf("90", NOW)).toBe("2026-05-12T00:00:00.000Z");
  expect(expiryOf("never", NOW)).toBeNull();
  expect(expiryOf("kept", NOW)).toBeUndefined();
});

test("a key that works and ends within two weeks is said to end soon", () => {
  const key = (change: Partial<KeyView>) => ({ state: "active", ...change }) as KeyView;
  expect(endsSoon(key({ expiresAt: "2026-02-20T00:00:00Z" }), NOW)).toBe(true);
  expect(endsSoon(key({ expiresAt: "2026-03-20T00:00:00Z" }), NOW)).toBe(false);
  expect(endsSoon(key({ expiresAt: null }), NOW)).toBe(false);
  expect(endsSoon(key({ state: "expired", expiresAt: "2026-02-10T00:00:00Z" }), NOW)).toBe(false);
});

test("of a revoked key nothing can be done any more", () => {
  expect(actionsForKey({ state: "revoked" })).toEqual([]);
  expect(actionsForKey({ state: "expired" })).toContain("change");
});
