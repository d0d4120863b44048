import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const DOCS = join(import.meta.dirname, "../../docs");
const MOST_BYTES = 250_000;
const MOST_IN_ALL = 6_000_000;
const pictures = readdirSync(join(DOCS, "gallery")).filter((name) => name.endsWith(".png"));
const text = readFileSync(join(DOCS, "gallery.md"), "utf8");
const shown = [...text.matchAll(/!\[([^\]]+)\]\(gallery\/([^)]+)\)/g)];

test("the gallery shows every picture once, with words for those who do not see it", () => {
  expect(shown.map(([, , name]) => name).toSorted()).toEqual(pictures.toSorted());
  for (const [, words] of shown) expect(words?.trim().length).toBeGreaterThan(5);
});

test("pictures stay small", () => {
  const sizes = pictures.map((name) => statSync(join(DOCS, "gallery", name)).size);
  expect(sizes.filter((size) => size > MOST_BYTES)).toEqual([]);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_IN_ALL);
});
