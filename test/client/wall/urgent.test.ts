import { mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, test } from "vitest";
import UrgentSlide from "../../../client/wall/UrgentSlide.vue";
import { createWords } from "../../../client/words/i18n.ts";
import type { WallTask } from "../../../domain/contract/walls.ts";
import { lettersOf, type Screen } from "../../../domain/walls/letters.ts";
import { aWallSample } from "../../support/wall-sample.ts";

const [first] = aWallSample(0).tasks;

/** What the slide says of one common cause that somebody took. */
function shown(screen: Screen) {
  const cause: WallTask["cause"] = {
    kind: "common_cause",
    about: [{ name: "sku", value: "SKU-1" }],
  };
  const task = { ...first!, cause, orders: 36, state: "taken" as const };
  const sample = { ...aWallSample(0), tasks: [task] };
  const slide = mount(UrgentSlide, {
    props: { sample, letters: lettersOf(screen) },
    global: { plugins: [createPinia(), createWords("de")] },
  });
  const row = slide.get<HTMLElement>("[data-task]");
  const lines = Number(row.element.style.getPropertyValue("--lines"));
  return { lines, hasAside: row.find(".line-2").exists() };
}

test("of what a rule found it is now when less time is left than it takes, and a moment where a person said until when", () => {
  const endOf = (kind: "common_cause" | "manual", actBy: number | null): string => {
    const task: WallTask = { ...first!, cause: { kind, about: [] }, actBy };
    const slide = mount(UrgentSlide, {
      props: {
        sample: { ...aWallSample(0), tasks: [task] },
        letters: lettersOf({ width: 1920, height: 1080, diagonalInch: 55, distanceM: 10 }),
      },
      global: { plugins: [createPinia(), createWords("en")] },
    });
    return slide.get(".end").text();
  };
  const past = Date.now() - 630_000;
  expect(endOf("common_cause", past)).toBe("now");
  expect(endOf("manual", past)).toBe("−10 min");
  expect(endOf("common_cause", past + 1_260_000)).toBe("10 min");
  expect(endOf("common_cause", null)).toBe("–");
});

test("the line under a title goes where the title needs its room, and stays where it does not", () => {
  const upright = { width: 1080, height: 1920, diagonalInch: 43, distanceM: 15 };
  expect(shown(upright)).toEqual({ lines: 4, hasAside: false });
  expect(shown({ ...upright, distanceM: 10 }).hasAside).toBe(true);
  const wide = { width: 1920, height: 1080, diagonalInch: 55, distanceM: 10 };
  expect(shown(wide)).toEqual({ lines: 2, hasAside: true });
});

test("where reason and truck do not fit in a line the truck stays", () => {
  const asideOn = (screen: Screen): string => {
    const truck = { carrier: "B", at: Date.UTC(2026, 10, 30, 16, 20) };
    const task: WallTask = { ...first!, code: "QC_REJECT", truck };
    const slide = mount(UrgentSlide, {
      props: { sample: { ...aWallSample(0), tasks: [task] }, letters: lettersOf(screen) },
      global: { plugins: [createPinia(), createWords("de")] },
    });
    return slide.get(".line-2").text();
  };
  const near = { width: 1920, height: 1080, diagonalInch: 55, distanceM: 10 };
  expect(asideOn(near)).toMatch(/^abgelehnt · B \d\d:\d\d$/);
  const far = { width: 1080, height: 1920, diagonalInch: 43, distanceM: 15 };
  expect(asideOn(far)).toMatch(/^B \d\d:\d\d$/);
});
