import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RecordedEvent } from "../../domain/event.ts";
import type { History } from "../../history/open.ts";
import { createMeasurer } from "../../history/measurer.ts";
import { measureAhead } from "../../history/measuring.ts";
import { contentOf } from "../../history/content.ts";
import { createProjector, Overtaken } from "../../history/project.ts";
import type { Stretch } from "../../history/stretch.ts";
import { anEvent, anOrderReceived } from "../support/builders.ts";
import { aRecord, aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

const policies = policiesOf();
const received = (orderId: string, data = {}): RecordedEvent =>
  anOrderReceived("8:00", data, { orderId });
const way = (orderId: string, data = {}): RecordedEvent[] => [
  received(orderId, data),
  anEvent("order.allocated", "8:10", {}, { orderId }),
  anEvent("pick.completed", "9:00", {}, { orderId }),
  anEvent("pack.completed", "9:30", {}, { orderId }),
  anEvent("parcel.handed_over", "15:00", {}, { orderId }),
  anEvent("parcel.delivered", "39:00", {}, { orderId }),
];

/** The orders of a stretch as another thread may have measured them before. */
const batchOf = ({ site, orders }: Stretch, isCounted: boolean) => ({
  site,
  zone: policies.zone,
  orders: orders.flatMap(({ id, text }) => (text === null ? [] : [{ id, text }])),
  isCounted,
});
const aheadOf = (stretch: Stretch, isCounted = true) =>
  measureAhead(batchOf(stretch, isCounted), policies.of);

/** Everything that history says, but for when it was written. */
async function contents(history: History) {
  const orders = await history.db.selectFrom("orders").selectAll().orderBy("id").execute();
  const rollups = await history.db
    .selectFrom("rollups")
    .selectAll()
    .orderBy("grain")
    .orderBy("dim")
    .orderBy("value")
    .orderBy("bucket")
    .execute();
  const sums = rollups.map(({ sums, ...row }) => ({
    ...row,
    sums: JSON.parse(sums) as { n: object; h: object },
  }));
  const said = sums.filter(({ sums: { n } }) => Object.keys(n).length > 0);
  const sorted = said.map(({ sums: { n, h }, ...row }) => ({
    ...row,
    n: Object.fromEntries(Object.entries(n).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    h: Object.fromEntries(
      Object.entries(h)
        .filter(([, bins]) => Object.keys(bins as object).length > 0)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  }));
  return { orders, rollups: sorted };
}

forEachStore(({ open }) => {
  test("an order is a row with its promises, its end and its events, and nothing is in it that names a person", async () => {
    const history = await open();
    const projector = createProjector(history);
    expect(
      await projector.project(aStretch(null, 6, { A: aRecord(6, way("A")) }), policies, 77),
    ).toBe(1);
    const row = await history.db.selectFrom("orders").selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      site: "BER1",
      id: "A",
      v: 6,
      stage: "delivered",
      events: 6,
      units: 2,
      channel: "web",
      carrier: "A",
      country: "DE",
      archived_at: null,
    });
    expect(row.closed_at).toBe(row.delivered_at);
    expect(await projector.checkpointOf("BER1")).toMatchObject({
      epoch: "e1",
      seq: 6,
      at: 6_000,
      projected_at: 77,
      gaps: 0,
    });
    await history.close();
  });

  test("two sites that one process copies keep their roll-ups apart, hour for hour", async () => {
    const records = { A: aRecord(6, way("A")) };
    const both = await open();
    const projector = createProjector(both);
    await projector.project(aStretch(null, 6, records), policies, 1);
    await projector.project(aStretch(null, 6, records, { site: "NYC1" }), policies, 1);
    const alone = await open();
    await createProjector(alone).project(aStretch(null, 6, records), policies, 1);
    const expected = (await contents(alone)).rollups;
    const { rollups } = await contents(both);
    for (const site of ["BER1", "NYC1"])
      expect(rollups.filter((row) => row.site === site)).toEqual(
        expected.map((row) => ({ ...row, site })),
      );
  });

  test("the same stretch twice changes nothing the second time", async () => {
    const history = await open();
    const projector = createProjector(history);
    const stretch = aStretch(null, 6, { A: aRecord(6, way("A")) });
    await projector.project(stretch, policies, 1);
    const before = await contents(history);
    await expect(projector.project(stretch, policies, 2)).rejects.toThrow(Overtaken);
    expect(await contents(history)).toEqual(before);
    // met again further on, as it stands already
    expect(await projector.project(aStretch(6, 9, { A: aRecord(6, way("A")) }), policies, 3)).toBe(
      0,
    );
    expect(await contents(history)).toEqual(before);
    await history.close();
  });

  test("two that copy the same stretch at once: one does it, the other is told", async () => {
    const history = await open();
    const again = history.kind === "sqlite" ? null : createProjector(history);
    const stretch = aStretch(null, 6, { A: aRecord(6, way("A")) });
    const both = [
      createProjector(history).project(stretch, policies, 1),
      again?.project(stretch, policies, 1),
    ];
    const ends = await Promise.allSettled(both.filter((one) => one !== undefined));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const all = await history.db
      .selectFrom("rollups")
      .select("sums")
      .where("dim", "=", "all")
      .where("grain", "=", "day")
      .execute();
    const sums = all.map(
      ({ sums }) => (JSON.parse(sums) as { n: Record<string, number> }).n["received"] ?? 0,
    );
    expect(sums.reduce((sum, one) => sum + one, 0)).toBe(1);
    await history.close();
  });

  test("a failing transaction leaves rows, roll-ups and checkpoint as they were", async () => {
    const history = await open();
    const projector = createProjector(history);
    await projector.project(
      aStretch(null, 1, { A: aRecord(1, way("A").slice(0, 1)) }),
      policies,
      1,
    );
    const before = await contents(history);
    const broken = {
      site: "BER1",
      epoch: "e1",
      first_seq: 2,
      last_seq: 6,
      from_at: null as unknown as number,
      to_at: 1,
      bytes: 1,
      entries: new Uint8Array([1]),
    };
    await expect(
      projector.project(
        aStretch(1, 6, { A: aRecord(6, way("A")) }, { segment: broken }),
        policies,
        2,
      ),
    ).rejects.toThrow(/null/i);
    expect(await contents(history)).toEqual(before);
    expect((await projector.checkpointOf("BER1"))?.seq).toBe(1);
    await projector.project(aStretch(1, 6, { A: aRecord(6, way("A")) }), policies, 3);
    const other = await open();
    await createProjector(other).project(
      aStretch(null, 6, { A: aRecord(6, way("A")) }),
      policies,
      3,
    );
    expect(await contents(history)).toEqual(await contents(other));
    await Promise.all([history.close(), other.close()]);
  });

  test("an order that cannot be read stops nobody else", async () => {
    const history = await open();
    const told: string[] = [];
    const projector = createProjector(history, { onUnreadable: (id) => told.push(id) });
    expect(
      await projector.project(
        aStretch(null, 2, { A: "[1,nonsense", B: aRecord(2, way("B")) }),
        policies,
        1,
      ),
    ).toBe(1);
    expect(told).toEqual(["A"]);
    await history.close();
  });

  test("what was lost in the live store is taken away when reconciling, what was archived stays", async () => {
    const history = await open();
    const projector = createProjector(history);
    await projector.project(
      aStretch(null, 6, { A: aRecord(6, way("A")), B: aRecord(5, way("B")) }),
      policies,
      1,
    );
    await history.db.updateTable("orders").set({ archived_at: 5 }).where("id", "=", "B").execute();
    await projector.project(aStretch(6, 7, { A: null, B: null }), policies, 2);
    expect((await contents(history)).orders).toHaveLength(2);
    await projector.project(
      aStretch(7, 8, { A: null, B: null }, { isReconciling: true }),
      policies,
      3,
    );
    const left = await contents(history);
    expect(left.orders.map(({ id }) => id)).toEqual(["B"]);
    const alone = await open();
    await createProjector(alone).project(
      aStretch(null, 6, { B: aRecord(5, way("B")) }),
      policies,
      1,
    );
    expect(left.rollups).toEqual((await contents(alone)).rollups);
    await Promise.all([history.close(), alone.close()]);
  });

  test("an order sent in place of another takes its perfection away, whichever is copied first", async () => {
    const perfect = async (history: History): Promise<number> => {
      const { rollups } = await contents(history);
      return rollups
        .filter(({ dim, grain }) => dim === "all" && grain === "day")
        .reduce((sum, { n }) => sum + ((n as Record<string, number>)["perfect.ok"] ?? 0), 0);
    };
    const history = await open();
    const projector = createProjector(history);
    await projector.project(
      aStretch(null, 1, { A: aRecord(1, way("A", { customerOrder: "C-A" })) }),
      policies,
      1,
    );
    expect(await perfect(history)).toBe(1);
    await projector.project(
      aStretch(1, 2, { R: aRecord(2, way("R", { customerOrder: "C-R", replaces: "A" })) }),
      policies,
      2,
    );
    expect(await perfect(history)).toBe(1);
    // the first one stays imperfect when something more is learned of it
    await projector.project(
      aStretch(2, 3, {
        A: aRecord(3, [
          ...way("A", { customerOrder: "C-A" }),
          anEvent("note.added", "40:00", { text: "x" }, { orderId: "A" }),
        ]),
      }),
      policies,
      3,
    );
    expect(await perfect(history)).toBe(1);
    await history.close();
  });

  test("an order in whose place another was sent is known as such in any order of copying, and measured anew", async () => {
    const [a, r] = [
      { A: aRecord(1, way("A", { customerOrder: "C-A" })) },
      { R: aRecord(2, way("R", { customerOrder: "C-R", replaces: "A" })) },
    ];
    const [first, second] = [await open(), await open()];
    const forward = createProjector(first);
    await forward.project(aStretch(null, 1, a), policies, 1);
    await forward.project(aStretch(1, 2, r), policies, 2);
    const backward = createProjector(second);
    await backward.project(aStretch(null, 1, r), policies, 1);
    await backward.project(aStretch(1, 2, a), policies, 2);
    const { hash } = await contentOf(first, "BER1");
    expect((await contentOf(second, "BER1")).hash).toBe(hash);
    // the other one is measured first, when all facts were thrown away
    await forward.forgetMeasures("BER1", policies.zone, "measure:");
    for (const one of [r, a])
      await forward.project(aStretch(2, 2, one, { isRemeasuring: true }), policies, 3);
    expect((await contentOf(first, "BER1")).hash).toBe(hash);
    await Promise.all([first.close(), second.close()]);
  });

  test("measured ahead or in its turn: rows and roll-ups are the same", async () => {
    const stretches = [
      aStretch(null, 1, { A: aRecord(1, way("A", { customerOrder: "C-A" }).slice(0, 3)) }),
      // one that is here, its other part, one in place of it, and one that cannot be read
      aStretch(1, 2, {
        A: aRecord(1, way("A", { customerOrder: "C-A" }).slice(0, 3)),
        A2: aRecord(2, way("A2", { customerOrder: "C-A" })),
        R: aRecord(2, way("R", { customerOrder: "C-R", replaces: "A" })),
        S: aRecord(2, way("S", { customerOrder: "C-R", replaces: "R" })),
        X: "[2,nonsense",
      }),
      aStretch(2, 3, { A: aRecord(3, way("A", { customerOrder: "C-A" })), Y: aRecord(3, []) }),
    ];
    const histories = [await open(), await open(), await open()] as const;
    const told: string[][] = [[], [], []];
    for (const [which, history] of histories.entries()) {
      const projector = createProjector(history, { onUnreadable: (id) => told[which]?.push(id) });
      for (const stretch of stretches) {
        const ahead = which === 0 ? null : aheadOf(stretch, which === 1);
        await projector.project(stretch, policies, 1, ahead);
      }
    }
    const expected = await contents(histories[0]);
    expect(expected.orders.map(({ id }) => id)).toEqual(["A", "A2", "R", "S"]);
    for (const history of histories) expect(await contents(history)).toEqual(expected);
    expect(told).toEqual([["X"], ["X"], ["X"]]);
    await Promise.all(histories.map((history) => history.close()));
  });

  test("what was counted by other clocks than the site's is counted again", async () => {
    const stretch = aStretch(null, 6, { A: aRecord(6, way("A")) });
    const [plain, moved] = [await open(), await open()];
    await createProjector(plain).project(stretch, policies, 1);
    const ahead = measureAhead({ ...batchOf(stretch, true), zone: "Asia/Kolkata" }, policies.of);
    await createProjector(moved).project(stretch, policies, 1, ahead);
    expect(await contents(moved)).toEqual(await contents(plain));
    await Promise.all([plain.close(), moved.close()]);
  });

  test(
    "roll-ups after any way of copying equal those of copying the end at once",
    { timeout: 60_000 },
    async () => {
      const orders = ["A", "B", "C"].map((id) => ({
        id,
        events: way(id, { customerOrder: id === "C" ? "CA" : `C${id}` }),
      }));
      const end = Object.fromEntries(orders.map(({ id, events }) => [id, aRecord(99, events)]));
      const whole = await open();
      await createProjector(whole).project(aStretch(null, 99, end), policies, 1);
      const expected = await contents(whole);
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.tuple(
              fc.nat(2),
              fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
              fc.constantFrom("counted", "measured", "not"),
            ),
            { maxLength: 8 },
          ),
          async (steps) => {
            const history = await open();
            const projector = createProjector(history);
            let seq = 0;
            for (const [which, places, how] of steps) {
              const { id, events } = orders[which]!;
              const known = [
                events[0]!,
                ...places.filter((place) => place > 0).map((place) => events[place]!),
              ];
              const stretch = aStretch(seq === 0 ? null : seq, seq + 1, {
                [id]: aRecord(seq + 1, known),
              });
              const ahead = how === "not" ? null : aheadOf(stretch, how === "counted");
              await projector.project(stretch, policies, 1, ahead);
              seq += 1;
            }
            const last = aStretch(seq === 0 ? null : seq, 99, end);
            await projector.project(last, policies, 1, aheadOf(last));
            expect(await contents(history)).toEqual(expected);
            await history.close();
          },
        ),
        { numRuns: 12, seed: 7 },
      );
      await whole.close();
    },
  );
});

