import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { nextTick } from "vue";
import { expect, test } from "vitest";
import GroupHead from "../../../client/board/GroupHead.vue";
import { groupRows, GROUPS, isGroup } from "../../../client/stores/board-groups.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { anIncident } from "../inbox/an-incident.ts";
import { aRow } from "../../support/board-rows.ts";

test("the head of a cause says the title of its incident as soon as that is known, and how many are in danger", async () => {
  setActivePinia(createPinia());
  const rows = [
    aRow({ id: "a", sev: "late", incident: "INC-7" }),
    aRow({ id: "b", sev: "at_risk", incident: "INC-7" }),
  ];
  const [group] = groupRows(rows, GROUPS.cause, () => false).entries;
  if (group === undefined || !isGroup(group)) throw new Error("no group");
  const head = mount(GroupHead, { props: { group, isActive: false } });
  expect(head.text()).toContain("INC-7");
  useIncidents().load([anIncident({ id: "INC-7", title: "Carton L is out at P3" })], 1);
  await nextTick();
  expect(head.text()).toContain("Carton L is out at P3 (INC-7)");
  expect(head.findAll(".chip").map((chip) => chip.text().replaceAll(/\s+/g, " "))).toEqual([
    "▲ 1 late",
    "◆ 1 at risk",
  ]);
});
