import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import NumberTile from "../../../client/wall/NumberTile.vue";

/** of the letters' size; the sheet makes a number so small that so many of them fit */
const A_LETTER = 0.6;
/** measured: Inter, bold, tabular, as the tiles have it */
const WIDTHS: Readonly<Record<string, number>> = { "%": 0.89, ".": 0.28 };
const A_DIGIT = 0.63;
const widthOf = (share: string): number =>
  Array.from(share).reduce((sum, letter) => sum + (WIDTHS[letter] ?? A_DIGIT), 0);

test.each(["100%", "96.4%", "0%"])("a share of %s fits into its tile whole", (value) => {
  const tile = mount(NumberTile, { props: { label: "On time", value } });
  const letters = Number(
    tile.get<HTMLElement>(".number").element.style.getPropertyValue("--letters"),
  );
  expect(letters * A_LETTER).toBeGreaterThanOrEqual(widthOf(value));
  expect(letters * A_LETTER).toBeLessThan(widthOf(value) * 1.05);
});
