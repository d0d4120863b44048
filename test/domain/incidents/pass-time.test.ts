import fc from "fast-check";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { applyAction } from "../../../domain/incidents/act.ts";
import type { Acted } from "../../../domain/incidents/acted.ts";
import { Incident, nextMomentOf } from "../../../domain/incidents/incident.ts";
import { begunAnew, ladderOf, timed, waitMs } from "../../../domain/incidents/ladder.ts";
import { passTime } from "../../../domain/incidents/pass-time.ts";
import { DEFAULT_LADDER, type Ladder, type Policies } from "../../../domain/incidents/policies.ts";
import type { Rulebook } from "../../../domain/incidents/rulebook.ts";
import type { Told } from "../../../domain/incidents/telling.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";
import { aLadder, ALWAYS_OPEN, anAction, anIncident, aRulebook, PLAIN_LADDER } from "./fixtures.ts";

const NINE = clock("9:00");

/** Everything that happens until `end`, looked at every `stepMs`. */
function run(from: Incident, book: Rulebook, end: number, stepMs = 30_000) {
  let incident = from;
  const told: Told[] = [];
  for (let now = from.openedAt; now <= end; now += stepMs)
    for (let next = passTime(incident, book, now); next; next = passTime(incident, book, now)) {
      incident = next.incident;
      told.push(next);
    }
  return { incident, told, fired: incident.ladder?.fired ?? [] };
}
const minutesOf = ({ fired }: ReturnType<typeof run>): number[] =>
  fired.map(({ firedAt }) => (firedAt - NINE) / MINUTE_MS);
const withLadder = (ladder: Ladder, more: Partial<Policies> = {}, site = ALWAYS_OPEN) =>
  aRulebook({ ladders: [ladder], ...more }, site);

describe("which ladder", () => {
  test("the first that fits its kind and severity; none is none", () => {
    const grave = aLadder([1], { id: "grave", severities: ["S1"] });
    const damage = aLadder([1], { id: "damage", kinds: ["damage"] });
    const ladders = [grave, damage, aLadder([1], { id: "rest", kinds: ["order_delay"] })];
    const of = (more: Partial<Incident>) => ladderOf({ rules: [], ladders }, anIncident(more))?.id;
    expect(of({ severity: "S1" })).toBe("grave");
    expect(of({ kind: "damage" })).toBe("damage");
    expect(of({})).toBe("rest");
    expect(of({ kind: "no_scan" })).toBeUndefined();
  });
});

describe("how long a step waits", () => {
  const share = { slackShare: 0.25, atLeastMin: 3, atMostMin: 15 };
  test.each([
    ["minutes as they are", { minutes: 10 }, 240, 10],
    ["a share of the slack", share, 40, 10],
    ["at most so long", share, 240, 15],
    ["at least so long", share, 8, 3],
    ["at least so long when nothing is left", share, -10, 3],
    ["without a promise as for half an hour, within its bounds", share, null, 15],
    ["without a promise and bounds half an hour", { slackShare: 0.5, atLeastMin: 3 }, null, 30],
    ["near the cut-off half of what is left", { minutes: 30 }, 20, 10],
    ["but two minutes at least", { minutes: 30 }, 3, 2],
    ["and no longer than it says", { minutes: 1 }, 0.5, 1],
  ])("%s", (_name, wait, slack, expected) => {
    const actBy = slack === null ? null : NINE + slack * MINUTE_MS;
    expect(waitMs(wait, actBy, NINE)).toBe(expected * MINUTE_MS);
  });
});

