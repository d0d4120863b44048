import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, expect, test } from "vitest";
import { defineComponent, h, ref, withDirectives } from "vue";
import { vKeepsFocus } from "../../../client/ui/keeps-focus.ts";

const names = ref<string[]>([]);
const isOff = ref(false);
let page: VueWrapper | null = null;

/** A list of buttons between two that stay. */
const List = defineComponent({
  setup: () => () =>
    withDirectives(
      h("div", [
        h("button", "before"),
        ...names.value.map((name) => h("button", { key: name, disabled: isOff.value }, name)),
        h("input", { disabled: true }),
      ]),
      [[vKeepsFocus]],
    ),
});
function open(...shown: string[]): VueWrapper {
  names.value = shown;
  isOff.value = false;
  page = mount(List, { attachTo: document.body });
  return page;
}
afterEach(() => page?.unmount());

const focused = (): string => document.activeElement?.textContent?.trim() ?? "";
const focus = (name: string): void =>
  page
    ?.findAll<HTMLButtonElement>("button")
    .find((one) => one.text() === name)
    ?.element.focus();
async function without(...gone: string[]): Promise<void> {
  names.value = names.value.filter((name) => !gone.includes(name));
  await page?.vm.$nextTick();
}

test("a row that goes hands the keyboard to the next, the last to the one before", async () => {
  open("a", "b", "c");
  focus("b");
  await without("b");
  expect(focused()).toBe("c");
  await without("c");
  expect(focused()).toBe("a");
  await without("a");
  expect(focused()).toBe("before");
});

test("a button that was switched off while it worked and then went is followed too", async () => {
  open("a", "b");
  focus("a");
  isOff.value = true;
  await page?.vm.$nextTick();
  (document.activeElement as HTMLElement | null)?.blur();
  isOff.value = false;
  await without("a");
  expect(focused()).toBe("b");
});

test("who pointed elsewhere or went on keeps what they have", async () => {
  const { element } = open("a", "b", "c");
  focus("b");
  (document.activeElement as HTMLElement | null)?.blur();
  element.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  await without("b");
  expect(document.activeElement).toBe(document.body);
  focus("a");
  await without("c");
  expect(focused()).toBe("a");
});
