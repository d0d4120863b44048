/** The held data's own numbers through what the screens ask: shares, counts and quantiles must be exactly those of the files. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instantOf, readText } from "../../bin/adapters/feed.ts";
import { readOlist } from "../../bin/adapters/olist.ts";
import type { AnalyticsName } from "../../domain/contract/analytics.ts";
import { encodeOrderRecord } from "../../domain/contract/order-record.ts";
import { INSTANT_FIELDS, type RecordedEvent } from "../../domain/event.ts";
import { answerFrom } from "../../history/ask.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History } from "../../history/open.ts";
import { createProjector } from "../../history/project.ts";
import { answerOf, readAsked, type RollupName } from "../../server/analytics/answer.ts";
import { readScmsOrders } from "../evaluate/real/scms.ts";
import { anEvent, anOrderReceived, aSite } from "../support/builders.ts";
import { policiesOf } from "./builders.ts";

const REAL = join(import.meta.dirname, "../../../shared/data/timelines");
const ZONE = "America/Sao_Paulo";
const NOW = Date.UTC(2019, 0, 1);
const WHOLE = {
  OLIST: { from: "2016-01-01T00:00:00Z", to: "2018-12-31T00:00:00Z" },
  SCMS: { from: "2005-01-01T00:00:00Z", to: "2013-12-31T00:00:00Z" },
};
type Whole = keyof typeof WHOLE;

const rank = (list: readonly number[], q: number): number | null =>
  list.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * list.length) - 1)] ?? null;
const quantilesOf = (list: readonly number[]) => ({
  of: { n: list.reduce((sum, ms) => sum + ms, 0), d: list.length },
  p50: rank(list, 0.5),
  p90: rank(list, 0.9),
  p95: rank(list, 0.95),
  p99: rank(list, 0.99),
});

describe.skipIf(!existsSync(REAL))(
  "held data (skipped where the files are not beside the checkout)",
  () => {
    let dir = "";
    let history: History;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), "ct-real-"));
      history = openHistory({ file: join(dir, "h.db") });
      await migrate(history, 1);
    });
    afterAll(async () => {
      await history.close();
      rmSync(dir, { recursive: true, force: true });
    });

    async function take(
      site: string,
      timeZone: string,
      orders: Map<string, RecordedEvent[]>,
    ): Promise<void> {
      const rules = aSite({
        id: site,
        timeZone,
        shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" }],
      });
      const projector = createProjector(history);
      const all = [...orders];
      for (let first = 0; first < all.length; first += 500) {
        const some = all.slice(first, first + 500).map(([id, events]) => ({
          id,
          text: encodeOrderRecord({ v: 1, policy: 1, events, sent: [] }),
        }));
        const from = first === 0 ? null : { epoch: "e", seq: first };
        await projector.project(
          { site, from, to: { epoch: "e", seq: first + 500, at: 1 }, orders: some },
          policiesOf(rules),
          1,
        );
      }
    }

    const ask = (site: Whole, zone: string, name: RollupName & AnalyticsName, more = {}) =>
      answerOf(
        readAsked({ ask: answerFrom(history), site, zone, now: NOW }, name, {
          ...WHOLE[site],
          by: "carrier",
          ...more,
        }),
      );

    test(
      "Olist: late share, counts and the quantiles of every leg",
      { timeout: 120_000 },
      async () => {
        const folder = join(REAL, "olist");
        const path = join(folder, "orders.csv.gz");
        const near = ["order_items.csv.gz", "customers.csv.gz"].map((name) => join(folder, name));
        const feed = await readOlist(path, near, { site: "OLIST" } as never);
        const instants = new Set<string>(INSTANT_FIELDS);
        const orders = new Map<string, RecordedEvent[]>();
        for (const { data = {}, ...event } of feed.events) {
          const inside = Object.fromEntries(
            Object.entries(data).map(([name, value]) => [
              name,
              instants.has(name) ? Date.parse(String(value)) : value,
            ]),
          );
          const recorded = {
            ...event,
            site: "OLIST",
            occurredAt: Date.parse(event.occurredAt),
            recordedAt: NOW,
            hash: event.id,
            data: inside,
          } as unknown as RecordedEvent;
          orders.set(recorded.orderId, [...(orders.get(recorded.orderId) ?? []), recorded]);
        }
        await take("OLIST", ZONE, orders);

        const rows = parse(await readText(path), {
          columns: true,
          skip_empty_lines: true,
          bom: true,
        }) as Record<string, string>[];
        const at = (text: string | undefined): number | null =>
          text ? Date.parse(instantOf(text, ZONE)) : null;
        const told = rows.map((row) => ({
          placed: at(row["order_purchase_timestamp"])!,
          out: at(row["order_delivered_carrier_date"]),
          home: at(row["order_delivered_customer_date"]),
          by: at(`${row["order_estimated_delivery_date"]!.slice(0, 10)} 23:59:59`)!,
          isCancelled: row["order_status"] === "canceled",
        }));
        // cancelled before it left: nobody waits for it
        const due = told.filter(
          ({ isCancelled, out, home }) => !isCancelled || out !== null || home !== null,
        );
        const kept = due.filter(({ home, by }) => home !== null && home <= by);
        const both = (a: "placed" | "out", b: "out" | "home") =>
          told.flatMap((one) => (one[a] === null || one[b] === null ? [] : [one[b]! - one[a]!]));

        const otif = await ask("OLIST", ZONE, "otif");
        expect(otif.total["onTimeDeliveryGross"]?.of).toEqual({ n: kept.length, d: due.length });
        const cycle = await ask("OLIST", ZONE, "cycle-times", { exact: true });
        expect(cycle.total["clickToShip"]).toMatchObject(quantilesOf(both("placed", "out")));
        expect(cycle.total["transit"]).toMatchObject(quantilesOf(both("out", "home")));
        expect(cycle.total["cycleGross"]).toMatchObject(quantilesOf(both("placed", "home")));
      },
    );

    test("SCMS: late share and the time on the way", { timeout: 120_000 }, async () => {
      const { orders } = await readScmsOrders(join(REAL, "scms"));
      const records = new Map(
        orders.map(({ id, facts, deliveredAt }) => {
          const of = { orderId: id, recorded: NOW };
          const received = anOrderReceived(
            facts.placedAt,
            {
              placedAt: facts.placedAt,
              deliverBy: facts.deliverBy,
              customerOrder: id,
              carrier: facts.carrier,
            },
            of,
          );
          const way = [
            anEvent("parcel.handed_over", facts.placedAt, {}, of),
            ...(deliveredAt === undefined
              ? []
              : [anEvent("parcel.delivered", deliveredAt, {}, of)]),
          ];
          return [id, [received, ...way]] as const;
        }),
      );
      await take("SCMS", "UTC", new Map([...records].map(([id, events]) => [id, [...events]])));
      const kept = orders.filter(
        ({ facts, deliveredAt }) => deliveredAt !== undefined && deliveredAt <= facts.deliverBy,
      );
      const otif = await ask("SCMS", "UTC", "otif");
      expect(otif.total["onTimeDelivery"]?.of).toEqual({ n: kept.length, d: orders.length });
      const cycle = await ask("SCMS", "UTC", "cycle-times", { exact: true });
      expect(cycle.total["transit"]).toMatchObject(
        quantilesOf(orders.map(({ facts, deliveredAt }) => deliveredAt! - facts.placedAt)),
      );
      const { items } = await ask("SCMS", "UTC", "otif");
      const due = items.map(({ key, figures }) => [key, figures["onTimeDelivery"]?.of?.d]);
      const carriers = Map.groupBy(orders, ({ facts }) => facts.carrier);
      expect(Object.fromEntries(due)).toEqual(
        Object.fromEntries([...carriers].map(([name, list]) => [name, list.length])),
      );
    });
  },
);
