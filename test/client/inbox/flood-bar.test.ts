import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test } from "vitest";
import type { AlarmLoad } from "../../../domain/contract/alarms.ts";
import FloodBar from "../../../client/inbox/FloodBar.vue";
import { useSession } from "../../../client/stores/session.ts";
import { withInstants } from "../../../client/realtime/instants.ts";

const answer = (floodSince: string | null) => ({
  site: "BER1",
  at: "2026-11-27T14:01:00.000Z",
  budget: { per10Min: 1, floodAbove: 10 },
  own: {
    person: "ana",
    last10Min: 14,
    lastHour: 14,
    floodedWindows: 1,
    windows: 144,
    perHour: [],
    state: floodSince === null ? "ok" : "flood",
    floodSince,
    words: "Flood: 14 in 10 minutes, 14 in an hour.",
  },
});

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
});
const bar = (floodSince: string | null) =>
  mount(FloodBar, { props: { load: withInstants(answer(floodSince)) as AlarmLoad } }).text();

test("says since when there is a flood, and nothing while there is none", () => {
  expect(bar("2026-11-27T14:00:00.000Z")).toMatch(/^Flood since .*15:00.*14 in 10 minutes/);
  expect(bar(null)).toBe("");
});
