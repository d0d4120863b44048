import { mount, RouterLinkStub } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test } from "vitest";
import PastBar from "../../../client/rewind/PastBar.vue";
import { usePast } from "../../../client/stores/past.ts";
import { useSession } from "../../../client/stores/session.ts";

const MINUTE = 60_000;
const AT = Date.parse("2026-11-30T14:00:00Z");

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
});

/** What the bar says of a moment, so long after the last change before it. */
function said(quietMs: number): string {
  const past = usePast();
  [past.now, past.changedAt] = [AT, AT - quietMs];
  return mount(PastBar, { global: { stubs: { RouterLink: RouterLinkStub } } }).text();
}

test("the past says when nothing was written for long: its rates of nothing are none of the floor's", () => {
  expect(said(MINUTE)).toContain("as the tower saw it then");
  expect(said(200 * MINUTE)).toContain("nothing changed here since 11:40 CET, 3 h 20 before");
});