describe("a ladder", () => {
  test("takes its steps when they fall due, each counted from the one before", () => {
    const ran = run(
      anIncident({}, withLadder(aLadder([0, 10, 5]))),
      withLadder(aLadder([0, 10, 5])),
      clock("12:00"),
    );
    expect(minutesOf(ran)).toEqual([0, 10, 15]);
    expect(
      ran.told.flatMap(({ notices }) => notices.map(({ step, targets }) => [step, targets])),
    ).toEqual([
      [0, [{ to: "role", role: "coordinator" }]],
      [1, [{ to: "role", role: "lead" }]],
      [2, [{ to: "role", role: "admin" }]],
    ]);
    expect(ran.incident.ladder).toMatchObject({ nextAt: null, waits: "every step was taken" });
  });

  test("is climbed again as often as it says, not at once after its last step", () => {
    const book = withLadder(aLadder([0, 10], { repeat: 2 }));
    const ran = run(anIncident({}, book), book, clock("13:00"));
    expect(minutesOf(ran)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(ran.fired.map(({ round, step }) => `${round}.${step}`)).toEqual([
      "0.0",
      "0.1",
      "1.0",
      "1.1",
      "2.0",
      "2.1",
    ]);
  });

  test("the default one speeds up as the cut-off comes near", () => {
    const book = aRulebook({ ladders: [PLAIN_LADDER] });
    const soon = run(anIncident({ actBy: clock("9:20") }, book), book, clock("9:20"));
    expect(minutesOf(soon).slice(0, 4)).toEqual([0, 5, 9, 12]);
    const calm = run(anIncident({ actBy: clock("17:00") }, book), book, clock("17:00"));
    expect(minutesOf(calm).slice(0, 2)).toEqual([0, 15]);
    expect(minutesOf(calm)[2]).toBeGreaterThan(120);
  });

  test("keeps the version it began under when its policies are edited", () => {
    const [old, edited] = [withLadder(aLadder([0, 10])), withLadder(aLadder([0, 60]))];
    const both: Rulebook = { ...edited, version: 2, of: (v) => (v === 1 ? old : edited).policies };
    expect(minutesOf(run(anIncident({}, old), both, clock("12:00")))).toEqual([0, 10]);
    const anew = begunAnew(anIncident({}, old), both, NINE);
    expect(anew.ladder?.version).toBe(2);
    expect(run(anew, both, clock("12:00")).fired.map(({ firedAt }) => firedAt)).toEqual([
      NINE,
      clock("10:00"),
    ]);
  });

  test("begins anew as another generation; what was fired before is kept", () => {
    const book = withLadder(aLadder([0, 10]));
    const { incident } = run(anIncident({}, book), book, clock("9:05"));
    const anew = begunAnew(incident, book, clock("9:06"));
    expect(anew).toMatchObject({ generation: 2, ladder: { step: 0, nextAt: clock("9:06") } });
    const { fired } = run(anew, book, clock("10:00"));
    expect(fired.map(({ generation, step }) => `${generation}.${step}`)).toEqual([
      "1.0",
      "2.0",
      "2.1",
    ]);
  });

  test("names each firing for good: two who fire the same step tell the same notice", () => {
    const book = withLadder(aLadder([0]));
    const [a, b] = [
      passTime(anIncident({}, book), book, NINE),
      passTime(anIncident({}, book), book, NINE + 500),
    ];
    expect(a?.notices[0]?.id).toBe(b?.notices[0]?.id);
    expect(a?.effects[0]?.id).toBe(b?.effects[0]?.id);
  });
});

describe("an acknowledgement", () => {
  const book = withLadder(aLadder([5, 10], { repeat: 1 }));
  const ack = (incident: Incident, at: number, until: number, rules = book): Incident => {
    const acted = applyAction(
      incident,
      anAction("incident.acknowledged", { until }, { at }),
      rules,
      at,
    );
    if (acted.is !== "done") throw new Error("refused");
    return acted.incident;
  };

  test("before a step falls due stops it", () => {
    const incident = ack(anIncident({}, book), clock("9:04"), clock("11:00"));
    expect(run(incident, book, clock("10:59")).fired).toEqual([]);
  });

  test("ends: nobody owns it, the name is kept, it rings anew", () => {
    const incident = ack(anIncident({}, book), clock("9:04"), clock("10:00"));
    const { incident: after, told, fired } = run(incident, book, clock("10:05"));
    expect(after).toMatchObject({ state: "open", owner: null, ackUntil: null, generation: 2 });
    expect(told[0]?.notices).toMatchObject([{ why: "ack-expired", people: ["petra"] }]);
    expect(after.timeline.map(({ words }) => words).join()).toContain("petra had it until now");
    expect(fired.map(({ firedAt }) => firedAt)).toEqual([clock("10:05")]);
  });

  test("whose owner does nothing rings anew, and stays theirs until they do something", () => {
    const rules = withLadder(aLadder([0, 10], { reEscalateAfterInactivityMin: 30 }));
    const incident = ack(anIncident({}, rules), clock("9:00"), clock("12:00"), rules);
    const idle = run(incident, rules, clock("9:35"));
    expect(idle.incident).toMatchObject({
      state: "acknowledged",
      owner: "petra",
      ladder: { idle: true },
    });
    expect(minutesOf(idle)).toEqual([30]);
    const said = applyAction(
      idle.incident,
      anAction("incident.commented", { text: "on it" }, { at: clock("9:36") }),
      rules,
      clock("9:36"),
    );
    if (said.is !== "done") throw new Error("refused");
    expect(minutesOf(run(said.incident, rules, clock("10:00")))).toEqual([30]);
    expect(minutesOf(run(said.incident, rules, clock("10:07")))).toEqual([30, 66]);
  });

  test("does not stop steps that only a resolution stops", () => {
    const [first, second] = aLadder([5, 10]).steps;
    const ladder = aLadder([5], { steps: [first!, { ...second!, stopOn: "resolve" }] });
    const rules = withLadder(ladder);
    const incident = ack(anIncident({}, rules), clock("9:02"), clock("12:00"), rules);
    expect(run(incident, rules, clock("11:00")).fired).toMatchObject([
      { step: 1, firedAt: clock("9:10") },
    ]);
  });

  test("leaves the others of a step to be told again where it says so", () => {
    const [first] = aLadder([5]).steps;
    const rules = withLadder(aLadder([5], { steps: [{ ...first!, multiAck: true }], repeat: 1 }));
    const { incident } = run(anIncident({}, rules), rules, clock("9:05"));
    const owned = ack(incident, clock("9:06"), clock("12:00"), rules);
    const { fired, told } = run(owned, rules, clock("9:30"));
    expect(fired.map(({ round }) => round)).toEqual([0, 1]);
    expect(told[0]?.notices[0]?.multiAck).toBe(true);
  });
});

test("a shelf ends at its moment, and it rings anew", () => {
  const book = withLadder(aLadder([5]));
  const data = { reason: "waits for stock", until: clock("10:00") };
  const acted = applyAction(
    anIncident({}, book),
    anAction("incident.shelved", data),
    book,
    clock("9:01"),
  );
  if (acted.is !== "done") throw new Error("refused");
  const { incident, told, fired } = run(acted.incident, book, clock("10:05"));
  expect(incident).toMatchObject({ state: "open", shelved: null, generation: 2 });
  expect(told[0]?.notices).toMatchObject([{ why: "returned", people: ["petra"] }]);
  expect(fired).toMatchObject([{ firedAt: clock("10:05"), generation: 2 }]);
});

describe("after a downtime", () => {
  const book = withLadder(aLadder([0, 10, 5]));
  test("a step that fell due long ago is taken once, said to be late, and the next counts from then", () => {
    const told = passTime(anIncident({}, book), book, clock("15:00"));
    expect(told?.incident.ladder?.fired).toMatchObject([
      { step: 0, late: true, firedAt: clock("15:00") },
    ]);
    expect(told?.notices[0]?.group).toBe(`late-${clock("15:00") / MINUTE_MS}`);
    expect(told?.incident.ladder?.nextAt).toBe(clock("15:10"));
    expect(passTime(told!.incident, book, clock("15:00"))).toBeNull();
  });

  test("what ended before the step fell due comes first", () => {
    const incident = anIncident(
      { state: "acknowledged", owner: "petra", ackUntil: clock("9:30") },
      book,
    );
    expect(passTime(incident, book, clock("15:00"))?.incident.owner).toBeNull();
  });
});

describe("hours", () => {
  const shifts = [{ name: "day", days: [1, 2, 3, 4, 5], from: "08:00", to: "16:00" }];
  const site = { shifts, timeZone: "UTC" };

  test("held until the site opens: in the morning, not in the night", () => {
    const book = withLadder(aLadder([0, 60], { offHours: "hold_until_open" }), {}, site);
    const incident = anIncident({ openedAt: clock("15:30"), actBy: null }, book);
    const { fired } = run(incident, book, clock("48:00"), 10 * MINUTE_MS);
    expect(fired.map(({ firedAt }) => firedAt)).toEqual([clock("15:30"), clock("32:00")]);
    expect(incident.ladder?.nextAt).toBe(clock("15:30"));
    const held = passTime(incident, book, clock("15:30"))?.incident.ladder;
    expect(held?.waits).toBe("the site is closed until Thu 12 Feb 08:00 UTC");
  });

  test("a break is no closing time", () => {
    const rested = [{ ...shifts[0]!, breaks: [{ from: "12:00", to: "13:00" }] }];
    const book = withLadder(
      aLadder([0], { offHours: "hold_until_open" }),
      {},
      { ...site, shifts: rested },
    );
    expect(anIncident({ openedAt: clock("12:30") }, book).ladder?.nextAt).toBe(clock("12:30"));
  });

  test("outside them the next role is told as well, where the ladder says so", () => {
    const book = withLadder(aLadder([0, 60], { offHours: "next_role" }), {}, site);
    const incident = anIncident({ openedAt: clock("20:00"), actBy: null }, book);
    expect(run(incident, book, clock("20:00")).fired[0]?.targets).toEqual([
      "coordinators",
      "shift leads",
    ]);
    const atWork = anIncident({ openedAt: clock("10:00"), actBy: null }, book);
    expect(run(atWork, book, clock("10:00")).fired[0]?.targets).toEqual(["coordinators"]);
  });

  test("planned work holds back what it names, and it goes on afterwards", () => {
    const maintenance = [
      {
        id: "m",
        from: "2026-02-11T09:00:00Z",
        to: "2026-02-11T10:00:00Z",
        reason: "belt",
        kinds: ["order_delay" as const],
      },
    ];
    const book = withLadder(aLadder([0]), { maintenance });
    const incident = anIncident({}, book);
    expect(incident.ladder).toMatchObject({ nextAt: clock("10:00") });
    expect(incident.ladder?.waits).toContain("planned work");
    expect(anIncident({ kind: "damage" }, book).ladder?.nextAt).toBe(NINE);
    // entered after the ladder began: the sweep finds that it is not due
    const before = anIncident({}, withLadder(aLadder([0])));
    expect(passTime(before, book, NINE)).toBeNull();
    expect(nextMomentOf(timed(before, book))).toBe(clock("10:00"));
  });

  test("planned work that ends while the site is closed, and again planned work in the morning: both are waited for", () => {
    const maintenance = [
      { id: "a", from: "2026-02-11T15:00:00Z", to: "2026-02-11T17:00:00Z", reason: "belt" },
      { id: "b", from: "2026-02-12T07:00:00Z", to: "2026-02-12T09:00:00Z", reason: "belt" },
    ];
    const book = withLadder(aLadder([0], { offHours: "hold_until_open" }), { maintenance }, site);
    expect(anIncident({ openedAt: clock("15:30") }, book).ladder?.nextAt).toBe(clock("33:00"));
  });
});

describe("a condition", () => {
  const conditional = (condition: NonNullable<Ladder["steps"][number]["condition"]>) => {
    const [first, second] = aLadder([0, 5]).steps;
    return aLadder([0], { steps: [{ ...first!, condition }, second!] });
  };
  test.each([
    ["days", { days: [3] }, {}, true],
    ["other days", { days: [4] }, {}, false],
    ["hours", { from: "09:00", to: "17:00" }, {}, true],
    ["other hours", { from: "10:00", to: "17:00" }, {}, false],
    ["hours over midnight", { from: "22:00", to: "09:01" }, {}, true],
    ["hours over midnight of the day before", { days: [2], from: "22:00", to: "09:01" }, {}, true],
    ["severities", { severities: ["S4" as const] }, {}, true],
    ["other severities", { severities: ["S1" as const] }, {}, false],
    ["little time to act", { minutesToActBy: 240 }, {}, true],
    ["more time to act", { minutesToActBy: 239 }, {}, false],
    ["no time to act by", { minutesToActBy: 1_000 }, { actBy: null }, false],
    ["value", { minimumValue: 80 }, {}, true],
    ["less value", { minimumValue: 81 }, {}, false],
    ["unknown value", { minimumValue: 1 }, { valueAtStake: null }, false],
    ["a tier", { tiers: ["vip"] }, { tiers: ["vip", "standard"] }, true],
    ["another tier", { tiers: ["vip"] }, {}, false],
    ["many at once", { countInWindow: { count: 3, minutes: 10 } }, {}, true],
    ["not so many", { countInWindow: { count: 4, minutes: 10 } }, {}, false],
  ])("%s", (_name, condition, more, holds) => {
    const rest = { openedSince: (at: number) => (at === NINE - 10 * MINUTE_MS ? 3 : 0) };
    const site = { ...ALWAYS_OPEN, timeZone: "UTC" };
    const book = aRulebook({ ladders: [conditional(condition)] }, site, rest);
    const { incident, fired } = run(anIncident(more, book), book, clock("9:05"));
    expect(fired.map(({ step }) => step)).toEqual(holds ? [0, 1] : [1]);
    expect(incident.ladder?.passedOver?.map(({ step }) => step) ?? []).toEqual(holds ? [] : [0]);
    if (!holds) expect(JSON.stringify(incident.timeline)).toContain("step 1 told nobody");
  });

  test("is in the site's own time, also in the night of a clock change", () => {
    const site = { ...ALWAYS_OPEN, timeZone: "Europe/Berlin" };
    const book = aRulebook({ ladders: [conditional({ from: "01:30", to: "03:30" })] }, site);
    const holdsAt = (at: string) => {
      const openedAt = Date.parse(at);
      const told = passTime(anIncident({ openedAt, actBy: null }, book), book, openedAt);
      return told?.notices.length === 1;
    };
    // on 29 March the clock goes from 02:00 to 03:00: half past one is an hour before half past three
    expect(holdsAt("2026-03-29T00:29:00Z")).toBe(false);
    expect(holdsAt("2026-03-29T00:30:00Z")).toBe(true);
    expect(holdsAt("2026-03-29T01:29:00Z")).toBe(true);
    expect(holdsAt("2026-03-29T01:30:00Z")).toBe(false);
    // on 25 October it goes back: the window is three hours long
    expect(holdsAt("2026-10-24T23:30:00Z")).toBe(true);
    expect(holdsAt("2026-10-25T02:29:00Z")).toBe(true);
    expect(holdsAt("2026-10-25T02:30:00Z")).toBe(false);
  });
});

const anyLadder = fc
  .record({
    waits: fc.array(
      fc.oneof(
        fc.record({ minutes: fc.integer({ min: 0, max: 90 }) }),
        fc.record({
          slackShare: fc.constantFrom(0.05, 0.25, 0.5, 1),
          atLeastMin: fc.integer({ min: 1, max: 20 }),
        }),
      ),
      { minLength: 1, maxLength: 5 },
    ),
    stops: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    repeat: fc.integer({ min: 0, max: 3 }),
    offHours: fc.constantFrom(
      "continue" as const,
      "hold_until_open" as const,
      "next_role" as const,
    ),
    inactivity: fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined }),
  })
  .map(({ waits, stops, repeat, offHours, inactivity }): Ladder => {
    const base = aLadder(waits.map(() => 0));
    const steps = base.steps.map((step, at) => ({
      ...step,
      wait: waits[at]!,
      ...(stops[at] === true && { stopOn: "resolve" as const }),
    }));
    const idle = inactivity === undefined ? {} : { reEscalateAfterInactivityMin: inactivity };
    return { ...base, steps, repeat, offHours, ...idle };
  });

