import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, expect, test } from "vitest";
import Button from "../../../client/ui/Button.vue";

let button: VueWrapper | null = null;
let other: HTMLElement | null = null;
afterEach(() => {
  button?.unmount();
  other?.remove();
});

/** What a browser does with the focus of a button that is disabled; this DOM leaves it there. */
function loseFocus(): void {
  const passing = document.createElement("input");
  document.body.append(passing);
  passing.focus();
  passing.remove();
  expect(document.activeElement).toBe(document.body);
}

async function pressed(): Promise<VueWrapper> {
  button = mount(Button, { attachTo: document.body });
  (button.element as HTMLElement).focus();
  await button.setProps({ disabled: true });
  loseFocus();
  return button;
}

test("a button that waited for an answer has the focus again", async () => {
  const waited = await pressed();
  await waited.setProps({ disabled: false });
  expect(document.activeElement).toBe(waited.element);
});

test("it does not call back who went elsewhere, nor who never was there", async () => {
  const waited = await pressed();
  other = document.createElement("input");
  document.body.append(other);
  other.focus();
  await waited.setProps({ disabled: false });
  expect(document.activeElement).toBe(other);
  await waited.setProps({ disabled: true });
  loseFocus();
  await waited.setProps({ disabled: false });
  expect(document.activeElement).toBe(document.body);
});
