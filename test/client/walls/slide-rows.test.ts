import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import SlideRows from "../../../client/walls/SlideRows.vue";
import type { WallSlide } from "../../../domain/walls/slides.ts";

test("days are shown as they are chosen, the last one too", async () => {
  const slides: WallSlide[] = [{ kind: "trucks", seconds: 20, days: [6] }];
  const rows = mount(SlideRows, {
    props: {
      modelValue: slides,
      shifts: [],
      "onUpdate:modelValue": (next: WallSlide[]) => rows.setProps({ modelValue: next }),
    },
  });
  const ticked = (): boolean[] =>
    rows.findAll<HTMLInputElement>("input[type=checkbox]").map(({ element }) => element.checked);
  const chosen = () => rows.props("modelValue")[0];
  const [monday, ...others] = rows.findAll("input[type=checkbox]");
  await others[4]?.setValue(false);
  expect(ticked()).toEqual(Array(7).fill(false));
  expect(chosen()).toEqual({ kind: "trucks", seconds: 20, days: [] });
  await monday?.setValue(true);
  expect(chosen()?.days).toEqual([1]);
  for (const day of others) await day.setValue(true);
  expect(chosen()).toEqual({ kind: "trucks", seconds: 20 });
  rows.unmount();
});
