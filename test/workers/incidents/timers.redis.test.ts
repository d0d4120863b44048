import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { KeptFate } from "../../../domain/contract/stored.ts";
import { decodeOutboxEntry } from "../../../domain/contract/webhooks.ts";
import type {
  IncidentData,
  IncidentEvent,
  IncidentEventType,
} from "../../../domain/incidents/action.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { DEFAULT_POLICIES, type Ladder } from "../../../domain/incidents/policies.ts";
import { aLadder } from "../../domain/incidents/fixtures.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

type Site = Awaited<ReturnType<Stand["newSite"]>>;

describe.skipIf(redisMissing)("timers of incidents", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  let ids = 0;
  const action = <T extends IncidentEventType>(site: Site, type: T, data: IncidentData[T]) =>
    ({
      id: `a-${(ids += 1)}`,
      source: "ui/petra",
      type,
      site: site.id,
      occurredAt: Date.now(),
      actor: "petra",
      role: "lead",
      data,
    }) as IncidentEvent;

  /** A site that is always open, with this ladder and so many incidents that a person opened. */
  async function opened(ladder: Ladder, count: number) {
    const site = await stand.newSite({ shifts: [] });
    const policies = { ...DEFAULT_POLICIES, ladders: [ladder] };
    const stored = { site: site.id, version: 3, policies, history: [] };
    await stand.send("HSET", GLOBAL_KEYS.policies, site.id, JSON.stringify(stored));
    const worker = await site.worker();
    const titles = Array.from({ length: count }, (_, n) => `t${n}`);
    await site.post(titles.map((title) => action(site, "incident.opened", { title, orders: [] })));
    await worker.drain();
    return { site, worker };
  }
  const incidentsOf = async (site: Site): Promise<Incident[]> =>
    (await stand.send<string[]>("HVALS", site.keys.incidents)).map(
      (text) => JSON.parse(text) as Incident,
    );
  const noticesOf = async (site: Site): Promise<Notice[]> =>
    (await stand.send<[string, string[]][]>("XRANGE", site.keys.outbox, "-", "+")).flatMap(
      ([, fields]) => {
        const entry = decodeOutboxEntry(fields[1] ?? "");
        return "notice" in entry ? [entry.notice] : [];
      },
    );
  /** Everything of an incident a while ago, as if the tower had been down since. */
  async function longAgo(site: Site, ms: number): Promise<void> {
    for (const incident of await incidentsOf(site)) {
      const ladder = incident.ladder && {
        ...incident.ladder,
        since: incident.ladder.since - ms,
        nextAt: (incident.ladder.nextAt ?? 0) - ms,
      };
      const moved = { ...incident, ladder, openedAt: incident.openedAt - ms };
      await stand.send("HSET", site.keys.incidents, incident.id, JSON.stringify(moved));
      await stand.send("ZADD", site.keys.incidentDue, String(ladder?.nextAt ?? 0), incident.id);
    }
  }

  test("a step is fired once by whoever looks first, told once, and falls due for the next", async () => {
    const { site } = await opened(aLadder([0, 10]), 5);
    const workers = await Promise.all([site.worker(), site.worker(), site.worker()]);
    await Promise.all(workers.map((worker) => worker.sweep()));
    await Promise.all(workers.map((worker) => worker.passTime()));
    const all = await incidentsOf(site);
    expect(all.flatMap(({ ladder }) => ladder?.fired ?? [])).toHaveLength(5);
    const notices = await noticesOf(site);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(5);
    expect(notices).toHaveLength(5);
    expect(await stand.send("XLEN", site.keys.annunciations)).toBe(5);
    const due = await stand.send<string>("ZSCORE", site.keys.incidentDue, "INC-1");
    expect(Number(due)).toBe(all.find(({ id }) => id === "INC-1")?.ladder?.nextAt);
    expect(Number(due)).toBeGreaterThan(Date.now() + 9 * 60_000);
  });

  test("in a flood a single order's step is taken, and those who are flooded are not called", async () => {
    const { site, worker } = await opened(aLadder([0, 10]), 2);
    const [first] = await incidentsOf(site);
    const counts = { orders: 1, atRisk: 1, late: 0, lost: 0, blind: 0 };
    const single = { ...first, kind: "order_delay", actBy: Date.now() + 3_600_000, counts };
    await stand.send("HSET", site.keys.incidents, first!.id, JSON.stringify(single));
    await stand.send("SET", site.keys.floods, JSON.stringify({ coordinator: Date.now() }));
    await worker.passTime();
    expect((await incidentsOf(site)).map(({ ladder }) => ladder?.fired.length)).toEqual([1, 1]);
    const heldFor = Object.fromEntries(
      (await noticesOf(site)).map((one) => [one.incident, one.heldFor?.roles]),
    );
    expect(heldFor).toEqual({
      "INC-1": first!.id === "INC-1" ? ["coordinator"] : undefined,
      "INC-2": first!.id === "INC-2" ? ["coordinator"] : undefined,
    });
  });

  test("in a flood the orders of those who matter most call twice in ten minutes, whichever turn they come in", async () => {
    const { site, worker } = await opened(aLadder([0, 10]), 3);
    const counts = { orders: 1, atRisk: 1, late: 0, lost: 0, blind: 0 };
    const vip = { kind: "order_delay", actBy: Date.now() + 3_600_000, counts, tiers: ["vip"] };
    for (const one of await incidentsOf(site)) {
      const text = JSON.stringify({ ...one, ...vip, priority: 90 });
      await stand.send("HSET", site.keys.incidents, one.id, text);
    }
    await stand.send("SET", site.keys.floods, JSON.stringify({ coordinator: Date.now() }));
    const earlier = JSON.stringify({ isVipAlone: true, targets: [], people: [] });
    await stand.send("XADD", site.keys.annunciations, "*", "c", earlier);
    await worker.passTime();
    const held = (await noticesOf(site)).map(({ heldFor }) => heldFor?.roles ?? []);
    expect(held.toSorted()).toEqual([[], ["coordinator"], ["coordinator"]]);
  });

  test("nothing is fired before its time", async () => {
    const { site, worker } = await opened(aLadder([5]), 1);
    await worker.sweep();
    expect(await noticesOf(site)).toEqual([]);
  });

  test(
    "after a downtime everything is fired once, at most fifty a second, marked late and grouped",
    { timeout: 90_000 },
    async () => {
      const { site } = await opened(aLadder([5, 600]), 130);
      await longAgo(site, 6 * 3_600_000);
      const workers = await Promise.all([site.worker(), site.worker()]);
      const seconds: number[] = [];
      const until = Date.now() + 60_000;
      while (seconds.length < 130 && Date.now() < until) {
        await Promise.all(workers.map((worker) => worker.passTime()));
        seconds.length = 0;
        seconds.push(...(await noticesOf(site)).map(({ at }) => Math.floor(at / 1_000)));
      }
      expect(seconds).toHaveLength(130);
      const perSecond = Map.groupBy(seconds, (second) => second);
      for (const some of perSecond.values()) expect(some.length).toBeLessThanOrEqual(50);
      const notices = await noticesOf(site);
      expect(new Set(notices.map(({ id }) => id)).size).toBe(130);
      expect(notices.every(({ group }) => group?.startsWith("late-") === true)).toBe(true);
      const all = await incidentsOf(site);
      expect(all.flatMap(({ ladder }) => ladder?.fired ?? []).every(({ late }) => late)).toBe(true);
    },
  );

  test("whoever acknowledged before it fell due is heard first, also when nobody has applied it yet", async () => {
    const { site, worker } = await opened(aLadder([5]), 2);
    await longAgo(site, 290_000);
    await site.post([action(site, "incident.acknowledged", { incident: "INC-1" })]);
    // both fall due after the acknowledgement was kept, before anybody looks
    for (const id of ["INC-1", "INC-2"])
      await stand.send("ZADD", site.keys.incidentDue, String(Date.now() + 20), id);
    for (const incident of await incidentsOf(site)) {
      const since = Date.now() + 20 - 300_000;
      const moved = { ...incident, ladder: incident.ladder && { ...incident.ladder, since } };
      await stand.send("HSET", site.keys.incidents, incident.id, JSON.stringify(moved));
      await stand.send("ZADD", site.keys.incidentDue, String(since + 300_000), incident.id);
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
    await worker.passTime();
    expect((await noticesOf(site)).map(({ incident }) => incident)).toEqual(["INC-2"]);
    await worker.drain();
    await worker.passTime();
    expect((await noticesOf(site)).map(({ incident }) => incident)).toEqual(["INC-2"]);
  });

  test("what fell due before somebody acted is fired, though nobody looked until then", async () => {
    const { site, worker } = await opened(aLadder([5]), 1);
    await longAgo(site, 600_000);
    await site.post([action(site, "incident.acknowledged", { incident: "INC-1" })]);
    await worker.drain();
    const [incident] = await incidentsOf(site);
    expect(incident?.ladder?.fired).toMatchObject([{ step: 0, late: true }]);
    expect(incident).toMatchObject({ state: "acknowledged", owner: "petra" });
    const fates = await stand.send<string[]>("HVALS", site.keys.incidentFates);
    expect(fates.map((text) => (JSON.parse(text) as KeptFate).state)).toEqual([
      "applied",
      "applied",
    ]);
  });

  test("an incident that cannot be read, or is gone, keeps no other from its time", async () => {
    const { site, worker } = await opened(aLadder([0]), 2);
    await stand.send("HSET", site.keys.incidents, "INC-1", "{broken");
    await worker.passTime();
    expect((await noticesOf(site)).map(({ incident }) => incident)).toEqual(["INC-2"]);
    expect(await stand.send("ZSCORE", site.keys.incidentDue, "INC-1")).toBeNull();
  });

  test("a step goes on while events never end", async () => {
    const { site, worker } = await opened(aLadder([0]), 3);
    const flood = Array.from({ length: 2_000 }, (_, n) => site.received(`F${n}`));
    await site.post(flood);
    const draining = worker.drain();
    await worker.passTime();
    expect(await noticesOf(site)).toHaveLength(3);
    expect(await stand.send<number>("XLEN", site.keys.inbox)).toBeGreaterThan(0);
    await draining;
  });

  test("the policies that a ladder began under are kept for it", async () => {
    const { site, worker } = await opened(aLadder([0, 10]), 1);
    const policies = { ...DEFAULT_POLICIES, ladders: [aLadder([0, 60])] };
    const stored = { site: site.id, version: 4, policies, history: [] };
    await stand.send("HSET", GLOBAL_KEYS.policies, site.id, JSON.stringify(stored));
    await worker.passTime();
    const [incident] = await incidentsOf(site);
    const { fired, nextAt, version } = incident?.ladder ?? { fired: [], nextAt: 0, version: 0 };
    expect((nextAt ?? 0) - (fired[0]?.firedAt ?? 0)).toBe(600_000);
    expect(version).toBe(3);
    // another worker knows it too
    await longAgo(site, 600_000);
    await (await site.worker()).passTime();
    expect(await stand.send<string[]>("HKEYS", site.keys.incidentPolicies)).toEqual(
      expect.arrayContaining(["3", "4"]),
    );
  });
});