test("a thread measures what this one would, batch after batch, and is begun again after a rest", async () => {
  const measurer = createMeasurer();
  const stretches = ["A", "B", "C"].map((id, place) =>
    aStretch(place, place + 1, { [id]: aRecord(place + 1, way(id)), X: "[1,nonsense" }),
  );
  const measured = await Promise.all(
    stretches.map((stretch) => measurer.measure(batchOf(stretch, true), policies)),
  );
  const plain = ({ orders, gains }: ReturnType<typeof aheadOf>) => ({
    orders: [...orders],
    places: gains?.places,
    numbers: gains?.numbers.length,
  });
  expect(measured.map(plain)).toEqual(stretches.map((stretch) => plain(aheadOf(stretch))));
  // more than is measured before the thread hears that it ends
  const many = Array.from({ length: 2_000 }, (_, at) => [`M${at}`, aRecord(1, way(`M${at}`))]);
  const long = aStretch(3, 4, Object.fromEntries(many) as Record<string, string>);
  const interrupted = measurer.measure(batchOf(long, true), policies);
  const [end] = await Promise.all([
    interrupted.then(
      () => "measured",
      (error: Error) => error.message,
    ),
    measurer.rest(),
  ]);
  expect(end).toBe("the thread that measures ended");
  expect(plain(await measurer.measure(batchOf(stretches[1]!, false), policies))).toEqual(
    plain(aheadOf(stretches[1]!, false)),
  );
  await measurer.rest();
});

test("no sealed field of an inbox entry is among what is measured", () => {
  const source = readFileSync(new URL("../../domain/analytics/facts.ts", import.meta.url), "utf8");
  expect(source).not.toMatch(/sealed|email|phone|postalCode|street/i);
});
