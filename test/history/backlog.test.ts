import { sql } from "kysely";
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

const WINDOW = {
  site: "BER1",
  zone: "Europe/Berlin",
  from: clock("0:00"),
  to: clock("23:00"),
  now: clock("17:00"),
};

forEachStore(({ open, kind }) => {
  test("a truck's burn-down counts who was in, who was not ready and who made it", async () => {
    const history = await open();
    const orders = {
      MADE: aRecord(1, way("MADE", "9:00", "14:30")),
      LATE: aRecord(1, way("LATE", "14:50", "16:00")),
      HERE: aRecord(1, way("HERE", null, null)),
    };
    await createProjector(history).project(aStretch(null, 1, orders), policiesOf(), 1);
    const [truck, ...others] = await answerFrom(history)("burnDown", WINDOW);
    expect(others).toEqual([]);
    expect(truck).toMatchObject({ at: clock("15:00"), due: 3, made: 1 });
    const at = (time: string) => truck?.steps.find((step) => step.at === clock(time));
    expect(at("14:00")).toMatchObject({ left: 3, unready: 2 });
    expect(at("14:45")).toMatchObject({ left: 2, unready: 2 });
    expect(at("15:00")).toMatchObject({ left: 2, unready: 1 });
    await history.close();
  });

  test("it departs by its own time, whatever is promised to those that go with it, and is told of in the window of that", async () => {
    const history = await open();
    const promised = (orderId: string, more: object) =>
      aRecord(1, [
        anOrderReceived("8:00", { channel: "web", carrier: "A", ...more }, { orderId }),
        anEvent("parcel.handed_over", "16:00", {}, { orderId }),
      ]);
    const held = [
      ...way("HELD", null, null),
      anEvent("hold.placed", "9:00", { code: "HOLD_ADDRESS" }, { orderId: "HELD" }),
      anEvent("hold.released", "33:00", { code: "HOLD_ADDRESS" }, { orderId: "HELD" }),
    ];
    const orders = {
      HELD: aRecord(1, held),
      // promised for after the truck, and gone between the two
      LATER: promised("LATER", { shipBy: clock("17:00"), deliverBy: clock("60:00") }),
    };
    await createProjector(history).project(aStretch(null, 1, orders), policiesOf(), 1);
    const ask = (from: string, to: string) =>
      answerFrom(history)("burnDown", {
        ...WINDOW,
        from: clock(from),
        to: clock(to),
        now: clock("60:00"),
      });
    expect(await ask("0:00", "23:00")).toMatchObject([{ at: clock("15:00"), due: 2, made: 0 }]);
    expect(await ask("16:00", "47:00")).toEqual([]);
    await history.close();
  });

  test("where no departure was scanned, an order is gone with its carrier's first scan", async () => {
    const history = await open();
    const seen = [
      ...way("SEEN", "9:00", null),
      anEvent("parcel.in_transit", "14:40", {}, { orderId: "SEEN" }),
    ];
    const orders = { SEEN: aRecord(1, seen) };
    await createProjector(history).project(aStretch(null, 1, orders), policiesOf(), 1);
    const [truck] = await answerFrom(history)("burnDown", WINDOW);
    expect(truck).toMatchObject({ due: 1, made: 1 });
    await history.close();
  });

  test("orders that are measured anew are passed over until they are; rows of an older version get their trucks by that", async () => {
    const history = await open();
    const orders = { MADE: aRecord(1, way("MADE", "9:00", "14:30")) };
    const projector = createProjector(history);
    await projector.project(aStretch(null, 1, orders), policiesOf(), 1);
    const ask = () => answerFrom(history)("burnDown", WINDOW);
    const before = await ask();
    await history.db.updateTable("orders").set({ gone_at: null, ready_at: null }).execute();
    await projector.forgetMeasures("BER1", policiesOf().zone, "measure:");
    expect(await ask()).toEqual([]);
    await projector.project(aStretch(1, 1, orders, { isRemeasuring: true }), policiesOf(), 2);
    expect(await ask()).toEqual(before);
    expect(before).toMatchObject([{ due: 1, made: 1 }]);
    await history.close();
  });

  test.runIf(kind === "sqlite")("it reads an index and no order", async () => {
    const history = await open();
    const asked: string[] = [];
    const db = history.db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(history.db.getExecutor().compileQuery(node, { queryId: "plan" }).sql);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await answerFrom({ ...history, db })("burnDown", WINDOW);
    const plan = await sql<{
      detail: string;
    }>`explain query plan ${sql.raw(asked[0] ?? "")}`.execute(history.db);
    expect(plan.rows.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("USING COVERING INDEX orders_due"),
    ]);
    await history.close();
  });
});
