import { describe, expect, test } from "vitest";
import { SCREENS, WALLS } from "./css-tokens.ts";

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

describe.each(Object.entries(SCREENS))("in the %s theme", (_, tokens) => {
  test.each(TEXT)("%s on %s reads at 4.5 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(4.5),
  );
  test.each(MARKS)("%s stands out from %s at 3 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(3),
  );
});

/** Walls have no links and nothing that is selected; their rows stand on the ground itself, and what is not live says so in the ground's colour on the text's. */
const WALL_TEXT: [string, string][] = [
  ["text", "bg"],
  ["text", "surface"],
  ["muted", "bg"],
  ["muted", "surface"],
  ...TEXT.slice(-6),
];
const WALL_MARKS: [string, string][] = ["late", "at-risk-edge", "lost", "watch"].flatMap(
  (mark): [string, string][] => [
    [mark, "bg"],
    [mark, "surface"],
  ],
);

describe.each(Object.entries(WALLS))("on a %s wall", (_, tokens) => {
  test.each(WALL_TEXT)("%s on %s reads at 4.5 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(4.5),
  );
  test.each(WALL_MARKS)("%s stands out from %s at 3 to 1 or more", (front, back) =>
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(3),
  );
});

test("walls have the same tokens in both themes", () => {
  expect([...WALLS.light.keys()].toSorted()).toEqual([...WALLS.dark.keys()].toSorted());
});
