/** Sizes under a finger: the sheet that makes everything 44 px high is of no layer, so it would make smaller what a page wants larger. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const CLIENT = join(import.meta.dirname, "../../../client");
const STEP = 4;
const SMALLEST = 44;
/** nothing that is pressed is as large as that */
const LARGEST = 100;
const sheet = readFileSync(join(CLIENT, "ui/frame.css"), "utf8");
const coarse = sheet.slice(sheet.indexOf("@media (pointer: coarse)"));

/** `min-h-12` and the like, with what they are in px. */
const wanted = new Map(
  globSync("**/*.vue", { cwd: CLIENT }).flatMap((file) =>
    [...readFileSync(join(CLIENT, file), "utf8").matchAll(/(?<![\w:-])min-h-(\d+)(?![\w.])/g)].map(
      ([name, steps]): [string, number] => [name, Number(steps) * STEP],
    ),
  ),
);

test("what is higher than 44 px at a desk is so under a finger too", () => {
  const larger = [...wanted].filter(([, px]) => px > SMALLEST && px < LARGEST);
  expect(larger.length).toBeGreaterThan(2);
  const missing = larger.filter(([name, px]) => {
    const rule = coarse.match(new RegExp(`&\\.${name} \\{\\s*min-block-size: (\\d+)px`));
    return Number(rule?.[1]) !== px;
  });
  expect(missing).toEqual([]);
});