const keyOf = ({ generation, round, step }: { generation: number; round: number; step: number }) =>
  `${generation}.${round}.${step}`;

const shifts = [{ name: "day", days: [1, 2, 3, 4, 5], from: "06:00", to: "22:00" }];

test("however time is stepped, nothing is fired twice, early, or forgotten", () => {
  const looks = fc.array(fc.integer({ min: 1, max: 90 * 60_000 }), { minLength: 5, maxLength: 60 });
  const actBy = fc.option(fc.integer({ min: -60, max: 900 }), { nil: null });
  fc.assert(
    fc.property(anyLadder, looks, actBy, (ladder, steps, slack) => {
      const book = withLadder(ladder, {}, { shifts });
      const opened = { openedAt: NINE, actBy: slack === null ? null : NINE + slack * MINUTE_MS };
      let incident = anIncident(opened, book);
      let now = NINE;
      for (const ms of steps) {
        now += ms;
        for (;;) {
          const dueAt = nextMomentOf(incident);
          const told = passTime(incident, book, now);
          // what is due is taken, and nothing else is
          expect(told !== null).toBe(dueAt !== null && dueAt <= now);
          if (told === null) break;
          incident = told.incident;
        }
        expect(nextMomentOf(incident) ?? Infinity).toBeGreaterThan(now);
      }
      expect(Value.Errors(Incident, incident)).toEqual([]);
      const fired = incident.ladder?.fired ?? [];
      expect(new Set(fired.map(keyOf)).size).toBe(fired.length);
      for (const one of fired) expect(one.firedAt).toBeGreaterThanOrEqual(one.dueAt);
      // looked at for long enough, every step of every round was taken
      const { fired: all } = run(incident, book, now + 40 * DAY_MS, HOUR_MS);
      expect(new Set(all.map(keyOf)).size).toBe((ladder.repeat + 1) * ladder.steps.length);
    }),
    { numRuns: 120 },
  );
});

