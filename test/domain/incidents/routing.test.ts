import { describe, expect, test } from "vitest";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { routeTo, type Recipient, type Wishes } from "../../../domain/incidents/routing.ts";

const ZONE = "Europe/Berlin";
/** Friday, 15:00 in Berlin. */
const NOON = Date.parse("2026-11-27T14:00:00Z");
const at = (text: string): number => Date.parse(text);

const notice = (change: Partial<Notice> = {}): Notice => ({
  id: "n1",
  site: "BER1",
  incident: "INC-7",
  why: "escalated",
  at: NOON,
  targets: [{ to: "role", role: "lead" }],
  people: [],
  important: false,
  title: "Packing P3 at 40 % of its pace",
  severity: "S2",
  kind: "common_cause",
  actBy: NOON + 3_600_000,
  orders: 17,
  doThis: "Move 2 people from picking",
  words: "Nobody has taken it for 15 minutes",
  generation: 1,
  ...change,
});
const ana = (wishes: Partial<Wishes> = {}, pushes = 0): Recipient => ({
  name: "ana",
  pushes,
  preferences: {
    minSeverity: "S2",
    sites: [],
    quietHours: null,
    digest: false,
    email: "ana@example.org",
    ...wishes,
  },
});
const ways = (...args: Parameters<typeof routeTo>) => routeTo(...args).routes.map(({ way }) => way);

describe("who is told", () => {
  test("by every way they gave, at once", () => {
    expect(routeTo(notice(), ana({}, 2), ZONE, NOON).routes).toEqual([
      { way: "email", at: NOON },
      { way: "push", at: NOON },
    ]);
    expect(routeTo(notice(), ana({ email: null }), ZONE, NOON)).toEqual({
      routes: [],
      none: "they gave no address and allowed no push",
    });
  });

  test("not of what can wait while their role is flooded with alarms, but of what names them", () => {
    const heldFor = { roles: ["lead" as const], since: NOON };
    const lead: Recipient = { ...ana(), role: "lead" };
    expect(routeTo(notice({ heldFor }), lead, ZONE, NOON).none).toMatch(/^held back in a flood/);
    expect(ways(notice({ heldFor }), { ...lead, role: "admin" }, ZONE, NOON)).toEqual(["email"]);
    const mentioned = notice({ heldFor, why: "mentioned", people: ["ana"] });
    expect(ways(mentioned, lead, ZONE, NOON)).toEqual(["email"]);
  });

  test("only of severities they asked for, unless it is important or about them", () => {
    const mild = { severity: "S3" as const };
    expect(routeTo(notice(mild), ana(), ZONE, NOON).none).toBe("they are told of S2 and worse");
    expect(ways(notice({ ...mild, important: true }), ana(), ZONE, NOON)).toEqual(["email"]);
    const mentioned = notice({ ...mild, why: "mentioned", people: ["ana"] });
    expect(ways(mentioned, ana(), ZONE, NOON)).toEqual(["email"]);
    expect(routeTo({ ...mentioned, people: ["bo"] }, ana(), ZONE, NOON).routes).toEqual([]);
  });

  test("only of their sites and carriers; what is about no carrier concerns everybody", () => {
    expect(routeTo(notice(), ana({ sites: ["NYC1"] }), ZONE, NOON).none).toContain(
      "none of their sites",
    );
    const dhl = ana({ carriers: ["DHL"] });
    expect(ways(notice(), dhl, ZONE, NOON)).toEqual(["email"]);
    expect(ways(notice({ carriers: ["UPS", "DHL"] }), dhl, ZONE, NOON)).toEqual(["email"]);
    expect(routeTo(notice({ carriers: ["UPS"] }), dhl, ZONE, NOON).none).toContain(
      "none of theirs",
    );
  });
});

describe("quiet hours", () => {
  const quiet = ana({ quietHours: { from: "22:00", to: "06:00" } });

  test("hold back until their end, over midnight and over a change of the clock", () => {
    const night = at("2026-11-27T22:30:00Z");
    expect(routeTo(notice(), quiet, ZONE, night).routes).toEqual([
      { way: "email", at: at("2026-11-28T05:00:00Z"), why: "their quiet hours" },
    ]);
    const spring = at("2026-03-28T23:30:00Z");
    expect(routeTo(notice(), quiet, ZONE, spring).routes[0]?.at).toBe(at("2026-03-29T04:00:00Z"));
    const early = at("2026-11-28T04:59:59Z");
    expect(routeTo(notice(), quiet, ZONE, early).routes[0]?.at).toBe(at("2026-11-28T05:00:00Z"));
  });

  test("are over at their last minute, and let the gravest and the important through", () => {
    const night = at("2026-11-27T22:30:00Z");
    expect(routeTo(notice(), quiet, ZONE, at("2026-11-28T05:00:00Z")).routes[0]).toEqual({
      way: "email",
      at: at("2026-11-28T05:00:00Z"),
    });
    expect(routeTo(notice({ severity: "S1" }), quiet, ZONE, night).routes[0]?.at).toBe(night);
    expect(routeTo(notice({ important: true }), quiet, ZONE, night).routes[0]?.at).toBe(night);
  });
});

describe("together", () => {
  test("what is mild waits for the morning of who wants a digest", () => {
    const digest = ana({ digest: true, minSeverity: "S4" });
    expect(routeTo(notice({ severity: "S3" }), digest, ZONE, NOON).routes).toEqual([
      { way: "email", at: at("2026-11-28T06:00:00Z"), why: "their digest" },
    ]);
    expect(routeTo(notice(), digest, ZONE, NOON).routes[0]?.at).toBe(NOON);
    const morning = at("2026-11-28T05:30:00Z");
    expect(routeTo(notice({ severity: "S4" }), digest, ZONE, morning).routes[0]?.at).toBe(
      at("2026-11-28T06:00:00Z"),
    );
  });

  test("what fell due long ago goes with the others of its minute", () => {
    const late = routeTo(notice({ group: "late" }), ana(), ZONE, NOON + 20_000);
    expect(late.routes).toEqual([{ way: "email", at: NOON + 60_000, why: "together with others" }]);
  });
});
