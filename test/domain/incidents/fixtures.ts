/** An incident, a rulebook and actions to test with. The site is that of the builders: UTC, shifts unless given. */
import type {
  IncidentData,
  IncidentEvent,
  IncidentEventType,
} from "../../../domain/incidents/action.ts";
import type { One, OneType } from "../../../domain/incidents/acted.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { begunAnew } from "../../../domain/incidents/ladder.ts";
import {
  DEFAULT_LADDER,
  DEFAULT_POLICIES,
  type Ladder,
  type Policies,
} from "../../../domain/incidents/policies.ts";
import type { Rulebook } from "../../../domain/incidents/rulebook.ts";
import type { Role } from "../../../domain/permissions.ts";
import type { Site } from "../../../domain/site.ts";
import { aSite, clock } from "../../support/builders.ts";

export const ALWAYS_OPEN: Partial<Site> = { shifts: [] };

export function aRulebook(
  more: Partial<Policies> = {},
  site: Partial<Site> = ALWAYS_OPEN,
  rest: Partial<Rulebook> = {},
): Rulebook {
  const policies = { ...DEFAULT_POLICIES, ...more };
  return {
    site: aSite(site),
    version: 1,
    policies,
    of: () => policies,
    openedSince: () => 0,
    ...rest,
  };
}

/** A ladder of these waits in minutes, to coordinators, leads, administrators by turns. */
export function aLadder(minutes: readonly number[], more: Partial<Ladder> = {}): Ladder {
  const roles = ["coordinator", "lead", "admin"] as const;
  return {
    id: "test",
    name: "test",
    repeat: 0,
    offHours: "continue",
    steps: minutes.map((wait, step) => ({
      wait: { minutes: wait },
      targets: [{ to: "role", role: roles[step % 3] ?? "lead" }],
    })),
    ...more,
  };
}

/** Without the idle alarm of the default: what rings does so for a reason of its own. */
export const PLAIN_LADDER: Ladder = (({ reEscalateAfterInactivityMin: _none, ...rest }) => rest)(
  DEFAULT_LADDER,
);

export function anIncident(more: Partial<Incident> = {}, book: Rulebook = aRulebook()): Incident {
  const openedAt = more.openedAt ?? clock("9:00");
  const incident: Incident = {
    id: "INC-1",
    site: "BER1",
    v: 1,
    kind: "order_delay",
    cause: "order_delay|SO-1",
    title: "SO-1 will miss the 16:00 truck",
    severity: "S4",
    priority: 66,
    savingRate: 1.5,
    state: "open",
    openedAt,
    changedAt: openedAt,
    actBy: clock("13:00"),
    valueAtStake: 80,
    counts: { orders: 1, atRisk: 1, late: 0, lost: 0, blind: 0 },
    orders: ["SO-1"],
    attributes: [],
    sources: [],
    reasons: [],
    doThis: null,
    rule: { id: "order_delay", version: 0 },
    inputs: {},
    owner: null,
    ackUntil: null,
    activeAt: openedAt,
    shelved: null,
    resolution: null,
    reopened: 0,
    seenAt: openedAt,
    generation: 0,
    ladder: null,
    announcedOrders: 1,
    played: [],
    noise: null,
    timeline: [{ at: openedAt, what: "opened", words: "opened" }],
    ...more,
  };
  return more.ladder === undefined ? begunAnew(incident, book, openedAt) : incident;
}

let actions = 0;

export function anAction<T extends OneType>(
  type: T,
  data: Omit<IncidentData[T], "incident"> & { incident?: string },
  {
    by = "petra",
    at = clock("9:10"),
    role = "coordinator" as Role,
    id = `act-${(actions += 1)}`,
  } = {},
): One<T> {
  return {
    id,
    source: `ui/${by}`,
    type,
    site: "BER1",
    occurredAt: at,
    actor: by,
    role,
    data: { incident: "INC-1", ...data },
  } as unknown as One<T>;
}

export const anOpening = (
  data: IncidentData["incident.opened"],
  id = "open-1",
): Extract<IncidentEvent, { type: "incident.opened" }> => ({
  id,
  source: "ui/petra",
  type: "incident.opened" satisfies IncidentEventType,
  site: "BER1",
  occurredAt: clock("9:00"),
  actor: "petra",
  data,
});
