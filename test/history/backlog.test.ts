import { expect, test } from "vitest";
import { answerFrom } from "../../history/ask.ts";
import { createProjector } from "../../history/project.ts";
import { anEvent, anOrderReceived, clock } from "../support/builders.ts";
import { aRecord, aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

const way = (orderId: string, ready: string | null, gone: string | null) => [
  anOrderReceived("8:00", { channel: "web", carrier: "A" }, { orderId }),
  ...(ready === null ? [] : [anEvent("pack.completed", ready, {}, { orderId })]),
  ...(gone === null ? [] : [anEvent("parcel.handed_over", gone, {}, { orderId })]),
];

forEachStore(({ open }) => {
  test("a truck's burn-down counts who was in, who was not ready and who made it, and passes over facts that are made anew", async () => {
    const history = await open();
    const orders = {
      MADE: aRecord(1, way("MADE", "9:00", "14:30")),
      LATE: aRecord(1, way("LATE", "14:50", "16:00")),
      HERE: aRecord(1, way("HERE", null, null)),
      ANEW: aRecord(1, way("ANEW", "9:00", "14:30")),
    };
    await createProjector(history).project(aStretch(null, 1, orders), policiesOf(), 1);
    await history.db.updateTable("orders").set({ facts: "" }).where("id", "=", "ANEW").execute();
    const window = { site: "BER1", from: clock("0:00"), to: clock("23:00"), now: clock("17:00") };
    const [truck, ...others] = await answerFrom(history)("burnDown", window);
    expect(others).toEqual([]);
    expect(truck).toMatchObject({ at: clock("15:00"), due: 3, made: 1 });
    const at = (time: string) => truck?.steps.find((step) => step.at === clock(time));
    expect(at("14:00")).toMatchObject({ left: 3, unready: 2 });
    expect(at("14:45")).toMatchObject({ left: 2, unready: 2 });
    expect(at("15:00")).toMatchObject({ left: 2, unready: 1 });
    await history.close();
  });
});
