import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import IncidentTimeline from "../../../client/inbox/IncidentTimeline.vue";
import { useSession } from "../../../client/stores/session.ts";
import { anIncident, NOW } from "./an-incident.ts";

test("who did something stands a word apart from what they did", () => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
  const entry = { at: NOW, kind: "acknowledged", by: "ana", words: "acknowledged" };
  const incident = anIncident({ timeline: [entry] } as never);
  const page = mount(IncidentTimeline, { props: { incident, mayComment: false } });
  expect(page.find("li").text()).toContain("ana acknowledged");
  page.unmount();
});
