import { mount } from "@vue/test-utils";
import { defineComponent, h, nextTick, ref, useTemplateRef } from "vue";
import { afterEach, expect, test, vi } from "vitest";
import { useBottomBar } from "../../../client/ui/useBottomBar.ts";

afterEach(() => vi.restoreAllMocks());

const heightSaid = () => document.documentElement.style.getPropertyValue("--bottom-bar");

test("a bar at the bottom says how high it is while it is there, so that toasts stand above it", async () => {
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(57);
  const isThere = ref(true);
  const Bar = defineComponent(() => {
    useBottomBar(useTemplateRef<HTMLElement>("bar"));
    return () => (isThere.value ? h("section", { ref: "bar" }) : null);
  });
  const page = mount(Bar, { attachTo: document.body });
  await nextTick();
  expect(heightSaid()).toBe("57px");
  isThere.value = false;
  await nextTick();
  expect(heightSaid()).toBe("0px");
  page.unmount();
  expect(heightSaid()).toBe("");
});