test("looking often and looking once fire the same first step, and acknowledged before due never fires", () => {
  fc.assert(
    fc.property(anyLadder, fc.integer({ min: 1, max: 400 }), (ladder, minutes) => {
      const first = ladder.steps[0];
      const stopped = { ...ladder, steps: ladder.steps.map(({ stopOn: _none, ...step }) => step) };
      const { reEscalateAfterInactivityMin: _idle, ...calm } = stopped;
      const book = withLadder(calm);
      const incident = anIncident({}, book);
      const dueAt = nextMomentOf(incident) ?? 0;
      const at = NINE + minutes * 1_000;
      const event = anAction("incident.acknowledged", { until: NINE + 6 * DAY_MS }, { at });
      const acted = applyAction(incident, event, book, at);
      if (acted.is !== "done" || first === undefined) throw new Error("refused");
      const { fired } = run(at < dueAt ? acted.incident : incident, book, NINE + DAY_MS, HOUR_MS);
      if (at < dueAt) expect(fired).toEqual([]);
      else expect(fired[0]?.firedAt).toBe(NINE + Math.ceil((dueAt - NINE) / HOUR_MS) * HOUR_MS);
    }),
    { numRuns: 100 },
  );
});

test("the default ladder reaches owner and wall at once and whoever listens outside", () => {
  const book = aRulebook({ ladders: [DEFAULT_LADDER] });
  expect(run(anIncident({}, book), book, NINE).fired[0]?.targets).toEqual([
    "whoever takes it",
    "walls",
    "webhooks",
  ]);
});

