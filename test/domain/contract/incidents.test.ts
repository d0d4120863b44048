import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { AlarmLoad, EscalationAuditView } from "../../../domain/contract/alarms.ts";
import {
  HandoverEdit,
  HandoverQuery,
  HandoverSignature,
  HandoverView,
} from "../../../domain/contract/handover.ts";
import {
  EscalationAnswer,
  INCIDENT_ACTION_BODIES,
  INCIDENT_ACTIONS,
  IncidentDetail,
  IncidentListQuery,
  ManyIncidents,
  MEMBER_ACTION_BODIES,
  MEMBER_ACTIONS,
  MembersActedOn,
  NewIncident,
} from "../../../domain/contract/incidents.ts";
import {
  PoliciesChange,
  PoliciesFile,
  PoliciesView,
  RehearsalRequest,
  RehearsalView,
} from "../../../domain/contract/policies.ts";
import { IncidentChanged } from "../../../domain/contract/realtime.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";

const fits = (schema: TSchema, value: unknown): boolean => Value.Check(schema, value);

describe("what people send about incidents", () => {
  test("every action has a body, and refuses a field that it does not know", () => {
    expect(Object.keys(INCIDENT_ACTION_BODIES)).toEqual([...INCIDENT_ACTIONS]);
    expect(Object.keys(MEMBER_ACTION_BODIES)).toEqual([...MEMBER_ACTIONS]);
    for (const schema of [
      ...Object.values(INCIDENT_ACTION_BODIES),
      ...Object.values(MEMBER_ACTION_BODIES),
      NewIncident,
      PoliciesChange,
      RehearsalRequest,
      HandoverEdit,
      HandoverSignature,
      IncidentListQuery,
      HandoverQuery,
    ])
      expect(fits(schema, { surprise: 1 })).toBe(false);
  });

  test("shelving needs a reason and an end, resolving a code, a comment its text", () => {
    const { shelve, resolve, comment, acknowledge } = INCIDENT_ACTION_BODIES;
    expect(fits(shelve, { reason: "supplier answers", until: "2026-11-30T06:00:00Z" })).toBe(true);
    expect(fits(shelve, { reason: "supplier answers" })).toBe(false);
    expect(fits(resolve, {})).toBe(false);
    expect(fits(comment, { text: "" })).toBe(false);
    expect(fits(acknowledge, {})).toBe(true);
  });

  test("many at once are 1 to 200", () => {
    expect(fits(ManyIncidents, { ids: [] })).toBe(false);
    expect(fits(ManyIncidents, { ids: ["INC-1"], comment: "x" })).toBe(true);
    expect(fits(ManyIncidents, { ids: Array.from({ length: 201 }, (_, n) => `INC-${n}`) })).toBe(
      false,
    );
  });

  test("a policies file says what it is", () => {
    const file = { kind: "control-tower-policies", policies: DEFAULT_POLICIES };
    expect(fits(PoliciesFile, file)).toBe(true);
    expect(fits(PoliciesFile, { ...file, kind: "something" })).toBe(false);
  });
});

test("no answer is so loose that anything fits it", () => {
  for (const schema of [
    AlarmLoad,
    EscalationAuditView,
    HandoverView,
    EscalationAnswer,
    IncidentDetail,
    MembersActedOn,
    PoliciesView,
    RehearsalView,
    IncidentChanged,
  ])
    expect(fits(schema, {})).toBe(false);
});
