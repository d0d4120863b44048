import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../../../client/ui/tokens.css"), "utf8");
const blocks = css
  .split("}")
  .map(
    (block) =>
      new Map(
        [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!] as const),
      ),
  );
const themes = { light: blocks[0]!, dark: blocks[1]! };

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.039_28 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

const TEXT: [string, string][] = [
  ["text", "bg"],
  ["text", "surface"],
  ["text", "surface-alt"],
  ["text", "selected"],
  ["muted", "surface"],
  ["muted", "surface-alt"],
  ["muted", "selected"],
  ["link", "surface"],
  ["late-text", "late"],
  ["at-risk-text", "at-risk"],
  ["lost-text", "lost"],
  ["watch-text", "watch"],
  ["blind-text", "blind-1"],
  ["blind-text", "blind-2"],
];
const MARKS: [string, string][] = [
  ["late", "surface"],
  ["at-risk-edge", "surface"],
  ["lost", "surface"],
  ["watch", "surface"],
  ["edge", "surface"],
];

describe.each(Object.entries(themes))("in the %s theme", (_, tokens) => {
  test.each(TEXT)("%s on %s reads at 4.5 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(4.5),
  );
  test.each(MARKS)("%s stands out from %s at 3 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(3),
  );
});
