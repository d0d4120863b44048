import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeptFate } from "../../../domain/contract/stored.ts";
import type { AnyEvent } from "../../../domain/event.ts";
import { changeIn, type LoggedChange } from "../../../domain/contract/log-entry.ts";
import { decodeOutboxEntry } from "../../../domain/contract/webhooks.ts";
import type {
  IncidentData,
  IncidentEvent,
  IncidentEventType,
} from "../../../domain/incidents/action.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { createFate } from "../../../server/inbox/fate.ts";
import { createFastClient } from "../../../server/redis.ts";
import type { SiteWorker } from "../../../workers/site-worker.ts";
import { aPolicy } from "../../support/builders.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

type Site = Awaited<ReturnType<Stand["newSite"]>>;

describe.skipIf(redisMissing)("actions on incidents", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  let ids = 0;
  const action = <T extends IncidentEventType>(
    site: Site,
    type: T,
    data: IncidentData[T],
    by = "petra",
  ): IncidentEvent =>
    ({
      id: `a-${(ids += 1)}`,
      source: `ui/${by}`,
      type,
      site: site.id,
      occurredAt: Date.now(),
      actor: by,
      role: "coordinator",
      data,
    }) as IncidentEvent;

  const hash = async <T>(key: string): Promise<Record<string, T>> => {
    const found = await stand.send<Record<string, string> | string[]>("HGETALL", key);
    const pairs = Array.isArray(found)
      ? found.flatMap((name, at) => (at % 2 === 0 ? [[name, found[at + 1] ?? ""] as const] : []))
      : Object.entries(found);
    return Object.fromEntries(pairs.map(([name, text]) => [name, JSON.parse(text) as T]));
  };
  const incidentsOf = (site: Site) => hash<Incident>(site.keys.incidents);
  const lastChange = async (site: Site): Promise<LoggedChange> => {
    const [entry] = await stand.send<[string, string[]][]>(
      "XREVRANGE",
      site.keys.log,
      "+",
      "-",
      "COUNT",
      "1",
    );
    return changeIn(entry?.[1] ?? []);
  };
  const rowOf = async (site: Site, order: string) =>
    JSON.parse((await stand.send<string | null>("HGET", site.keys.rows, order)) ?? "{}") as {
      incident?: string;
      holds?: { code: string }[];
      v: number;
    };
  const outboxOf = async (site: Site) =>
    (await stand.send<[string, string[]][]>("XRANGE", site.keys.outbox, "-", "+")).map(
      ([, fields]) => decodeOutboxEntry(fields[1] ?? ""),
    );

  test("an incident opened by a person has a number, its orders point to it, and boards hear of it", async () => {
    const site = await stand.newSite({ shifts: [] });
    const worker = await site.worker();
    await site.post([site.received("A"), site.received("B")]);
    await worker.drain();
    await site.post([action(site, "incident.opened", { title: "fire", orders: ["A", "B"] })]);
    await worker.drain();
    const { "INC-1": incident, ...more } = await incidentsOf(site);
    expect(more).toEqual({});
    expect(incident).toMatchObject({ state: "open", kind: "manual", counts: { orders: 2 } });
    expect(await stand.send("GET", site.keys.incidentNumber)).toBe("1");
    expect(await rowOf(site, "A")).toMatchObject({ incident: "INC-1", v: 2 });
    const change = await lastChange(site);
    expect(change.incidents).toMatchObject([{ id: "INC-1", v: 2 }]);
    expect(change.rows.map(({ id, incident: of }) => [id, of])).toEqual([
      ["A", "INC-1"],
      ["B", "INC-1"],
    ]);
    const due = await stand.send<string>("ZSCORE", site.keys.incidentDue, "INC-1");
    expect(Number(due)).toBe(incident?.openedAt);
  });

  test("its orders keep pointing to it whatever happens to them, from memory and from Redis, until it is resolved", async () => {
    const site = await stand.newSite();
    const [first, second] = await Promise.all([site.worker(), site.worker()]);
    await site.post([site.received("A")]);
    await first.drain();
    await site.post([action(site, "incident.opened", { title: "fire", orders: ["A"] })]);
    await first.drain();
    await site.post([site.event("order.allocated", "A")]);
    await first.drain();
    expect(await rowOf(site, "A")).toMatchObject({ incident: "INC-1", stage: "allocated" });
    await site.post([site.event("pick.started", "A")]);
    await second.drain();
    expect(await rowOf(site, "A")).toMatchObject({ incident: "INC-1", stage: "picking" });
    await stand.send("ZADD", site.keys.due, "1", "A");
    await first.sweep();
    await site.post([action(site, "incident.resolved", { incident: "INC-1", code: "DONE" })]);
    await second.drain();
    expect((await rowOf(site, "A")).incident).toBeUndefined();
    expect(await stand.send("HLEN", site.keys.orderIncidents)).toBe(0);
    expect(await stand.send("ZSCORE", site.keys.incidentDue, "INC-1")).toBeNull();
    expect(await stand.send("ZSCORE", site.keys.incidentClosings, "INC-1")).not.toBeNull();
    await site.post([site.event("pick.completed", "A")]);
    await first.drain();
    expect((await rowOf(site, "A")).incident).toBeUndefined();
  });

  test("an order that closes points to nothing any more", async () => {
    const site = await stand.newSite();
    const worker = await site.worker();
    await site.post([site.received("A")]);
    await site.post([action(site, "incident.opened", { title: "fire", orders: ["A"] })]);
    await worker.drain();
    expect((await incidentsOf(site))["INC-1"]?.counts.orders).toBe(1);
    await site.post([site.event("order.cancelled", "A")]);
    await worker.drain();
    expect(await stand.send("HLEN", site.keys.orderIncidents)).toBe(0);
  });

  test("of two who escalate the same version of it at once one is refused, and one step is taken", async () => {
    const site = await stand.newSite({ shifts: [] });
    const worker = await site.worker();
    await site.post([action(site, "incident.opened", { title: "fire", orders: [] })]);
    await worker.drain();
    const ifVersion = (await incidentsOf(site))["INC-1"]?.v ?? -1;
    const data = { incident: "INC-1", reason: "now", ifVersion };
    await site.post(["petra", "omar"].map((by) => action(site, "incident.escalated", data, by)));
    await worker.drain();
    const fired = (await incidentsOf(site))["INC-1"]?.ladder?.fired.filter(({ by }) => by);
    expect(fired?.map(({ by }) => by)).toEqual(["petra"]);
  });

  test.each([
    ["one turn", async () => {}],
    ["a turn each", async (worker: SiteWorker) => worker.drain()],
  ])(
    "of two who act on its orders on one version of it only the first does, in %s",
    async (_turns, afterEach) => {
      const site = await stand.newSite({ shifts: [] });
      const worker = await site.worker();
      const orders = ["A", "B"];
      await site.post(orders.map((order) => site.received(order)));
      await site.post([action(site, "incident.opened", { title: "fire", orders })]);
      await worker.drain();
      const ifVersion = (await incidentsOf(site))["INC-1"]?.v ?? -1;
      const held: AnyEvent[] = [];
      for (const [by, code] of [
        ["petra", "HOLD_FRAUD"],
        ["omar", "HOLD_PAYMENT"],
      ] as const) {
        const data = { incident: "INC-1", step: "orders/hold", ifVersion };
        const record = action(site, "incident.played", data, by);
        await site.post([record]);
        await afterEach(worker);
        const holds = orders.map((order) =>
          site.event("hold.placed", order, { code }, `${by}-${order}`),
        );
        held.push(...holds);
        await site.post(holds, { onlyWith: { incident: "INC-1", event: record.id } });
        await afterEach(worker);
      }
      await worker.drain();
      for (const order of orders)
        expect((await rowOf(site, order)).holds?.map(({ code }) => code)).toEqual(["HOLD_FRAUD"]);
      const client = createFastClient(stand.redis.url, () => {});
      await client.connect();
      const fate = createFate({ client, policyOf: () => aPolicy() });
      const fates = await Promise.all(held.map(({ source, id }) => fate(site.id, source, id)));
      client.destroy();
      expect(fates.map((one) => one?.state)).toEqual(["applied", "applied", "refused", "refused"]);
      expect(await stand.send("HLEN", site.keys.dead)).toBe(0);
    },
  );

  test("two who claim it at once are told apart by the order of their arrival, and the server knows why one was refused", async () => {
    const site = await stand.newSite();
    const worker = await site.worker();
    await site.post([action(site, "incident.opened", { title: "fire", orders: [] })]);
    await worker.drain();
    const claims = ["petra", "omar"].map((by) =>
      action(site, "incident.acknowledged", { incident: "INC-1" }, by),
    );
    const client = createFastClient(stand.redis.url, () => {});
    await client.connect();
    const fate = createFate({ client, policyOf: () => aPolicy() });
    const fateOf = ({ source, id }: IncidentEvent) => fate(site.id, source, id);
    await site.post(claims);
    expect(await fateOf(claims[0]!)).toMatchObject({ state: "accepted" });
    await worker.drain();
    expect((await incidentsOf(site))["INC-1"]?.owner).toBe("petra");
    expect(await fateOf(claims[0]!)).toMatchObject({ state: "applied", incidents: ["INC-1"] });
    const refused = await fateOf(claims[1]!);
    client.destroy();
    expect(refused).toMatchObject({ state: "refused", code: "CT_ERR_CONFLICT" });
    expect(refused?.reason).toContain("petra has it");
  });

  test("what is not there is refused, and does not stop the batch", async () => {
    const site = await stand.newSite();
    await site.post([
      action(site, "incident.noise", { incident: "INC-9" }),
      site.received("A"),
      action(site, "incident.opened", { title: "fire", orders: ["A"] }),
    ]);
    await (await site.worker()).drain();
    const fates = Object.values(await hash<KeptFate>(site.keys.incidentFates));
    expect(fates.map(({ state, code }) => code ?? state).sort()).toEqual([
      "CT_ERR_NOT_FOUND",
      "applied",
    ]);
    expect(await stand.send("HLEN", site.keys.rows)).toBe(1);
    expect(await stand.send("HLEN", site.keys.dead)).toBe(0);
  });

  test("many are handed over in one step, with one notice; those of others are named", async () => {
    const site = await stand.newSite();
    const worker = await site.worker();
    await site.post(
      ["a", "b", "c"].map((title) => action(site, "incident.opened", { title, orders: [] })),
    );
    await site.post([
      action(site, "incident.acknowledged", { incident: "INC-1" }),
      action(site, "incident.acknowledged", { incident: "INC-2" }),
      action(site, "incident.acknowledged", { incident: "INC-3" }, "omar"),
    ]);
    const incidents = ["INC-1", "INC-2", "INC-3"];
    const data = { incidents, from: "petra", to: "lena", handover: "H-1" };
    await site.post([action(site, "incident.handed_over", data)]);
    await worker.drain();
    const owners = Object.values(await incidentsOf(site)).map(({ owner }) => owner);
    expect(owners.toSorted()).toEqual(["lena", "lena", "omar"]);
    const notices = (await outboxOf(site)).flatMap((one) => ("notice" in one ? one.notice : []));
    expect(notices.filter(({ why }) => why === "handover")).toMatchObject([{ people: ["lena"] }]);
    const fates = Object.values(await hash<KeptFate>(site.keys.incidentFates));
    const handed = fates.find(({ incidents: moved }) => moved?.length === 2);
    expect(handed?.message).toContain("INC-3: petra does not own it.");
  });

  test("webhooks that want to be told are, of each opening once", async () => {
    const site = await stand.newSite();
    const worker = await site.worker({ wanted: () => new Set(["incident.opened"] as const) });
    const open = action(site, "incident.opened", { title: "fire", orders: [] });
    await site.post([open]);
    await worker.drain();
    await site.post([open], { replayOf: "dl-none" });
    await worker.drain();
    const types = (await outboxOf(site)).flatMap((one) => ("effect" in one ? one.effect.type : []));
    expect(types).toEqual(["incident.opened"]);
    expect(Object.keys(await incidentsOf(site))).toEqual(["INC-1"]);
  });
});
