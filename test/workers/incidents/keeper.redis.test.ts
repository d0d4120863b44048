import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../../domain/board.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { AnyEvent } from "../../../domain/event.ts";
import type { Detection } from "../../../domain/incidents/detection.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { DEFAULT_POLICIES, type Policies } from "../../../domain/incidents/policies.ts";
import { createForecaster } from "../../../workers/forecast/forecaster.ts";
import { createIncidentKeeper } from "../../../workers/incidents/keeper.ts";
import { createPolicyBook } from "../../../workers/policies.ts";
import { aLadder } from "../../domain/incidents/fixtures.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;

describe.skipIf(redisMissing)("incidents of a site", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  async function newSite(policies: Partial<Policies> = {}) {
    const site = await stand.newSite({ shifts: [] });
    const stored = {
      site: site.id,
      version: 1,
      policies: { ...DEFAULT_POLICIES, ladders: [aLadder([0, 10])], ...policies },
      history: [],
    };
    await stand.send("HSET", GLOBAL_KEYS.policies, site.id, JSON.stringify(stored));
    const worker = await site.worker();
    const forecaster = async () => {
      const book = createPolicyBook(stand.send);
      await book.refresh();
      const { tell, rulebook, keepIncidents: keep } = worker;
      const { send } = stand;
      return createForecaster({
        site: site.id,
        send,
        book,
        tell,
        isBehind: () => false,
        log: { info: () => {} },
        keeper: createIncidentKeeper({ site: site.id, send, rulebook, keep }),
      });
    };
    /** Its promise was broken some hours ago, and it is worth so much. */
    const late = (order: string, unitPrice = 40): AnyEvent => {
      const event = site.received(order) as unknown as { data: { lines: object[] } };
      const placedAt = Date.now() - DAY;
      const promised = { placedAt, shipBy: Date.now() - HOUR, deliverBy: Date.now() + 5 * DAY };
      const lines = event.data.lines.map((line) => ({ ...line, unitPrice }));
      return {
        ...event,
        occurredAt: placedAt,
        data: { ...event.data, ...promised, lines },
      } as unknown as AnyEvent;
    };
    const take = async (...events: AnyEvent[]): Promise<void> => {
      await site.post(events);
      await worker.drain();
    };
    const incidents = async (): Promise<Incident[]> =>
      (await stand.send<string[]>("HVALS", site.keys.incidents)).map(
        (text) => JSON.parse(text) as Incident,
      );
    const row = async (order: string): Promise<Row> =>
      JSON.parse((await stand.send<string | null>("HGET", site.keys.rows, order)) ?? "{}") as Row;
    return {
      ...site,
      worker,
      another: () => site.worker(),
      forecaster,
      late,
      take,
      incidents,
      row,
    };
  }

  test("trouble becomes an incident with its orders, a step due, and a row that points to it", async () => {
    const site = await newSite();
    await site.take(site.late("A"));
    const forecaster = await site.forecaster();
    await forecaster.step();
    const [incident, ...more] = await site.incidents();
    expect(more).toEqual([]);
    expect(incident).toMatchObject({
      id: "INC-1",
      state: "open",
      orders: ["A"],
      rule: { version: 1 },
      ladder: { step: 0, version: 1 },
    });
    expect((await site.row("A")).incident).toBe("INC-1");
    await site.worker.passTime();
    expect((await site.incidents())[0]?.ladder?.fired).toHaveLength(1);
    await forecaster.stop();
  });

  test("looking again changes nothing that did not change", async () => {
    const site = await newSite();
    await site.take(site.late("A"));
    const first = await site.forecaster();
    await first.step();
    const [before] = await site.incidents();
    const seq = await stand.send("GET", site.keys.seq);
    await first.stop();
    // another process takes over: it looks at once
    const second = await site.forecaster();
    await second.step();
    expect((await site.incidents())[0]).toEqual(before);
    expect(await stand.send("GET", site.keys.seq)).toBe(seq);
    await second.stop();
  });

  test("what a person did stays when it is looked at again, and it ends when its cause is gone", async () => {
    const site = await newSite({
      rules: DEFAULT_POLICIES.rules.map((rule) => ({
        ...rule,
        thresholds: { minimumHoldMin: 0, closeAfterMin: 0 },
      })),
    });
    await site.take(site.late("A"), site.received("B"));
    const forecaster = await site.forecaster();
    await forecaster.step();
    const [{ id = "" } = {} as Incident] = await site.incidents();
    await site.take({
      id: "ack",
      source: "ui/petra",
      type: "incident.acknowledged",
      site: site.id,
      occurredAt: Date.now(),
      actor: "petra",
      data: { incident: id },
    } as AnyEvent);
    await site.take(site.late("C"));
    await forecaster.stop();
    const next = await site.forecaster();
    await next.step();
    const mine = (await site.incidents()).find((one) => one.id === id);
    expect(mine).toMatchObject({ state: "acknowledged", owner: "petra" });
    await site.take(site.event("order.cancelled", "A"), site.event("order.cancelled", "C"));
    await next.stop();
    const last = await site.forecaster();
    await last.step();
    const all = await site.incidents();
    expect(all.every(({ state }) => state === "resolved")).toBe(true);
    expect(all.find((one) => one.id === id)?.resolution).toMatchObject({ code: "cleared" });
    expect(await stand.send("HLEN", site.keys.orderIncidents)).toBe(0);
    await last.stop();
  });

  test("a commit in between is no obstacle: the same is found again", async () => {
    const site = await newSite();
    await site.take(site.late("A"));
    const forecaster = await site.forecaster();
    const other = await site.another();
    await site.post([site.late("B")]);
    await Promise.all([forecaster.step(), other.drain()]);
    await forecaster.stop();
    const next = await site.forecaster();
    await next.step();
    const orders = (await site.incidents()).flatMap((one) => one.orders);
    expect(orders.toSorted()).toEqual(["A", "B"]);
    await next.stop();
  });

  const found = (order: string, more: Partial<Detection> = {}): Detection => ({
    kind: "order_delay",
    cause: `order_delay|${order}`,
    title: `${order} is late`,
    severity: "S4",
    priority: 60,
    savingRate: 1,
    actBy: null,
    valueAtStake: null,
    counts: { orders: 1, atRisk: 0, late: 1, lost: 0, blind: 0 },
    members: [order],
    attributes: [],
    sources: [],
    tiers: [],
    reasons: [],
    doThis: null,
    rule: { id: "order_delay", version: 1 },
    inputs: {},
    isFaint: false,
    isQuiet: false,
    habit: null,
    ...more,
  });

  test("two who look at once open each cause once, and what somebody does meanwhile stands", async () => {
    const site = await newSite();
    await site.take(site.late("A"), site.late("B"), site.late("C"));
    const other = await site.another();
    await other.keepIncidents([found("A")]);
    const ack = {
      id: "ack",
      source: "ui/petra",
      type: "incident.acknowledged",
      site: site.id,
      occurredAt: Date.now(),
      actor: "petra",
      data: { incident: "INC-1" },
    } as AnyEvent;
    await site.post([ack]);
    const all = [found("A", { severity: "S3" }), found("B"), found("C")];
    await Promise.all([
      site.worker.keepIncidents(all),
      other.keepIncidents(all),
      other.drain(),
      other.passTime(),
    ]);
    await site.worker.keepIncidents(all);
    const incidents = await site.incidents();
    expect(incidents.map(({ cause }) => cause).toSorted()).toEqual(
      all.map(({ cause }) => cause).toSorted(),
    );
    expect(incidents.find(({ id }) => id === "INC-1")).toMatchObject({
      state: "acknowledged",
      owner: "petra",
      severity: "S3",
    });
    expect(
      await Promise.all(["A", "B", "C"].map(async (id) => (await site.row(id)).incident)),
    ).toEqual(["A", "B", "C"].map((id) => incidents.find(({ orders }) => orders.includes(id))?.id));
  });

  test("poison events become an incident by themselves", async () => {
    const site = await newSite();
    await stand.send(
      "HSET",
      site.keys.dead,
      "dl-1",
      JSON.stringify({
        id: "dl-1",
        site: site.id,
        at: Date.now(),
        cause: { code: "CT_ERR_RULES_THREW", message: "x" },
        tries: 1,
      }),
    );
    const forecaster = await site.forecaster();
    await forecaster.step();
    expect((await site.incidents()).map(({ kind }) => kind)).toEqual(["poison_events"]);
    await forecaster.stop();
  });
});
