import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import NumberTile from "../../../client/wall/NumberTile.vue";
import { widthOf } from "../../../domain/walls/pages.ts";

/** of the letters' size; the sheet makes a number so small that so many of them fit */
const A_LETTER = 0.6;

test.each(["100%", "96.4%", "0%"])("a share of %s fits into its tile whole", (value) => {
  const tile = mount(NumberTile, { props: { label: "On time", value } });
  const letters = Number(
    tile.get<HTMLElement>(".number").element.style.getPropertyValue("--letters"),
  );
  expect(letters * A_LETTER).toBeGreaterThanOrEqual(widthOf(value));
});
