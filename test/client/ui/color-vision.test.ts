/** Severities stay apart for people who see fewer colours, and never hang on colour alone. */
import { describe, expect, test } from "vitest";
import { SEVERITY_WORDS } from "../../../client/ui/words.ts";
import { SCREENS, WALLS } from "./css-tokens.ts";

const THEMES = {
  light: SCREENS.light,
  dark: SCREENS.dark,
  wall: WALLS.dark,
  "light wall": WALLS.light,
};

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Full dichromacy after Machado, Oliveira and Fernandes (2009), on linear RGB. */
const SIGHTS: Readonly<Record<string, Matrix>> = {
  "usual colour vision": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
  ],
  deuteranopia: [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_82, 0.042_94, 0.968_881],
  ],
  tritanopia: [
    [1.255_528, -0.076_749, -0.178_779],
    [-0.078_411, 0.930_809, 0.147_602],
    [0.004_733, 0.691_367, 0.303_9],
  ],
};

const times = (matrix: Matrix, [x, y, z]: Triple): Triple => {
  const [a, b, c] = matrix.map(([p, q, r]) => p * x + q * y + r * z);
  return [a ?? 0, b ?? 0, c ?? 0];
};

function linear(hex: string): Triple {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [r ?? 0, g ?? 0, b ?? 0];
}

const TO_XYZ: Matrix = [
  [0.412_456, 0.357_576, 0.180_438],
  [0.212_673, 0.715_152, 0.072_175],
  [0.019_334, 0.119_192, 0.950_304],
];
const WHITE: Triple = [0.950_47, 1, 1.088_83];

/** CIE Lab, D65. */
function lab(color: Triple): Triple {
  const [x, y, z] = times(TO_XYZ, color).map((value, at) => {
    const share = Math.max(0, value) / (WHITE[at] ?? 1);
    return share > 216 / 24_389 ? Math.cbrt(share) : (841 / 108) * share + 4 / 29;
  });
  return [116 * (y ?? 0) - 16, 500 * ((x ?? 0) - (y ?? 0)), 200 * ((y ?? 0) - (z ?? 0))];
}

const clip = ([r, g, b]: Triple): Triple => {
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return [within(r), within(g), within(b)];
};

function distance(sight: Matrix, a: string, b: string): number {
  const [left, right] = [a, b].map((hex) => lab(clip(times(sight, linear(hex)))));
  return Math.hypot(...(left ?? [0, 0, 0]).map((value, at) => value - (right?.[at] ?? 0)));
}

/** what stands side by side as fills; blind is a hatch, and on time is no mark at all */
const FILLS = ["late", "at-risk", "lost", "watch"];
const PAIRS = FILLS.flatMap((a, at) => FILLS.slice(at + 1).map((b) => [a, b] as const));
const LEAST = 20;

describe.each(Object.entries(SIGHTS))("with %s", (_, sight) => {
  describe.each(Object.entries(THEMES))("in the colours of %s", (__, tokens) => {
    test.each(PAIRS)("%s and %s are told apart", (a, b) => {
      const [left, right] = [tokens.get(a), tokens.get(b)];
      expect(left).toMatch(/^#/);
      expect(distance(sight, left ?? "", right ?? "")).toBeGreaterThanOrEqual(LEAST);
    });
  });
});

test("the measure itself tells red from green for most people and not for those who see no green", () => {
  const { "usual colour vision": usual, deuteranopia } = SIGHTS;
  const [red, green] = ["#b22222", "#5f6f00"];
  expect(distance(usual as Matrix, red, green)).toBeGreaterThan(60);
  expect(distance(deuteranopia as Matrix, red, green)).toBeLessThan(LEAST);
});

test("severities differ in shape and word too", () => {
  const marks = Object.values(SEVERITY_WORDS);
  for (const part of ["shape", "chip", "word"] as const)
    expect(new Set(marks.map((mark) => mark[part])).size).toBe(marks.length);
});
