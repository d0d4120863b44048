import { expect, test } from "vitest";
import { answerFrom } from "../../history/ask.ts";
import { contentOf } from "../../history/content.ts";
import { createProjector } from "../../history/project.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { clock } from "../support/builders.ts";
import { anIncident } from "../support/incidents.ts";
import { aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

const AT = clock("10:00");
const MINUTE = 60_000;
const policies = policiesOf();
const one = (id: string, v: number, change: Partial<Incident> = {}): Incident =>
  anIncident({ id, v, openedAt: AT, kind: "damage", severity: "S2", ...change });
const taken = (id: string, v: number): Incident => {
  const incident = one(id, v, { state: "acknowledged", owner: "ana" });
  const line = { at: AT + 5 * MINUTE, what: "acknowledged", by: "ana", words: "taken" } as const;
  return { ...incident, timeline: [...incident.timeline, line] };
};

forEachStore(({ open }) => {
  test("incidents are copied with their stretch, each once, and their roll-ups move by the difference", async () => {
    const history = await open();
    const projector = createProjector(history);
    await projector.project(
      aStretch(null, 1, {}, { incidents: [one("INC-1", 1), one("INC-2", 1)] }),
      policies,
      1,
    );
    // told again, older, and twice in one stretch
    await projector.project(
      aStretch(1, 3, {}, { incidents: [one("INC-1", 1), taken("INC-1", 3), one("INC-1", 2)] }),
      policies,
      1,
    );
    const rows = await history.db.selectFrom("incidents").selectAll().orderBy("id").execute();
    expect(rows.map(({ id, v, state, acknowledged_at: at }) => [id, v, state, at])).toEqual([
      ["INC-1", 3, "acknowledged", AT + 5 * MINUTE],
      ["INC-2", 1, "open", null],
    ]);
    // nobody's name is kept of them
    expect(JSON.stringify(rows)).not.toContain("ana");
    const ask = answerFrom(history);
    const window = { site: "BER1", from: AT - MINUTE, to: AT + 60 * MINUTE };
    const sums = await ask("sums", {
      ...window,
      zone: policies.zone,
      now: AT + 60 * MINUTE,
      dim: "kind",
      by: "none",
    });
    expect(sums.map(({ value, sums: { n } }) => [value, n["inc.raised"], n["inc.ack.ms"]])).toEqual(
      [["damage", 2, 5 * MINUTE]],
    );
    const untaken = await ask("incidents", { ...window, isUntaken: true, limit: 10 });
    expect(untaken.items.map(({ id }) => id)).toEqual(["INC-2"]);
    const paged = await ask("incidents", { ...window, limit: 1 });
    const rest = await ask("incidents", { ...window, limit: 5, after: paged.next ?? "" });
    expect([...paged.items, ...rest.items].map(({ id }) => id)).toEqual(["INC-1", "INC-2"]);
    await history.close();
  });

  test("another way of copying, and measuring anew, end in the same", async () => {
    const [first, second] = [await open(), await open()];
    const stepwise = createProjector(first);
    await stepwise.project(aStretch(null, 1, {}, { incidents: [one("INC-1", 1)] }), policies, 1);
    await stepwise.project(aStretch(1, 2, {}, { incidents: [taken("INC-1", 2)] }), policies, 2);
    await createProjector(second).project(
      aStretch(null, 2, {}, { incidents: [taken("INC-1", 2)] }),
      policies,
      3,
    );
    const { hash } = await contentOf(first, "BER1");
    expect((await contentOf(second, "BER1")).hash).toBe(hash);
    await stepwise.forgetMeasures("BER1", policies.zone, "measure:");
    expect((await contentOf(first, "BER1")).hash).toBe(hash);
    await Promise.all([first.close(), second.close()]);
  });

  test("calls are kept by their place, however often they are copied", async () => {
    const history = await open();
    const projector = createProjector(history);
    expect(await projector.lastPlace("calls", "BER1")).toBe("-");
    const text = (at: number) =>
      JSON.stringify({
        at,
        incident: "INC-1",
        kind: "damage",
        severity: "S2",
        why: "escalated",
        targets: [],
        people: [],
      });
    await projector.keepCalls("BER1", [
      { id: "999-1", text: text(999) },
      { id: "1000-0", text: text(1_000) },
    ]);
    await projector.keepCalls("BER1", [{ id: "1000-0", text: text(1_000) }]);
    expect(await projector.lastPlace("calls", "BER1")).toBe("1000-0");
    const calls = await answerFrom(history)("calls", { site: "BER1", from: 0, to: 5_000 });
    expect(calls.map(({ at }) => at)).toEqual([999, 1_000]);
    await history.close();
  });
});
