import { describe, expect, test } from "vitest";
import { onDuty } from "../../../domain/incidents/duty.ts";
import type { DutySchedule } from "../../../domain/incidents/policies.ts";
import { passTime } from "../../../domain/incidents/pass-time.ts";
import { aSite, clock } from "../../support/builders.ts";
import { aLadder, anIncident, aRulebook } from "./fixtures.ts";

const site = aSite({
  timeZone: "UTC",
  shifts: [
    { name: "early", days: [1, 2, 3, 4, 5], from: "06:00", to: "14:00" },
    { name: "night", days: [1, 2, 3, 4, 5], from: "22:00", to: "06:00" },
  ],
  closures: [{ date: "2026-02-13" }],
});
const WEEK = [1, 2, 3, 4, 5];
const aSchedule = (more: Partial<DutySchedule>): DutySchedule => ({
  id: "leads",
  name: "Leads",
  turns: [],
  ...more,
});
const at = (schedule: DutySchedule, time: string) => onDuty(schedule, site, clock(time));

describe("duty", () => {
  const early = aSchedule({ turns: [{ days: WEEK, shift: "early", people: ["petra"] }] });

  test("is by a shift of the site, from its beginning to its end", () => {
    expect(at(early, "5:59")).toEqual({ by: "nobody" });
    expect(at(early, "6:00")).toEqual({ by: "turn", people: ["petra"] });
    expect(at(early, "13:59")).toEqual({ by: "turn", people: ["petra"] });
    expect(at(early, "14:00")).toEqual({ by: "nobody" });
  });

  test("by a shift follows it through the week: its other hours on other days, none where it does not run", () => {
    const shifts = [
      { name: "early", days: WEEK, from: "06:00", to: "14:00" },
      { name: "late", days: WEEK, from: "14:00", to: "22:00" },
      { name: "early", days: [6], from: "08:00", to: "13:00" },
    ];
    const special = { "2026-02-11": [{ from: "06:00", to: "10:00" }], "2026-02-12": [] };
    const odd = aSite({ timeZone: "UTC", shifts, special });
    const days = [1, 2, 3, 4, 5, 6, 7];
    const turns = [
      { days, shift: "early", people: ["petra"] },
      { days, shift: "late", people: ["omar"] },
    ];
    const who = (time: string) => {
      const duty = onDuty(aSchedule({ turns }), odd, Date.parse(`2026-02-${time}:00Z`));
      return "people" in duty ? duty.people[0] : null;
    };
    expect([who("14T07:59"), who("14T08:00"), who("14T13:00"), who("14T15:00")]).toEqual([
      null,
      "petra",
      null,
      null,
    ]);
    expect([who("12T09:00"), who("12T15:00")]).toEqual([null, null]);
    expect([who("11T07:00"), who("11T15:00")]).toEqual(["petra", "omar"]);
    expect([who("13T07:00"), who("13T15:00"), who("15T09:00")]).toEqual(["petra", "omar", null]);
  });

  test("by a shift that a special day names is held at that day's hours", () => {
    const shifts = [{ name: "early", days: WEEK, from: "06:00", to: "14:00" }];
    const special = { "2026-02-11": [{ name: "early", from: "04:00", to: "10:00" }] };
    const odd = aSite({ timeZone: "UTC", shifts, special });
    const who = (time: string) => onDuty(early, odd, Date.parse(`2026-02-11T${time}:00Z`)).by;
    expect([who("05:00"), who("09:59"), who("11:00")]).toEqual(["turn", "turn", "nobody"]);
  });

  test("over midnight belongs to the day it began on", () => {
    const night = aSchedule({ turns: [{ days: [3], shift: "night", people: ["omar"] }] });
    expect(at(night, "5:00")).toEqual({ by: "nobody" });
    expect(at(night, "23:00")).toEqual({ by: "turn", people: ["omar"] });
    expect(at(night, "29:59")).toEqual({ by: "turn", people: ["omar"] });
    expect(at(night, "30:00")).toEqual({ by: "nobody" });
  });

  test("by the hours of a day, of several at once", () => {
    const both = aSchedule({
      turns: [
        { days: [3], from: "08:00", to: "12:00", people: ["petra"] },
        { days: [3], from: "10:00", to: "18:00", people: ["omar"] },
        { days: [3], people: ["lena"] },
      ],
    });
    expect(at(both, "11:00")).toEqual({ by: "turn", people: ["petra", "omar", "lena"] });
    expect(at(both, "20:00")).toEqual({ by: "turn", people: ["lena"] });
  });

  test("rotates by weeks, from the week it says, backwards as well", () => {
    const people = ["petra", "omar", "lena"];
    const turns = [{ days: WEEK, shift: "early", people, rotateFrom: "2026-02-11" }];
    const rotating = aSchedule({ turns });
    const names = [-7, 0, 7, 14, 21].map((days) => at(rotating, `${days * 24 + 9}:00`));
    expect(names.map((duty) => "people" in duty && duty.people[0])).toEqual([
      "lena",
      "petra",
      "omar",
      "lena",
      "petra",
    ]);
  });

  test("has nobody on a day on which the site is closed, and its role then", () => {
    expect(at(early, "57:00")).toEqual({ by: "nobody" });
    expect(at({ ...early, role: "lead" }, "57:00")).toEqual({ by: "role", role: "lead" });
  });

  test("somebody else stands in for a while; the last one written counts", () => {
    const overrides = [
      { from: "2026-02-11T09:00:00Z", to: "2026-02-11T12:00:00Z", person: "omar" },
      { from: "2026-02-11T10:00:00Z", to: "2026-02-11T11:00:00Z", person: "lena" },
    ];
    const replaced = { ...early, overrides };
    const names = ["8:59", "9:00", "10:00", "11:00", "12:00"].map((time) => at(replaced, time));
    expect(names.map((duty) => "people" in duty && duty.people[0])).toEqual([
      "petra",
      "omar",
      "lena",
      "omar",
      "petra",
    ]);
  });
});

describe("a step for whoever is on duty", () => {
  const [first, second] = aLadder([0, 30]).steps;
  const steps = [{ ...first!, targets: [{ to: "duty" as const, schedule: "leads" }] }, second!];
  const reached = (schedule: DutySchedule) => {
    const more = { ladders: [aLadder([0], { steps })], schedules: [schedule] };
    const book = aRulebook(more, { shifts: site.shifts, timeZone: "UTC" });
    const told = passTime(anIncident({}, book), book, clock("9:00"));
    return { fired: told?.incident.ladder?.fired[0], notice: told?.notices[0] };
  };

  test("reaches them by name", () => {
    const turns = [{ days: WEEK, shift: "early", people: ["petra"] }];
    const { fired, notice } = reached(aSchedule({ turns }));
    expect(fired).toMatchObject({ targets: ["Leads: petra"], people: ["petra"] });
    expect(notice?.people).toEqual(["petra"]);
  });

  test("goes to the role where nobody is, and to the next step's where there is none, and says so", () => {
    const { notice } = reached(aSchedule({ role: "lead" }));
    expect(notice?.targets).toContainEqual({ to: "role", role: "lead" });
    expect(reached(aSchedule({})).fired?.targets).toEqual([
      "Leads: nobody is on duty",
      "shift leads",
    ]);
  });
});
