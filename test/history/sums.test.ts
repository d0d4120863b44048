import { sql } from "kysely";
import { expect, test } from "vitest";
import { createLedger } from "../../domain/analytics/ledger.ts";
import { countOrders } from "../../domain/analytics/measures.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { createProjector } from "../../history/project.ts";
import { readSums } from "../../history/queries/sums.ts";
import { anEvent, anOrderReceived, aSite, clock } from "../support/builders.ts";
import { aRecord, aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

/** Deliveries end at half past five, site time, which is half past four here, within the hour that is running. */
const site = aSite({
  carriers: [
    {
      id: "A",
      pickups: [{ days: [1, 2, 3, 4, 5], at: "16:00" }],
      deliverEnd: "17:30",
      transitDays: 1,
    },
  ],
});
const NOW = clock("16:10");

const received = (orderId: string, data: object, at = "8:00") =>
  anOrderReceived(
    at,
    { customerOrder: `C-${orderId}`, channel: "web", carrier: "A", ...data },
    { orderId },
  );
const hold = { code: "HOLD_CUSTOMER_REQUEST", owner: "customer" };

/** Each has one thing due at half past four that its net deadlines say nothing of. */
const ORDERS: Record<string, RecordedEvent[]> = {
  // our clock stands: no net deadline at all
  HELD: [
    received("HELD", { shipBy: clock("16:30") }),
    anEvent("hold.placed", "9:00", hold, { orderId: "HELD" }),
  ],
  // it stood for hours: the net one is later
  MOVED: [
    received("MOVED", { shipBy: clock("16:30") }),
    anEvent("hold.placed", "9:00", hold, { orderId: "MOVED" }),
    anEvent("hold.released", "15:30", { code: hold.code }, { orderId: "MOVED" }),
  ],
  // the same of the promise to bring it
  WAITED: [
    received("WAITED", { shipBy: clock("15:00"), deliverBy: clock("16:30") }),
    anEvent("hold.placed", "9:00", hold, { orderId: "WAITED" }),
    anEvent("hold.released", "15:30", { code: hold.code }, { orderId: "WAITED" }),
  ],
  // promised for tomorrow, and given to its carrier so early that it is to bring it today
  EARLY: [
    received("EARLY", { shipBy: clock("15:00"), deliverBy: clock("23:00") }, "-30:00"),
    anEvent("parcel.handed_over", "-20:00", { carrier: "A" }, { orderId: "EARLY" }),
  ],
  // and one with nothing special: due then by all clocks
  PLAIN: [received("PLAIN", { shipBy: clock("16:30") })],
};

const counted = (sums: { n: Record<string, number> } | undefined) =>
  Object.fromEntries(Object.entries(sums?.n ?? {}).filter(([, count]) => count !== 0));

forEachStore(({ open, kind }) => {
  const filled = async () => {
    const history = await open();
    const policies = policiesOf(site);
    const records = Object.fromEntries(
      Object.entries(ORDERS).map(([id, events]) => [id, aRecord(1, events)]),
    );
    const projector = createProjector(history);
    await projector.project(aStretch(null, 1, records), policies, 1);
    const query = {
      site: "BER1",
      zone: policies.zone,
      now: NOW,
      dim: "all" as const,
      by: "none" as const,
    };
    const ask = () => readSums(history, { ...query, from: clock("16:00"), to: clock("17:00") });
    return { history, projector, policies, ask };
  };

  test("what is due later in the running hour, by whichever deadline, counts for nothing yet", async () => {
    const { history, policies, ask } = await filled();
    const rows = await history.db
      .selectFrom("orders")
      .select(["facts", "net_ship_by", "ship_by", "commit_by"])
      .orderBy("id")
      .execute();
    expect(rows[0]).toMatchObject({ commit_by: clock("16:30") });
    expect(rows[1]).toMatchObject({ net_ship_by: null, ship_by: clock("16:30") });
    expect(rows[2]).toMatchObject({
      net_ship_by: expect.toSatisfy((by: number) => by > clock("17:00")),
      ship_by: clock("16:30"),
    });
    const ledger = createLedger(policies.zone, (at) => at >= clock("16:00") && at <= NOW);
    for (const { facts } of rows) countOrders([JSON.parse(facts) as OrderFacts], ledger, 1);
    const [expected] = ledger.gains().filter(({ grain, dim }) => grain === "hour" && dim === "all");
    const [found] = await ask();
    expect(counted(found?.sums)).toEqual(counted(expected?.sums));
    // without what is taken off there would be something
    const [later] = await readSums(history, {
      site: "BER1",
      zone: policies.zone,
      now: clock("16:40"),
      dim: "all",
      by: "none",
      from: clock("16:00"),
      to: clock("17:00"),
    });
    expect(counted(later?.sums)).not.toEqual(counted(found?.sums));
    await history.close();
  });

  test("while orders are measured anew nothing is taken off that is not there", async () => {
    const { history, projector, policies, ask } = await filled();
    await projector.forgetMeasures("BER1", policies.zone, "measure:");
    expect(await ask()).toEqual([]);
    await history.close();
  });

  test.runIf(kind === "sqlite")("each deadline is found by an index", async () => {
    const { history } = await filled();
    for (const by of ["ship_by", "deliver_by", "commit_by"] as const) {
      const but = by === "ship_by" ? "net_ship_by" : "net_deliver_by";
      const asked = history.db
        .selectFrom("orders")
        .select("customer_order")
        .where("site", "=", "BER1")
        .where(by, ">", 1)
        .where(by, "<", 2)
        .whereRef(by, "is distinct from", but);
      const plan = await sql<{
        detail: string;
      }>`explain query plan ${sql.raw(asked.compile().sql)}`.execute(history.db);
      expect(plan.rows.map(({ detail }) => detail)).toEqual([
        expect.stringContaining(`USING INDEX orders_${by} `),
      ]);
    }
    await history.close();
  });
});
