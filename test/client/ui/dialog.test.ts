import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { h, nextTick, ref } from "vue";
import Dialog from "../../../client/ui/Dialog.vue";

const isOpen = ref(false);
let page: VueWrapper;

/** A menu that goes away with what it asks for, as those of the lists do. */
async function openFromMenu(isOnce = false): Promise<void> {
  page = mount(
    () => [
      h("button", { id: "more" }, "More"),
      h("div", { role: "menu", "aria-labelledby": "more", class: "menu" }, [
        h("button", { role: "menuitem" }, "Change"),
      ]),
      h(
        Dialog,
        {
          open: isOpen.value,
          "onUpdate:open": (is: boolean) => (isOpen.value = is),
          title: "Change",
          isOnce,
        },
        () => h("form", [h("input", { name: "name" })]),
      ),
    ],
    { attachTo: document.body },
  );
  page.get<HTMLElement>("[role=menuitem]").element.focus();
  isOpen.value = true;
  await nextTick();
  page.get(".menu").element.remove();
  await settled();
}
/** Its focus moves by timers of no time at all. */
const settled = () => new Promise((done) => setTimeout(done, 20));
const dialog = () => document.querySelector<HTMLElement>("[role=dialog]");
async function press(key: string): Promise<void> {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
  await settled();
}
async function pointBeside(): Promise<void> {
  document.body.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, cancelable: true }));
  document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  await settled();
}

beforeEach(() => {
  isOpen.value = false;
});
afterEach(() => page.unmount());

test("a form begins at its first field", async () => {
  await openFromMenu();
  await vi.waitFor(() => expect(document.activeElement?.getAttribute("name")).toBe("name"));
});

test("the keyboard comes back to the button of the menu that asked", async () => {
  await openFromMenu();
  await press("Escape");
  await vi.waitFor(() => expect(document.activeElement?.id).toBe("more"));
  expect(dialog()).toBeNull();
});

test("a slip beside it throws nothing away that was typed", async () => {
  await openFromMenu();
  dialog()
    ?.querySelector("input")
    ?.dispatchEvent(new Event("input", { bubbles: true }));
  await pointBeside();
  expect(isOpen.value).toBe(true);
  await press("Escape");
  expect(isOpen.value).toBe(false);
});

test("untouched it closes by a click beside it", async () => {
  await openFromMenu();
  await pointBeside();
  await vi.waitFor(() => expect(isOpen.value).toBe(false));
});

test("what is shown once is closed by nothing but its own buttons", async () => {
  await openFromMenu(true);
  await press("Escape");
  await pointBeside();
  expect(isOpen.value).toBe(true);
});