test("what is only listed tells whoever had it or put it away, each time, and calls nobody else", () => {
  const book = withLadder(PLAIN_LADDER);
  const listed = anIncident({ generation: 0, ladder: null, announcedOrders: 0 });
  const ended = (acted: Acted, at: number): Told => {
    const told = acted.is === "done" ? passTime(acted.incident, book, at) : null;
    if (told === null) throw new Error(JSON.stringify(acted));
    return told;
  };
  const owned = ({ incident }: { incident: Incident }, id: string, until: string): Told => {
    const own = anAction("incident.acknowledged", { until: clock(until) }, { id });
    return ended(applyAction(incident, own, book, clock(until) - MINUTE_MS), clock(until));
  };
  const first = owned({ incident: listed }, "a", "9:10");
  const second = owned(first, "b", "9:20");
  const shelve = anAction("incident.shelved", { reason: "x", until: clock("9:40") }, { id: "c" });
  const third = ended(applyAction(second.incident, shelve, book, clock("9:30")), clock("9:40"));
  const notices = [first, second, third].flatMap((told) => told.notices);
  expect(notices.map(({ why }) => why)).toEqual(["ack-expired", "ack-expired", "returned"]);
  expect(notices.flatMap(({ targets }) => targets)).toEqual([]);
  expect(new Set(notices.map(({ id }) => id)).size).toBe(3);
  expect(third.incident).toMatchObject({ state: "open", ladder: null });
});

test("a step that fires at once does not count minutes that nobody had", () => {
  const book = withLadder(aLadder([0, 2]));
  const { incident } = run(anIncident({}, book), book, NINE + 2 * MINUTE_MS);
  const words = incident.timeline.map((line) => line.words).join("\n");
  expect(words).toContain("nobody has it yet");
  expect(words).toContain("nobody has taken it for 2 min");
});
