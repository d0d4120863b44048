import { expect, test } from "vitest";
import type { Judged } from "../../domain/forecast/quality.ts";
import { answerFrom } from "../../history/ask.ts";
import { createProjector } from "../../history/project.ts";
import { anOrderReceived, clock } from "../support/builders.ts";
import { aRecord, aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

const MINUTE = 60_000;
const DEADLINE = clock("15:00");
const one = (order: string, change: Partial<Judged> = {}): Judged => ({
  order,
  day: "2026-02-11",
  deadline: DEADLINE,
  raisedAt: DEADLINE - 90 * MINUTE,
  readyAt: DEADLINE - MINUTE,
  isMissed: false,
  ...change,
});
const JUDGED: readonly Judged[] = [
  one("right", { readyAt: null, isMissed: true }),
  one("wrong"),
  one("silent", { raisedAt: null, readyAt: null, isMissed: true }),
  one("later", { day: "2026-02-12", isMissed: true }),
];
const placed = JUDGED.map((judged, n) => ({ id: `999-${n}`, text: JSON.stringify(judged) }));
const asked = {
  site: "BER1",
  days: { first: "2026-02-11", last: "2026-02-11" },
  isFailedOnly: false,
  limit: 10,
};

forEachStore(({ open }) => {
  async function filled() {
    const history = await open();
    const projector = createProjector(history);
    const orders = JUDGED.map(({ order }) => [
      order,
      aRecord(1, [anOrderReceived("8:00", {}, { orderId: order })]),
    ]);
    await projector.project(aStretch(null, 1, Object.fromEntries(orders)), policiesOf(), 1);
    await projector.keepJudged("BER1", placed);
    return { history, projector, ask: answerFrom(history) };
  }

  test("orders that were judged are kept by their place, however often they are copied", async () => {
    const { history, projector } = await filled();
    expect(await projector.lastPlace("judged", "BER1")).toBe("999-3");
    await projector.keepJudged("BER1", placed.slice(2));
    const rows = await history.db.selectFrom("judged").selectAll().orderBy("id").execute();
    expect(rows.map((row) => [row.order_id, row.raised_at !== null, row.is_missed])).toEqual([
      ["right", true, 1],
      ["wrong", true, 0],
      ["silent", false, 1],
      ["later", true, 1],
    ]);
    await history.close();
  });

  test("the orders behind each figure of alarms are those that it counts", async () => {
    const { history, ask } = await filled();
    const behind = async (metric: string, isFailedOnly = false) =>
      (await ask("judged", { ...asked, metric, isFailedOnly })).items.map(
        ({ id, isFailed, value }) => [id, isFailed, value],
      );
    expect(await behind("alarmsRaised")).toEqual([
      ["right", false, null],
      ["wrong", false, null],
    ]);
    expect(await behind("alarmPrecision")).toEqual([
      ["right", false, null],
      ["wrong", true, null],
    ]);
    expect(await behind("alarmPrecision", true)).toEqual([["wrong", true, null]]);
    expect(await behind("alarmRecall")).toEqual([
      ["right", false, null],
      ["silent", true, null],
    ]);
    expect(await behind("alarmRecall", true)).toEqual([["silent", true, null]]);
    expect(await behind("alarmLead")).toEqual([["right", false, 90 * MINUTE]]);
    expect(await behind("alarmLead", true)).toEqual([]);
    await history.close();
  });

  test("page follows page until all are told, over days", async () => {
    const { history, ask } = await filled();
    const days = { first: "2026-02-11", last: "2026-02-12" };
    const told: string[] = [];
    let after: string | undefined;
    do {
      const page = await ask("judged", {
        ...asked,
        days,
        metric: "alarmRecall",
        limit: 1,
        after,
      });
      told.push(...page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(told).toEqual(["right", "silent", "later"]);
    await history.close();
  });
});
