import { describe, expect, test } from "vitest";
import { callsOf } from "../../../domain/incidents/alarm-load.ts";
import { callOf } from "../../../domain/incidents/call.ts";
import { heldBack, inFlood, listedInFlood } from "../../../domain/incidents/flood-mode.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { noticeOf } from "../../../domain/incidents/telling.ts";
import { clock } from "../../support/builders.ts";
import { anIncident } from "./fixtures.ts";

const NINE = clock("9:00");
const TEN = clock("10:00");

const many = { orders: 30, atRisk: 30, late: 0, lost: 0, blind: 0 };
const cause = (more: Partial<Incident> = {}): Incident =>
  anIncident({ kind: "common_cause", severity: "S2", counts: many, ...more });

describe("in a flood", () => {
  test("causes that can still be saved are listed and called for; single orders and what is lost are not", () => {
    expect(inFlood(cause(), NINE)).toEqual({ isListed: true, calls: true, sounds: true });
    expect(inFlood(anIncident(), NINE)).toEqual({ isListed: false, calls: false, sounds: false });
    const lost = { ...many, atRisk: 0, lost: 30 };
    expect(inFlood(cause({ counts: lost }), NINE).isListed).toBe(false);
    expect(inFlood(cause({ actBy: NINE - 1 }), NINE).isListed).toBe(false);
    const site = { kind: "source_silent" as const, counts: { ...many, orders: 0 }, actBy: null };
    expect(inFlood(cause(site), NINE).isListed).toBe(true);
  });

  test("only what is critical, open and unowned sounds", () => {
    expect(inFlood(cause({ severity: "S3" }), NINE)).toMatchObject({ calls: true, sounds: false });
    const owned = { state: "acknowledged" as const, owner: "petra", ackUntil: TEN };
    expect(inFlood(cause(owned), NINE)).toMatchObject({ isListed: true, sounds: false });
  });

  test("an order of a customer who matters most passes, twice in ten minutes", () => {
    const vip = anIncident({ priority: 85, tiers: ["VIP"] });
    expect(inFlood(vip, NINE, 0)).toEqual({ isListed: true, calls: true, sounds: true });
    expect(inFlood(vip, NINE, 2).calls).toBe(false);
    expect(inFlood({ ...vip, priority: 79 }, NINE).calls).toBe(false);
  });
});

describe("the list in a flood", () => {
  const causes = Array.from({ length: 8 }, (_, at) =>
    cause({ id: `INC-${at}`, priority: 10 * at }),
  );
  const vips = [81, 90, 85].map((priority) =>
    anIncident({ id: `VIP-${priority}`, priority, tiers: ["VIP"] }),
  );
  const ids = (incidents: readonly Incident[]) =>
    [...listedInFlood(incidents, NINE)].map(({ id }) => id).toSorted();

  test("has the five gravest causes and two single orders of those who matter most", () => {
    const five = ["INC-3", "INC-4", "INC-5", "INC-6", "INC-7"];
    expect(ids([...causes, ...vips, anIncident({ priority: 99 })])).toEqual([
      ...five,
      "VIP-85",
      "VIP-90",
    ]);
  });

  test("has no place for what is lost", () => {
    const lost = cause({ id: "INC-9", priority: 100, actBy: NINE - 1 });
    expect(ids([lost, ...causes.slice(0, 2)])).toEqual(["INC-0", "INC-1"]);
  });
});

describe("a notice in a flood", () => {
  const floods = { coordinator: NINE - 60_000 };
  const toRoles = (incident: Incident, why: "escalated" | "ack-expired" = "escalated") =>
    noticeOf(
      incident,
      {
        why,
        at: NINE,
        words: "nobody has taken it",
        people: why === "escalated" ? [] : ["petra"],
        targets: [
          { to: "role", role: "coordinator" },
          { to: "role", role: "lead" },
        ],
      },
      "",
    );
  const petra = { name: "petra", role: "coordinator" as const };
  const lena = { name: "lena", role: "lead" as const };

  test("of a single order does not call those who are flooded, and is no alarm of theirs", () => {
    const single = anIncident();
    const held = heldBack(toRoles(single), single, floods, NINE);
    expect(held.heldFor).toEqual({ roles: ["coordinator"], since: NINE - 60_000 });
    const call = callOf(held)!;
    expect(callsOf([call], petra)).toEqual([]);
    expect(callsOf([call], lena)).toEqual([NINE]);
  });

  test("of a cause calls everybody, and so does what is said to somebody in person", () => {
    const one = cause();
    expect(heldBack(toRoles(one), one, floods, NINE).heldFor).toBeUndefined();
    const single = anIncident();
    const lapsed = heldBack(toRoles(single, "ack-expired"), single, floods, NINE);
    expect(lapsed.heldFor).toBeUndefined();
    expect(callsOf([callOf(lapsed)!], petra)).toEqual([NINE]);
  });

  test("of a customer who matters most calls those who are flooded twice in ten minutes", () => {
    const vip = anIncident({ priority: 85, tiers: ["VIP"] });
    const heldAfter = (calls: number) =>
      heldBack(toRoles(vip), vip, floods, NINE, calls).heldFor?.roles;
    expect([heldAfter(0), heldAfter(1)]).toEqual([undefined, undefined]);
    expect(heldAfter(2)).toEqual(["coordinator"]);
  });

  test("is nothing special where there is no flood", () => {
    const single = anIncident();
    const notice = toRoles(single);
    expect(heldBack(notice, single, {}, NINE)).toBe(notice);
    expect(heldBack(notice, single, undefined, NINE)).toBe(notice);
  });
});
