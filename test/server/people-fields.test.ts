/**
 * Who is shown people (promise S7). An order, its row, a dead letter and a site carry a mark in every field in which a person, a place or free text can stand;
 * every reading operation is asked by everybody, and the marks in the answers are compared with what they may see.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assessDelay } from "../../domain/delay.ts";
import { foldOrder } from "../../domain/fold.ts";
import { rowOf } from "../../domain/row.ts";
import { promisesOf } from "../../domain/promise.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { DEFAULT_LADDER } from "../../domain/incidents/policies.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { anEvent, anOrderReceived } from "../support/builders.ts";
import { anIncident } from "../support/incidents.ts";
import { HTTP_EXPECTED } from "./matrix/expected.ts";
import {
  createWorld,
  TWIN,
  TWIN_INCIDENT,
  type SiteName,
  type Subject,
  type World,
} from "./matrix/world.ts";

const person = (what: string): string => `MARK-PERSON-${what}`;
const place = (what: string): string => `MARK-PLACE-${what}`;
const words = (what: string): string => `MARK-TEXT-${what}`;
const SEALED = JSON.stringify({
  name: "MARK-CUSTOMER-name",
  street: "MARK-CUSTOMER-street",
  postalCode: "MARK-CUSTOMER-postal",
  email: "MARK-CUSTOMER-email",
});

function eventsOf(site: SiteName): RecordedEvent[] {
  const at = { orderId: TWIN, site, actor: person("actor") };
  const ui = { ...at, source: `ui/${person("source")}` };
  const shipTo = { city: place("city"), region: place("region"), country: place("country") };
  return [
    anOrderReceived("9:00", { shipTo }, at),
    anEvent("order.assigned", "9:01", { assignee: person("owner") }, ui),
    anEvent("note.added", "9:02", { text: words("note") }, ui),
    anEvent(
      "hold.placed",
      "9:03",
      { code: "HOLD_X", reason: words("hold"), owner: person("holder") },
      ui,
    ),
    anEvent("exception.raised", "9:04", { code: "ADDRESS_INVALID", note: words("exception") }, at),
    anEvent("order.expedited", "9:05", { reason: words("expedite") }, ui),
    anEvent("order.allocated", "9:06", {}, at),
    anEvent(
      "pick.shorted",
      "9:07",
      { lines: [{ line: 1, missing: 1, reason: words("short") }] },
      at,
    ),
    anEvent("pick.completed", "9:10", {}, at),
    anEvent("pack.completed", "9:20", { parcels: [{ parcelId: "P-1" }] }, at),
    anEvent(
      "check.failed",
      "9:25",
      {
        inspector: person("inspector"),
        to: "packing",
        defect: { code: "D", note: words("defect") },
      },
      at,
    ),
    anEvent("pack.completed", "9:30", { parcels: [{ parcelId: "P-1" }] }, at),
    anEvent("item.damaged", "9:31", { parcelId: "P-1", code: "D", note: words("damage") }, at),
    anEvent("parcel.handed_over", "10:00", { parcelId: "P-1", carrier: "A" }, at),
    anEvent(
      "parcel.in_transit",
      "11:00",
      { parcelId: "P-1", location: place("scan"), carrierStatus: words("status") },
      at,
    ),
    anEvent("parcel.exception", "12:00", { parcelId: "P-1", code: "P", note: words("parcel") }, at),
  ];
}

/** With a mark wherever somebody can stand or typed something. */
function namedIncident(id: string, site: SiteName): Incident {
  const by = person("incident");
  const { ladder } = anIncident();
  return anIncident({
    id,
    site,
    kind: "manual",
    cause: `manual|ui/${by}|1`,
    title: words("title"),
    reasons: [words("reason")],
    doThis: words("advice"),
    openedBy: by,
    orders: [TWIN],
    inputs: { who: by },
    state: "acknowledged",
    owner: by,
    ackUntil: 2_000_000,
    shelved: { by, at: 1, reason: words("shelf"), until: 2 },
    resolution: { at: 1, by, code: "x", words: words("resolution") },
    played: [{ id: "call", at: 1, by, result: words("result") }],
    noise: { by, at: 1 },
    ladder: ladder && {
      ...ladder,
      waits: `${by} has it`,
      fired: ladder.fired.map((fired) => ({ ...fired, by, people: [by], targets: [by] })),
    },
    timeline: [{ at: 1, what: "comment", by, words: words("comment"), mentions: [by] }],
  });
}

/** Found by the rules, which quote the sentence of the worst order's row, and with it what stands beside its hold. */
const QUOTING = [
  "order_delay",
  "common_cause",
  "pickup_endangered",
  "tpl_silent",
  "no_scan",
] as const;
const quotingIncidents = (site: SiteName, why: string): Incident[] =>
  QUOTING.map((kind, at) => {
    const reasons = [why, `${TWIN}: ${why}`];
    return anIncident({ id: `INC-${20 + at}`, site, kind, cause: kind, orders: [TWIN], reasons });
  });

