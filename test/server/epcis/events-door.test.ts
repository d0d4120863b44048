/** Asking for EPCIS events: filters, pages, and what is refused. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EpcisEvent } from "../../../domain/contract/epcis.ts";
import { encodeOrderRecord } from "../../../domain/contract/order-record.ts";
import { aRow } from "../../support/board-rows.ts";
import { anEvent, anOrderReceived } from "../../support/builders.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";
import { PARCEL, SSCC } from "./documents.ts";

let tower: FakeTower;
const orders = Array.from({ length: 250 }, (_, n) => `SO-${String(n).padStart(3, "0")}`);

function keep(orderId: string, ...more: ReturnType<typeof anEvent>[]): void {
  const events = [
    anOrderReceived("8:00", {}, { orderId, id: `received-${orderId}` }),
    anEvent("pick.completed", "8:30", {}, { orderId, id: `picked-${orderId}` }),
    ...more,
  ];
  tower.orders.set(`BER1/${orderId}`, {
    record: { v: 1, policy: 1, events, sent: [] },
    waiting: false,
    sealed: null,
    policy: null,
  });
}

beforeAll(async () => {
  tower = await fakeTower();
  for (const orderId of orders) keep(orderId);
  const at = { orderId: "SO-007" };
  keep(
    "SO-007",
    anEvent("pack.completed", "9:00", { parcels: [{ parcelId: PARCEL }] }, at),
    anEvent("parcel.handed_over", "15:00", { parcelId: PARCEL }, at),
  );
  keep("SO-closed");
  tower.closed.push(aRow({ id: "SO-closed", find: [] }));
  tower.fill(
    "BER1",
    orders.map((id) => aRow({ id, find: id === "SO-007" ? [PARCEL] : [] })),
  );
  tower.fill("NYC1", []);
});
afterAll(() => tower.app.close());

type Found = { status: number; events: EpcisEvent[]; link: string | undefined };
async function ask(url: string): Promise<Found> {
  const answer = await tower.app.inject({ url, headers: BEARER });
  const body = answer.json() as {
    epcisBody?: { queryResults: { resultsBody: { eventList: EpcisEvent[] } } };
  };
  const [, link] = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers["link"] ?? "")) ?? [];
  return {
    status: answer.statusCode,
    events: body.epcisBody?.queryResults.resultsBody.eventList ?? [],
    link,
  };
}
const events = async (query: string): Promise<EpcisEvent[]> =>
  (await ask(`/epcis/events?site=BER1&${query}`)).events;

test("the answer is a query document in its version", async () => {
  const answer = await tower.app.inject({
    url: "/epcis/events?site=BER1&perPage=1",
    headers: BEARER,
  });
  expect(answer.headers).toMatchObject({
    "content-type": "application/ld+json",
    "gs1-epcis-version": "2.0.0",
  });
  expect(answer.json()).toMatchObject({
    "@context": [
      "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
      { ct: "urn:control-tower:epcis:" },
    ],
    type: "EPCISQueryDocument",
    schemaVersion: "2.0",
    epcisBody: { queryResults: { queryName: "SimpleEventQuery" } },
  });
});

test.each([7, 30, 200])(
  "pages of %i hold every event once, open orders before closed ones",
  async (perPage) => {
    const seen: string[] = [];
    let link: string | undefined = `/epcis/events?site=BER1&perPage=${perPage}`;
    while (link !== undefined) {
      const page: Found = await ask(link);
      expect(page.events.length).toBeLessThanOrEqual(perPage);
      seen.push(...page.events.map(({ eventID }) => eventID ?? ""));
      link = page.link;
    }
    expect(seen).toHaveLength(251 * 2 + 2);
    expect(new Set(seen).size).toBe(seen.length);
  },
);

test("a filter that fits little reads so many orders a request and goes on", async () => {
  const first = await ask("/epcis/events?site=BER1&EQ_bizStep=accepting");
  expect(first).toMatchObject({ status: 200, events: [] });
  expect(first.link).toBeDefined();
  expect(await ask(first.link ?? "")).toMatchObject({ events: [], link: undefined });
});

test.each([
  ["eventType=AggregationEvent", ["packing"]],
  ["EQ_bizStep=shipping|packing&EQ_bizTransaction=SO-007", ["packing", "shipping"]],
  ["EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping", ["shipping"]],
  ["EQ_disposition=in_transit", ["shipping"]],
  ["EQ_action=ADD&EQ_bizTransaction=urn:control-tower:order:SO-007", [undefined, "packing"]],
  [
    "EQ_bizTransaction_po=SO-007&GE_eventTime=2026-02-11T09:00:00Z&LT_eventTime=2026-02-11T15:00:00Z",
    ["packing"],
  ],
  ["EQ_bizTransaction=SO-007&GE_recordTime=2026-02-11T15:00:01Z", ["shipping"]],
  [`MATCH_epc=${SSCC}`, ["shipping"]],
  [`MATCH_epc=https://id.gs1.org/00/${PARCEL}`, ["shipping"]],
  [`MATCH_parentID=${SSCC}`, ["packing"]],
  [`MATCH_anyEPC=${SSCC}`, ["packing", "shipping"]],
  ["EQ_bizTransaction=SO-nowhere", []],
])("%s", async (query, steps) => {
  expect((await events(query)).map(({ bizStep }) => bizStep)).toEqual(steps);
});

test("an order that is named is found in history too", async () => {
  const record = encodeOrderRecord({
    v: 1,
    policy: 1,
    events: [anOrderReceived("8:00", {}, { orderId: "SO-old" })],
    sent: [],
  });
  Object.assign(tower.app.history, {
    ask: async (name: string, query: { id: string }) =>
      name === "order" && query.id === "SO-old" ? { record, archived_at: 1, rules: null } : null,
  });
  expect(await events("EQ_bizTransaction=SO-old")).toMatchObject([{ type: "TransactionEvent" }]);
});

test.each([
  [400, "EQ_sensorType=x", "/EQ_sensorType"],
  [422, "GE_eventTime=yesterday", "/GE_eventTime"],
  [422, "perPage=0", "/perPage"],
  [422, "nextPageToken=nonsense", "/nextPageToken"],
])("%i for %s, by its name", async (status, query, path) => {
  const answer = await tower.app.inject({
    url: `/epcis/events?site=BER1&${query}`,
    headers: BEARER,
  });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ errors: [{ path }] });
});
