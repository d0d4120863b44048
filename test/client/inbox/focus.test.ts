import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test } from "vitest";
import InboxSelection from "../../../client/inbox/InboxSelection.vue";
import IncidentTimeline from "../../../client/inbox/IncidentTimeline.vue";
import { useSession } from "../../../client/stores/session.ts";
import { anIncident } from "./an-incident.ts";

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };
let line: HTMLElement;
let page: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: ["incidents:note"], sites, demo: false });
  line = document.createElement("div");
  line.tabIndex = 0;
  document.body.append(line);
  line.focus();
});
afterEach(() => {
  page?.unmount();
  page = null;
  line.remove();
});

async function ask(): Promise<VueWrapper> {
  const props = { ids: ["INC-7"], shown: 9, people: [], asking: "resolve" as const };
  page = mount(InboxSelection, { props, attachTo: document.body });
  await flushPromises();
  expect(document.activeElement?.tagName).toBe("SELECT");
  return page;
}

test("a question that is let be gives the focus back to the line", PATIENT, async () => {
  const asked = await ask();
  await asked.setProps({ asking: null });
  expect(document.activeElement).toBe(line);
});

test("a question takes no focus away from where somebody went meanwhile", PATIENT, async () => {
  const asked = await ask();
  const elsewhere = asked.find("button").element;
  elsewhere.focus();
  await asked.setProps({ asking: null });
  expect(document.activeElement).toBe(elsewhere);
});

test("Escape leaves a comment for the line, and what was written stays", PATIENT, async () => {
  page = mount(IncidentTimeline, {
    props: { incident: anIncident({ timeline: [] }), mayComment: true },
    attachTo: document.body,
  });
  (page.vm as unknown as { focus: () => void }).focus();
  const field = page.find("textarea");
  expect(document.activeElement).toBe(field.element);
  await field.setValue("the belt sto");
  await field.trigger("keydown", { key: "Escape" });
  expect(document.activeElement).toBe(line);
  expect(field.element.value).toBe("the belt sto");
});
