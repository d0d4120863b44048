/** EPCIS through a whole tower: a document makes an order and moves it, twice is once, and one with a mistake takes nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderDetail } from "../../domain/contract/api.ts";
import type { CaptureJob, EpcisEvent } from "../../domain/contract/epcis.ts";
import { aDocument, anEpcisEvent, PARCEL, SSCC } from "../server/epcis/documents.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

describe.skipIf(redisMissing)("EPCIS at a running tower", () => {
  let tower: Tower;
  beforeAll(async () => {
    tower = await startTower({ env: { CT_FORECAST: "0" } });
  });
  afterAll(() => tower.stop());

  const capture = (...events: object[]) =>
    tower.request("/epcis/capture?site=BER1", {
      method: "POST",
      headers: { "content-type": "application/ld+json" },
      body: JSON.stringify(aDocument(...events)),
    });
  const order = async (id: string): Promise<Partial<OrderDetail>> =>
    (await (await tower.request(`/api/v1/orders/${id}?site=BER1`)).json()) as OrderDetail;

  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const of = (id: string, hours: number, fields: object) =>
    anEpcisEvent({
      eventTime: hoursAgo(hours),
      bizTransactionList: [
        { type: "po", bizTransaction: `urn:epcglobal:cbv:bt:4012345000009:${id}` },
      ],
      ...fields,
    });
  const received = (id: string) =>
    of(id, 5, {
      type: "TransactionEvent",
      action: "ADD",
      quantityList: [{ epcClass: "urn:epc:class:lgtin:4012345.012345.998877", quantity: 2 }],
    });

  test("an order goes from its transaction to the truck, and back when it was not shipped", async () => {
    const events = [
      received("E-1"),
      of("E-1", 4, { bizStep: "picking" }),
      of("E-1", 3, {
        type: "AggregationEvent",
        action: "ADD",
        bizStep: "packing",
        parentID: SSCC,
        childEPCs: ["urn:epc:id:sgtin:4012345.012345.1"],
      }),
      of("E-1", 2, { bizStep: "shipping", disposition: "in_transit", epcList: [SSCC] }),
    ];
    const first = await capture(...events);
    expect(first.status).toBe(202);
    const job = (await (
      await tower.request(first.headers.get("location") ?? "")
    ).json()) as CaptureJob;
    expect(job).toMatchObject({ success: true, accepted: 4, errors: [] });
    await expect.poll(async () => (await order("E-1")).stage).toBe("handed_over");
    expect(await order("E-1")).toMatchObject({
      lines: [{ line: 1, quantity: 2 }],
      parcels: [{ parcelId: PARCEL, stage: "handed_over" }],
    });
    expect(await (await capture(...events)).json()).toMatchObject({ accepted: 0, duplicates: 4 });
    // without its order: the board knows whose parcel it is
    const voided = of("E-1", 1, {
      bizStep: "void_shipping",
      epcList: [SSCC],
      bizTransactionList: undefined,
    });
    expect((await capture(voided)).status).toBe(202);
    await expect.poll(async () => (await order("E-1")).stage).toBe("packed");
    expect(await (await capture(voided)).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  test("what was captured is told again, and so is what came another way", async () => {
    const ask = async (query: string) => {
      const answer = await tower.request(`/epcis/events?site=BER1&EQ_bizTransaction=${query}`);
      const document = (await answer.json()) as {
        epcisBody: { queryResults: { resultsBody: { eventList: EpcisEvent[] } } };
      };
      return document.epcisBody.queryResults.resultsBody.eventList;
    };
    const steps = (events: EpcisEvent[]) =>
      events.map(({ bizStep, disposition }) => [bizStep, disposition]);
    expect(steps(await ask("E-1"))).toEqual([
      [undefined, undefined],
      ["picking", undefined],
      ["packing", undefined],
      ["shipping", "in_transit"],
      ["void_shipping", undefined],
    ]);
    const event = {
      id: "wms-1",
      source: "wms",
      type: "pick.completed",
      site: "BER1",
      orderId: "E-2",
      occurredAt: hoursAgo(1),
    };
    await capture(received("E-2"));
    await tower.post([event]);
    await expect.poll(async () => (await order("E-2")).stage).toBe("picked");
    const told = await ask("E-2");
    expect(steps(told)).toEqual([
      [undefined, undefined],
      ["picking", undefined],
    ]);
    expect(told[1]?.bizTransactionList).toEqual([
      { type: "po", bizTransaction: "urn:control-tower:order:E-2" },
    ]);
  });

  test("nothing is taken of a document with a mistake, also behind more than one append", async () => {
    const many = Array.from({ length: 700 }, (_, n) => received(`E-many-${n}`));
    const used = { ...received("E-used"), eventID: "urn:uuid:used" };
    expect((await capture(used)).status).toBe(202);
    const spoilt = await capture(...many, { ...used, action: "DELETE" });
    expect(spoilt.status).toBe(422);
    expect(await spoilt.json()).toMatchObject({
      errors: [{ index: 700, path: "/epcisBody/eventList/700/eventID" }],
    });
    const wrong = await capture(received("E-fine"), of("E-wrong", 1, { bizStep: 7 }));
    expect(wrong.status).toBe(422);
    await expect.poll(async () => (await order("E-used")).stage).toBe("received");
    for (const id of ["E-many-0", "E-fine"])
      expect((await tower.request(`/api/v1/orders/${id}?site=BER1`)).status).toBe(404);
    expect(await (await capture(...many)).json()).toMatchObject({ accepted: 700 });
    await expect.poll(async () => (await order("E-many-699")).stage).toBe("received");
  });
});
