import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import ConfirmForm from "../../../client/ui/ConfirmForm.vue";

test("says what ends, and is confirmed or left, but not twice", async () => {
  const page = mount(ConfirmForm, {
    props: { done: "Delete" },
    slots: { default: "Nothing more is told." },
  });
  expect(page.get("p").text()).toBe("Nothing more is told.");
  const [cancel, confirm] = page.findAll("button");
  expect(confirm!.text()).toBe("Delete");
  await confirm!.trigger("click");
  await cancel!.trigger("click");
  expect([page.emitted("confirm"), page.emitted("cancel")]).toEqual([[[]], [[]]]);
  await page.setProps({ isBusy: true });
  expect(confirm!.attributes("disabled")).toBeDefined();
});
