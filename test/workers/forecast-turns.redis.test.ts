import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_ALARM } from "../../domain/alarm.ts";
import type { Row } from "../../domain/board.ts";
import type { StoredOutlook } from "../../domain/contract/stored.ts";
import { type Stand, startStand } from "./stand.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

const HOUR = 3_600_000;
const outlook = (change: Partial<StoredOutlook> = {}): StoredOutlook => ({
  p: 0.87,
  isRaised: true,
  at: Date.now(),
  until: Date.now() + 2 * HOUR,
  words: ["87 % likely to miss its truck: 142 orders ahead in packing"],
  alarm: NO_ALARM,
  ...change,
});

async function siteWithOrder() {
  const site = await stand.newSite();
  const worker = await site.worker();
  await site.post([site.received("A")]);
  await worker.drain();
  const row = async (): Promise<Row> =>
    JSON.parse((await stand.send<string | null>("HGET", site.keys.rows, "A")) ?? "null") as Row;
  const seq = () => stand.send<string>("GET", site.keys.seq);
  const kept = () => stand.send<string | null>("HGET", site.keys.outlooks, "A");
  return { ...site, own: worker, row, seq, kept };
}

describe("what the forecast says", () => {
  test("colors the row, names the reason, and asks to be looked at again before it is too old", async () => {
    const { own, row, seq, keys } = await siteWithOrder();
    const said = outlook();
    expect(await own.tell(new Map([["A", said]]))).toBe(1);
    expect(await row()).toMatchObject({ sev: "at_risk", risk: 0.85, v: 2, why: said.words[0] });
    expect(await seq()).toBe("2");
    expect(Number(await stand.send("ZSCORE", keys.due, "A"))).toBeLessThanOrEqual(said.until);
  });

  test("gets a number only when the board changes", async () => {
    const { own, seq, kept } = await siteWithOrder();
    await own.tell(new Map([["A", outlook()]]));
    const later = outlook({ p: 0.86, until: Date.now() + 3 * HOUR });
    expect(await own.tell(new Map([["A", later]]))).toBe(1);
    expect(await seq()).toBe("2");
    expect(JSON.parse((await kept()) ?? "null")).toMatchObject({ until: later.until });
  });

  test("holds when the next event is applied, by this worker and by another that never heard of it", async () => {
    const { own, row, post, event, worker } = await siteWithOrder();
    await own.tell(new Map([["A", outlook()]]));
    await post([event("order.allocated", "A", { lines: [] })]);
    await own.drain();
    expect(await row()).toMatchObject({ stage: "allocated", risk: 0.85, sev: "at_risk" });
    await post([event("pick.completed", "A")]);
    await (await worker()).drain();
    expect(await row()).toMatchObject({ stage: "picked", risk: 0.85, sev: "at_risk" });
  });

  test("can be taken back", async () => {
    const { own, row, kept } = await siteWithOrder();
    await own.tell(new Map([["A", outlook()]]));
    await own.tell(new Map([["A", null]]));
    expect(await row()).toMatchObject({ risk: null, v: 3 });
    expect(await kept()).toBeNull();
  });

  test("is forgotten with the order, and says nothing of orders that are not open", async () => {
    const { own, post, event, kept, seq } = await siteWithOrder();
    await own.tell(new Map([["A", outlook()]]));
    await post([event("order.cancelled", "A")]);
    await own.drain();
    expect(await kept()).toBeNull();
    const before = await seq();
    await own.tell(
      new Map([
        ["A", outlook()],
        ["nobody", outlook()],
      ]),
    );
    expect([await kept(), await seq()]).toEqual([null, before]);
  });

  test("is refused by comparison when another worker had a turn, and said again on what stands then", async () => {
    const { own, worker, post, event, row } = await siteWithOrder();
    await own.tell(new Map([["A", outlook({ isRaised: false, p: 0.3 })]]));
    const other = await worker();
    await post([event("order.allocated", "A", { lines: [] })]);
    await other.drain();
    expect(await own.tell(new Map([["A", outlook()]]))).toBe(1);
    expect(await row()).toMatchObject({ stage: "allocated", risk: 0.85 });
  });
});
