import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import ActionForm from "../../../client/order/ActionForm.vue";
import { spec, text, type ActionSpec } from "../../../client/order/action-spec.ts";
import { useSession } from "../../../client/stores/session.ts";

let asked: string[];
let form: VueWrapper;

beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json({ items: [{ name: "ana", mayOwn: true }, { name: "bo" }] });
  });
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "lea", permissions: ["people:read"], sites, demo: false });
});
afterEach(() => {
  form.unmount();
  vi.unstubAllGlobals();
});

async function open(action: ActionSpec): Promise<void> {
  form = mount(ActionForm, { props: { spec: action }, attachTo: document.body });
  await flushPromises();
}
const ASSIGN = spec("assign", "Assign", "C", [text("assignee", "To whom", true)]);

test("who an order may go to is offered, and a name that is nobody's is told", async () => {
  await open(ASSIGN);
  expect(form.findAll("option").map((one) => one.attributes("value"))).toEqual(["ana", "bo"]);
  await form.get("input").setValue("bob");
  expect(form.get("[role=status]").text()).toBe("Nobody here is called bob.");
  await form.get("input").setValue("lea");
  expect(form.find("[role=status]").exists()).toBe(false);
  await form.get("input").setValue(" bo ");
  expect(form.find("[role=status]").exists()).toBe(false);
});

test("a form that asks for nobody reads no people", async () => {
  await open(spec("release", "Release", null, [text("reason", "Why")]));
  expect(asked).toEqual([]);
  expect(form.find("datalist").exists()).toBe(false);
});
