import { mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, test } from "vitest";
import StationsSlide from "../../../client/wall/StationsSlide.vue";
import { createWords } from "../../../client/words/i18n.ts";
import { lettersOf } from "../../../domain/walls/letters.ts";
import { widthOf } from "../../../domain/walls/pages.ts";
import { aWallSample } from "../../support/wall-sample.ts";

const letters = lettersOf({ width: 1920, height: 1080, diagonalInch: 55, distanceM: 10 });

test("the numbers of a large site get the room they take", () => {
  const large = { perHour: 1_250, neededPerHour: 1_160, waiting: 12_796 };
  const stations = aWallSample(0).stations.map((station) => ({ ...station, ...large }));
  const slide = mount(StationsSlide, {
    props: { sample: { ...aWallSample(0), stations }, letters },
    global: { plugins: [createPinia(), createWords("en")] },
  });
  const { gridTemplateColumns } = slide.get<HTMLElement>("[role=row]:not(.head)").element.style;
  const widths = [...gridTemplateColumns.matchAll(/calc\(([\d.]+) \*/g)].map(([, u]) => Number(u));
  expect(widths[0]).toBeGreaterThanOrEqual(widthOf("1,250/1,160") * letters.row);
  expect(widths[1]).toBeGreaterThanOrEqual(widthOf("◆ 12,796") * letters.row + 40);
});
