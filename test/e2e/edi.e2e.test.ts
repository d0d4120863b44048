/** X12 through a whole tower: an order comes by 940, is shipped by 945 and delivered by 214; a body with a mistake takes nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderDetail } from "../../domain/contract/api.ts";
import { ADVICE, anInterchange, aSet, ORDER, status } from "../server/edi/bodies.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

describe.skipIf(redisMissing)("EDI at a running tower", () => {
  let tower: Tower;
  beforeAll(async () => {
    tower = await startTower({ env: { CT_FORECAST: "0" } });
  });
  afterAll(() => tower.stop());

  const send = (body: string) =>
    tower.request("/api/v1/edi?site=BER1", {
      method: "POST",
      headers: { "content-type": "application/edi-x12" },
      body,
    });
  const order = async (id: string): Promise<Partial<OrderDetail>> =>
    (await (await tower.request(`/api/v1/orders/${id}?site=BER1`)).json()) as OrderDetail;

  test("from warehouse order to the door, once however often it is sent", async () => {
    const bodies = [
      anInterchange(ORDER),
      anInterchange(ADVICE),
      anInterchange(status("AT7*X6*NS***20260212*0800", "MS1*Hannover*NI*DE")),
      anInterchange(status("AT7*D1*NS***20260212*1100")),
    ];
    const stages = ["received", "handed_over", "in_transit", "delivered"];
    for (const [place, body] of bodies.entries()) {
      const answer = await send(body);
      expect([place, answer.status]).toEqual([place, 202]);
      await expect.poll(async () => (await order("SO-1")).stage).toBe(stages[place]);
    }
    expect(await order("SO-1")).toMatchObject({
      customerOrder: "PO-77",
      carrier: "DHL",
      parcels: [{ parcelId: "040123450000000016", trackingCode: "JJD0001", stage: "delivered" }],
    });
    for (const body of bodies)
      expect(await (await send(body)).json()).toMatchObject({ accepted: 0 });
  });

  test("nothing of a body with a mistake is taken", async () => {
    const body = anInterchange(aSet("940", "W05*N*SO-31"), aSet("940", "W05*N"));
    const answer = await send(body);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ index: 1, path: "segment 7, W0502" }] });
    await send(anInterchange(aSet("940", "W05*N*SO-32")));
    await expect.poll(async () => (await order("SO-32")).stage).toBe("received");
    expect((await tower.request("/api/v1/orders/SO-31?site=BER1")).status).toBe(404);
  });
});