function fill({ tower, app }: World, site: SiteName): void {
  const policy = app.sites.get(site);
  if (policy === undefined) throw new Error(`there is no site ${site}`);
  policy.site.escalation = [
    {
      ...DEFAULT_LADDER,
      description: words("ladder"),
      steps: [
        { wait: { minutes: 5 }, targets: [{ to: "person", name: person("escalation") }] },
        { wait: { minutes: 5 }, targets: [{ to: "owner" }] },
      ],
    },
  ];
  const events = eventsOf(site);
  const { order } = foldOrder(events, policy);
  if (order === null) throw new Error("the order does not fold");
  const delay = assessDelay(order, promisesOf(order, policy), policy, Date.now());
  const row = rowOf(order, delay, 7);
  const incidents = [`INC-${site === "BER1" ? 10 : 11}`, TWIN_INCIDENT].map((id) =>
    namedIncident(id, site),
  );
  expect(row.why).toContain(words("hold"));
  tower.fill(site, [row], 9, [...incidents, ...quotingIncidents(site, row.why ?? "")]);
  tower.incidents.told.set(`${site}/${TWIN_INCIDENT}`, {
    "n-1|email|x": JSON.stringify({
      notice: "n-1",
      whom: person("told"),
      way: "email",
      at: 1,
      state: "failed",
      words: words("failure"),
      generation: 1,
      step: 0,
      round: 0,
    }),
  });
  tower.orders.set(`${site}/${TWIN}`, {
    record: { v: 7, policy: 1, events, sent: [] },
    waiting: false,
    sealed: JSON.stringify([{ source: "shop/test", id: "1", occurredAt: 1, sealed: SEALED }]),
    policy: null,
  });
}

/** A note of a person that failed, and what became of an assignment. */
function serveOthers({ app }: World): void {
  app.inbox.deadLetters = async (site) => ({
    items: [
      {
        id: "dl-1",
        site,
        at: 1,
        cause: { code: "CT_ERR_RULES_THREW", message: "x" },
        tries: 1,
        event: eventsOf("BER1")[2] as RecordedEvent,
      },
    ],
    next: null,
  });
  app.inbox.fate = async (site, source, id) => ({
    source,
    id,
    site,
    position: "1-1",
    recordedAt: "2026-02-11T09:00:00Z",
    state: "applied",
    reason: `owned by ${person("owner")}`,
  });
}

let world: World;
beforeAll(async () => {
  world = await createWorld();
  for (const site of ["BER1", "NYC1"] as const) fill(world, site);
  serveOthers(world);
});
afterAll(() => world.app.close());

/** These are about people: whoever has their permission reads who did what. */
const ABOUT_PEOPLE = /\/(users|people|keys|audit|exports|account|handover|alarm-load)/;

function addressesFor(subject: Subject): string[] {
  const own = { ...world.places[subject.home], order: TWIN };
  const found = Object.entries(HTTP_EXPECTED)
    .filter(([operation]) => operation.startsWith("GET") && !ABOUT_PEOPLE.test(operation))
    .flatMap(([, { ask }]) => ask(own, subject.name).map(({ url }) => url));
  const source = encodeURIComponent(`ui/${person("source")}`);
  const site = subject.home;
  return [
    ...found,
    `/api/v1/orders?site=${site}&q=MARK`,
    `/api/v1/orders?site=${site}&stage=in_transit`,
    `/api/v1/orders?site=${site}&hold=HOLD_X`,
    `/api/v1/events/${source}/1`,
  ];
}

/** Marks that were shown, by kind; what was asked for itself may stand in a refusal. */
async function marksFor(subject: Subject): Promise<Set<string>> {
  const marks = new Set<string>();
  for (const url of addressesFor(subject)) {
    const { body, statusCode } = await world.app.inject({ url, headers: subject.headers() });
    expect([url, statusCode >= 500]).toEqual([url, false]);
    for (const [mark] of body.matchAll(/MARK-[A-Z]+-[a-z]+/g)) marks.add(mark);
  }
  return marks;
}

const kindsOf = (marks: Set<string>): string[] =>
  [...new Set([...marks].map((mark) => mark.split("-")[1] ?? ""))].toSorted();
const named = (name: string): Subject => {
  const found = world.subjects.find((subject) => subject.name === name);
  if (found === undefined) throw new Error(`there is nobody called ${name}`);
  return found;
};

describe.each(["BER1", "NYC1"])("at %s", (site) => {
  test.each(["viewer", "wall"])("a %s sees no person, no place and no free text", async (role) => {
    expect([...(await marksFor(named(`${role}@${site}`)))]).toEqual([]);
  });

  test.each(["associate", "auditor"])("an %s sees who did what, and no customer", async (role) => {
    const kinds = kindsOf(await marksFor(named(`${role}@${site}`)));
    expect(kinds).toEqual(["PERSON", "PLACE", "TEXT"]);
  });

  test.each(["coordinator", "lead", "admin"])("a %s sees all they work with", async (role) => {
    const marks = await marksFor(named(`${role}@${site}`));
    expect(kindsOf(marks)).toEqual(["CUSTOMER", "PERSON", "PLACE", "TEXT"]);
    const wanted = [
      person("actor"),
      person("owner"),
      person("holder"),
      person("source"),
      person("escalation"),
      place("city"),
      place("scan"),
      words("note"),
      words("hold"),
      person("incident"),
      person("told"),
      words("title"),
      words("shelf"),
      words("comment"),
      words("exception"),
      words("status"),
      "MARK-CUSTOMER-name",
      "MARK-CUSTOMER-street",
    ];
    expect(wanted.filter((mark) => !marks.has(mark))).toEqual([]);
  });
});

test(
  "a key sees people only with people:read, and customers only with personal:read",
  { timeout: 30_000 },
  async () => {
    const machines = world.subjects.filter(({ kind }) => kind === "machine");
    for (const subject of machines) {
      const kinds = kindsOf(await marksFor(subject));
      const scopes = subject.scopes ?? [];
      const isAll = scopes.length > 5;
      expect([subject.name, kinds.includes("CUSTOMER")]).toEqual([subject.name, isAll]);
      // who may write policies sees whom they name
      if (!scopes.includes("policies:write"))
        expect([subject.name, kinds.length > 0]).toEqual([subject.name, isAll]);
    }
  },
);
