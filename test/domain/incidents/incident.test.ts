import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { INCIDENT_EVENT_TYPES, isIncidentEventType } from "../../../domain/incidents/action.ts";
import type { Detection } from "../../../domain/incidents/detection.ts";
import {
  Incident,
  isOpenIncident,
  MAX_NAMED_ORDERS,
  MAX_TIMELINE,
  nextMomentOf,
} from "../../../domain/incidents/incident.ts";
import { Notice } from "../../../domain/incidents/notice.ts";

const found: Detection = {
  kind: "order_delay",
  cause: "order_delay|SO-1",
  title: "SO-1 will miss the 16:00 DHL truck",
  severity: "S4",
  priority: 66,
  savingRate: 1.5,
  actBy: 2_000,
  valueAtStake: 80,
  counts: { orders: 1, atRisk: 1, late: 0, lost: 0, blind: 0 },
  members: ["SO-1"],
  attributes: [],
  sources: [],
  tiers: [],
  reasons: ["142 orders ahead in packing"],
  doThis: null,
  rule: { id: "order_delay", version: 0 },
  inputs: { risk: 0.85 },
  isFaint: false,
  isQuiet: false,
  habit: null,
};
const { members, isFaint: _faint, isQuiet: _quiet, habit: _habit, tiers: _tiers, ...facts } = found;
const incident: Incident = {
  ...structuredClone({ ...facts, orders: [...members] }),
  attributes: [],
  sources: [],
  reasons: [...found.reasons],
  inputs: { ...found.inputs },
  id: "INC-1",
  site: "BER1",
  v: 7,
  state: "open",
  openedAt: 1_000,
  changedAt: 1_000,
  owner: null,
  ackUntil: null,
  activeAt: 1_000,
  shelved: null,
  resolution: null,
  reopened: 0,
  seenAt: 1_000,
  generation: 1,
  ladder: {
    ladder: "default",
    version: 0,
    step: 1,
    round: 0,
    since: 1_000,
    nextAt: 1_500,
    fired: [],
  },
  announcedOrders: 1,
  played: [],
  noise: null,
  timeline: [{ at: 1_000, what: "opened", words: "opened by order_delay" }],
};

describe("an incident", () => {
  test("fits its schema, with at most so many named orders and lines of its timeline", () => {
    expect(Value.Errors(Incident, incident)).toEqual([]);
    expect(incident.orders.length).toBeLessThanOrEqual(MAX_NAMED_ORDERS);
    expect(incident.timeline.length).toBeLessThanOrEqual(MAX_TIMELINE);
  });

  test("falls due at the first of what can fall due in its state", () => {
    expect(nextMomentOf(incident)).toBe(1_500);
    const acknowledged = { ...incident, state: "acknowledged" as const, ackUntil: 1_200 };
    expect(nextMomentOf(acknowledged)).toBe(1_200);
    expect(nextMomentOf({ ...acknowledged, ladder: null })).toBe(1_200);
    const shelved = { by: "petra", at: 1_000, reason: "waits for stock", until: 9_000 };
    expect(nextMomentOf({ ...incident, state: "shelved", shelved, ladder: null })).toBe(9_000);
    expect(nextMomentOf({ ...incident, ladder: null })).toBeNull();
  });

  test("is over when it is resolved: nothing falls due any more", () => {
    expect(isOpenIncident(incident)).toBe(true);
    const resolved = { ...incident, state: "resolved" as const };
    expect(isOpenIncident(resolved)).toBe(false);
    expect(nextMomentOf(resolved)).toBeNull();
  });
});

test("what people do to incidents is told from events of orders by its type", () => {
  expect(INCIDENT_EVENT_TYPES.every(isIncidentEventType)).toBe(true);
  expect(isIncidentEventType("pick.started")).toBe(false);
});

test("a notice without its reason is none", () => {
  const notice = {
    id: "n1",
    site: "BER1",
    incident: "INC-1",
    why: "escalated",
    at: 1_000,
    targets: [{ to: "role", role: "lead" }],
    people: [],
    important: false,
    title: found.title,
    severity: "S4",
    kind: "order_delay",
    actBy: 2_000,
    orders: 1,
    doThis: null,
    words: "Nobody has taken it for 10 minutes",
    generation: 1,
  };
  expect(Value.Check(Notice, notice)).toBe(true);
  expect(Value.Check(Notice, { ...notice, why: undefined })).toBe(false);
});
