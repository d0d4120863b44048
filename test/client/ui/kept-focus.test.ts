import { mount } from "@vue/test-utils";
import { defineComponent, h, nextTick, ref, useTemplateRef } from "vue";
import { expect, test } from "vitest";
import { useKeptFocus } from "../../../client/ui/useKeptFocus.ts";

const lines = ref<string[]>([]);
let asked = 0;
const List = defineComponent(() => {
  const list = useTemplateRef<HTMLElement>("list");
  useKeptFocus(
    list,
    () => lines.value,
    () => (asked += 1),
  );
  return () => [
    h(
      "div",
      { ref: "list" },
      lines.value.map((id) => h("p", { key: id, id, tabindex: 0 }, id)),
    ),
    h("button", { id: "elsewhere" }),
  ];
});
const focus = (id: string) => document.getElementById(id)?.focus();

test("the keyboard is told where to go when its line has gone, and only then", async () => {
  lines.value = ["a", "b", "c"];
  const page = mount(List, { attachTo: document.body });
  focus("b");
  lines.value = ["b", "c"];
  await nextTick();
  expect(asked).toBe(0);
  lines.value = ["c"];
  await nextTick();
  await nextTick();
  expect(asked).toBe(1);
  focus("elsewhere");
  lines.value = [];
  await nextTick();
  await nextTick();
  expect(asked).toBe(1);
  page.unmount();
});
