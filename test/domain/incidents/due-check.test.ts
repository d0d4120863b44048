import { expect, test } from "vitest";
import { checkDue, isFaulty } from "../../../domain/incidents/due-check.ts";
import { type Incident, nextMomentOf } from "../../../domain/incidents/incident.ts";
import { passTime } from "../../../domain/incidents/pass-time.ts";
import { MINUTE_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";
import { aLadder, anIncident, aRulebook } from "./fixtures.ts";

const book = aRulebook({ ladders: [aLadder([5, 10])] });
const SINCE = clock("9:04");
const NOW = clock("9:05") + 500;
const entriesOf = (...all: Incident[]): Map<string, number> =>
  new Map(
    all.flatMap((one) => ((at) => (at === null ? [] : [[one.id, at] as const]))(nextMomentOf(one))),
  );
const check = (all: Incident[], entries = entriesOf(...all), now = NOW) =>
  checkDue(all, entries, book, SINCE, now);

const armed = anIncident({ id: "INC-1" }, book);
const fired = passTime(armed, book, clock("9:05") + 200)!.incident;

test("what fell due and was fired is counted, what lies ahead as well", () => {
  const found = check([fired, anIncident({ id: "INC-2", openedAt: clock("9:03") }, book)]);
  expect(found).toMatchObject({ due: 1, fired: 1, late: 0, ahead: 2, missed: [], lost: [] });
  expect(found.words).toBe("1 fell due, 1 fired; 2 ahead. None missed, none doubled.");
  expect(isFaulty(found)).toBe(false);
});

test("a step that nobody took for a minute was missed, whatever its timer says", () => {
  expect(check([armed]).missed).toEqual([]);
  const later = check([armed], entriesOf(armed), clock("9:06") + 1);
  expect(later.missed).toEqual([{ incident: "INC-1", dueAt: clock("9:05") }]);
  expect(isFaulty(later)).toBe(true);
  expect(later.words).toContain("1 missed");
});

test("a timer that is not there, or says another moment, is lost", () => {
  const young = anIncident({ id: "INC-3", openedAt: clock("9:03") }, book);
  expect(check([young], new Map()).lost).toMatchObject([{ incident: "INC-3" }]);
  expect(check([young], new Map([["INC-3", 1]])).lost).toHaveLength(1);
  const wrong = { ...young, ladder: { ...young.ladder!, nextAt: null } };
  expect(check([wrong], new Map()).lost).toHaveLength(1);
});

test("a step that stands twice was doubled; one before its moment was early; what is over is due no more", () => {
  const [one] = fired.ladder!.fired;
  const twice = { ...fired, ladder: { ...fired.ladder!, fired: [one!, one!] } };
  expect(check([twice]).doubled).toEqual([{ incident: "INC-1", dueAt: one!.dueAt }]);
  const early = {
    ...fired,
    ladder: { ...fired.ladder!, fired: [{ ...one!, firedAt: one!.dueAt - 1 }] },
  };
  expect(check([early]).early).toHaveLength(1);
  const over: Incident = {
    ...armed,
    state: "resolved",
    resolution: { at: NOW, code: "x", words: "" },
  };
  expect(check([over], new Map(), NOW + 10 * MINUTE_MS)).toMatchObject({
    missed: [],
    lost: [],
    ahead: 0,
  });
});
