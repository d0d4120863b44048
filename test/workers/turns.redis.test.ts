import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RULES, type Rules } from "../../domain/turn/rules.ts";
import { changeIn, type LoggedChange } from "../../domain/contract/log-entry.ts";
import type { AnyEvent } from "../../domain/event.ts";
import { createFate } from "../../server/inbox/fate.ts";
import { createFastClient } from "../../server/redis.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

type Letter = { cause: { code: string }; event?: { id: string }; tries: number };
describe.skipIf(redisMissing)("turns of a site", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  const logOf = async (key: string): Promise<LoggedChange[]> =>
    (await stand.send<[string, string[]][]>("XRANGE", key, "-", "+")).map(([, fields]) =>
      changeIn(fields),
    );
  const lettersOf = async (key: string): Promise<Letter[]> =>
    (await stand.send<string[]>("HVALS", key)).map((text) => JSON.parse(text) as Letter);
  const eventsOf = async (key: string, order: string): Promise<unknown[]> => {
    const text = await stand.send<string | null>("HGET", key, order);
    return text === null ? [] : (JSON.parse(text) as [number, number, unknown[]])[2];
  };

  test("an event becomes a record, a row, a due moment and one numbered change", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    await post([received("A")]);
    await (await worker()).drain();
    expect(await eventsOf(keys.orders, "A")).toHaveLength(1);
    const row = JSON.parse((await stand.send<string>("HGET", keys.rows, "A")) ?? "{}") as {
      v: number;
      stage: string;
    };
    expect(row).toMatchObject({ v: 1, stage: "received" });
    expect(await stand.send("ZSCORE", keys.due, "A")).not.toBeNull();
    const [change, ...more] = await logOf(keys.log);
    expect(more).toEqual([]);
    expect(change?.rows.map(({ id }) => id)).toEqual(["A"]);
    expect(await stand.send("GET", keys.cursor)).toBe(change?.cursor);
    expect(await stand.send("XLEN", keys.inbox)).toBe(0);
  });

  test("counters of a day go when nothing moved them for 40 days, totals stay", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    await post([received("A"), event("order.cancelled", "A")]);
    await (await worker()).drain();
    const [change] = await logOf(keys.log);
    const days = Object.keys(change?.counters ?? {});
    expect(days.length).toBeGreaterThan(0);
    for (const day of days) {
      const left = await stand.send<number>("TTL", keys.counters(Number(day)));
      expect(left).toBeGreaterThan(39.9 * 86_400);
      expect(left).toBeLessThanOrEqual(40 * 86_400);
    }
    expect(await stand.send("TTL", keys.totals)).toBe(-1);
  });

  test("an order takes a thousand events and folds once a batch; what is beyond goes to the dead letters", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    let folds = 0;
    const own = await worker({
      rules: {
        ...RULES,
        foldOn: (before, events, policy) => {
          folds += 1;
          return RULES.foldOn(before, events, policy);
        },
      },
    });
    await post([received("L")]);
    for (let batch = 0; batch < 3; batch += 1)
      await post(
        Array.from({ length: 400 }, (_, i) =>
          event("note.added", "L", { text: "x" }, `n-${batch}-${i}`),
        ),
      );
    await own.drain();
    expect(await eventsOf(keys.orders, "L")).toHaveLength(1_000);
    const letters = await lettersOf(keys.dead);
    expect(letters).toHaveLength(201);
    expect(new Set(letters.map(({ cause }) => cause.code))).toEqual(
      new Set(["CT_ERR_ORDER_TOO_LARGE"]),
    );
    expect(folds).toBeLessThan(10);
  });

  test("an event as large as the door takes them has room in its order", async () => {
    const { keys, worker, post, event } = await stand.newSite();
    await post([event("note.added", "L", { text: "x", pad: "x".repeat(255 * 1_024) }, "n-1")]);
    await post([event("note.added", "M", { text: "x", pad: "x".repeat(262_000) }, "n-2")]);
    await (await worker()).drain();
    expect(await lettersOf(keys.dead)).toEqual([]);
    expect(await stand.send("HLEN", keys.stubs)).toBe(2);
  });

  test("what became of a fact of the site is told: by which commit, and what it did; a time to come is not believed", async () => {
    const { id: site, keys, worker, append } = await stand.newSite();
    const now = Date.now();
    const told: [string, string, number][] = [
      ["1", "slow", now + 86_400_000],
      ["2", "down", now - 1_000],
      ["3", "up", now + 60_000],
    ];
    const own = await worker();
    for (const [id, state, occurredAt] of told) {
      const data = { station: "P1", state };
      const event = { id, source: "wms", type: "station.changed", site, occurredAt, data };
      await append({ how: "some", entries: [{ event: event as AnyEvent, hash: id }] });
      await own.drain();
    }
    const fact = await stand.send<string>("HGET", keys.facts, "station|P1");
    expect(JSON.parse(fact)).toMatchObject({ at: now + 60_000, data: { state: "up" } });
    const client = createFastClient(stand.redis.url, () => {});
    await client.connect();
    const fateOf = createFate({ client, policyOf: () => undefined });
    const fates = await Promise.all(told.map(([id]) => fateOf(site, "wms", id)));
    client.destroy();
    expect(fates).toMatchObject([
      { seq: 1, effect: "applied", reason: expect.stringContaining("its clock runs ahead") },
      { seq: 2, effect: "late", reason: expect.stringContaining("newer fact") },
      { seq: 3, effect: "applied", reason: "A fact of the site." },
    ]);
    expect(fates[0]).not.toHaveProperty("incidents");
  });

  test("events before their order wait, and are applied when it comes", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    const own = await worker();
    await post([event("pick.started", "B")]);
    await own.drain();
    expect(await stand.send("HLEN", keys.stubs)).toBe(1);
    expect(await stand.send("HLEN", keys.rows)).toBe(0);
    await post([received("B")]);
    await own.drain();
    expect(await stand.send("HLEN", keys.stubs)).toBe(0);
    expect(await eventsOf(keys.orders, "B")).toHaveLength(2);
  });

  test("an event that comes again through a replay changes nothing", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    const own = await worker();
    await post([received("A")]);
    await own.drain();
    await post([received("A")], { replayOf: "dl-none" });
    await own.drain();
    expect(await eventsOf(keys.orders, "A")).toHaveLength(1);
    expect(await stand.send("HLEN", keys.dead)).toBe(0);
  });

  test("the same id with another body, found when applied, is a dead letter", async () => {
    const { keys, worker, post, append, received } = await stand.newSite();
    const own = await worker();
    await post([received("A")]);
    await own.drain();
    const entries = [{ event: received("A"), hash: "other", replayOf: "dl-x" }];
    await append({ how: "some", entries });
    await own.drain();
    expect((await lettersOf(keys.dead)).map(({ cause }) => cause.code)).toEqual([
      "CT_ERR_EVENT_CONFLICT",
    ]);
  });

  test("an event whose rules throw is isolated; the others of its batch and order go on", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    const poison: Rules = {
      ...RULES,
      placeEvent: (events, one) => {
        if (one.id === "poison") throw new Error("boom");
        return RULES.placeEvent(events, one);
      },
    };
    await post([
      received("A"),
      event("note.added", "A", { text: "x" }, "poison"),
      event("pick.started", "A"),
      received("B"),
    ]);
    await (await worker({ rules: poison })).drain();
    expect(await eventsOf(keys.orders, "A")).toHaveLength(2);
    expect(await eventsOf(keys.orders, "B")).toHaveLength(1);
    const letters = await lettersOf(keys.dead);
    expect(letters).toMatchObject([
      { cause: { code: "CT_ERR_RULES_THREW" }, event: { id: "poison" }, tries: 1 },
    ]);
    expect((await logOf(keys.log)).at(-1)?.dead).toBe(1);
  });

  test("a dead letter that is replayed after the rules are mended is gone, and applied once", async () => {
    const { keys, worker, append, post, event, received } = await stand.newSite();
    const broken: Rules = {
      ...RULES,
      rowOf: (order, delay, v) => {
        if (order.notes.length > 0) throw new Error("boom");
        return RULES.rowOf(order, delay, v);
      },
    };
    await post([received("A"), event("note.added", "A", { text: "x" }, "n")]);
    await (await worker({ rules: broken })).drain();
    const [[id, text] = ["", "{}"]] = Object.entries(
      Object.fromEntries(pairs(await stand.send<string[]>("HGETALL", keys.dead))),
    );
    const { event: dead, hash } = JSON.parse(text) as { event: never; hash: string };
    const mended = await worker();
    for (let i = 0; i < 2; i++)
      await append({ how: "some", entries: [{ event: dead, hash, replayOf: id }] });
    await mended.drain();
    expect(await stand.send("HLEN", keys.dead)).toBe(0);
    expect(await eventsOf(keys.orders, "A")).toHaveLength(2);
    expect((await logOf(keys.log)).at(-1)?.dead).toBe(0);
  });

  test("a record that cannot be read costs its own events, nobody else's", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    await post([received("A"), received("B")]);
    await (await worker()).drain();
    await stand.send("HSET", keys.orders, "A", "no record");
    await post([event("pick.started", "A"), event("pick.started", "B")]);
    await (await worker()).drain();
    expect(await eventsOf(keys.orders, "B")).toHaveLength(2);
    expect((await lettersOf(keys.dead)).map(({ cause }) => cause.code)).toEqual([
      "CT_ERR_RECORD_UNREADABLE",
    ]);
  });

  test("an event that ended its worker again and again is taken alone and buried", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    const deadly: Rules = {
      ...RULES,
      placeEvent: (events, one) => {
        // As far as this worker is concerned the process ends here: nothing below is reached.
        if (one.orderId === "K7") throw Object.assign(new Error("killed"), { isEnd: true });
        return RULES.placeEvent(events, one);
      },
    };
    await post(Array.from({ length: 20 }, (_, i) => received(`K${i}`)));
    let lives = 0;
    while ((await stand.send<number>("XLEN", keys.inbox)) > 0 && lives < 60) {
      lives++;
      const one = await worker({ rules: dieOn(deadly) });
      await one.drain().catch(() => {});
    }
    expect(await stand.send("HLEN", keys.orders)).toBe(19);
    expect(await lettersOf(keys.dead)).toHaveLength(1);
    expect(lives).toBeLessThan(13);
  });

  test("two workers at once apply everything once, without a gap in the numbers", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    const orders = Array.from({ length: 300 }, (_, i) => `W${i}`);
    const both = await Promise.all([worker(), worker()]);
    for (let step = 0; step < 4; step++) {
      await post(
        orders.map((order) =>
          step === 0
            ? received(order)
            : event("note.added", order, { text: "n" }, `n${step}${order}`),
        ),
      );
      await Promise.all(both.map((one) => one.drain()));
    }
    while ((await stand.send<number>("XLEN", keys.inbox)) > 0) await both[0]!.drain();
    for (const order of orders) expect(await eventsOf(keys.orders, order)).toHaveLength(4);
    const seqs = (await stand.send<[string, string[]][]>("XRANGE", keys.log, "-", "+")).map(
      ([id]) => Number(id.split("-")[0]),
    );
    expect(seqs).toEqual(seqs.map((_, place) => place + 1));
  });

  test("a long inbox is worked off in few large turns, and its worker says it is behind", async () => {
    const { worker, post, received, keys } = await stand.newSite();
    const events = Array.from({ length: 3_600 }, (_, place) => received(`O-${place}`));
    for (let first = 0; first < events.length; first += 500)
      await post(events.slice(first, first + 500));
    const own = await worker();
    let wasBehind = false;
    const looking = setInterval(() => (wasBehind ||= own.isBehind()), 1);
    // turns that take long become smaller, and on a busy machine they do: here none takes any time
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    await own.drain();
    clock.mockRestore();
    clearInterval(looking);
    expect({ wasBehind, isBehind: own.isBehind() }).toEqual({ wasBehind: true, isBehind: false });
    expect(await stand.send("HLEN", keys.rows)).toBe(3_600);
    // 500, 1,000, 2,000 and the rest
    expect(await stand.send("GET", keys.seq)).toBe("4");
  });

  test("a sweep has its turn while events keep coming, and jobs that come meanwhile end at once", async () => {
    const { keys, worker, post, received, event } = await stand.newSite();
    const own = await worker();
    await post([received("O-1")]);
    let isFlowing = true;
    let sent = 0;
    const flow = (async () => {
      while (isFlowing) await post([event("note.added", "O-1", { text: "n" }, `n${(sent += 1)}`)]);
    })();
    const draining = own.drain();
    await own.sweep();
    await own.drain();
    isFlowing = false;
    await Promise.all([flow, draining]);
    await own.drain();
    expect(await stand.send("XLEN", keys.inbox)).toBe(0);
  });

  test("a turn that was overtaken writes nothing", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    const slow = await worker();
    await post([received("A")]);
    await slow.drain();
    // Somebody else has a turn while this one still believes in its own standing.
    await post([received("B")]);
    await (await worker()).drain();
    await post([received("C")]);
    await slow.drain();
    await slow.drain();
    expect(await stand.send("HLEN", keys.orders)).toBe(3);
    expect(await stand.send("GET", keys.seq)).toBe("3");
  });

  test("another run of Redis begins a new epoch, and the numbers go on", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    const own = await worker();
    await post([received("A")]);
    await own.drain();
    const epoch = await stand.send("GET", keys.epoch);
    await stand.send("SET", keys.run, "another");
    await post([received("B")]);
    await own.drain();
    expect(await stand.send("GET", keys.epoch)).not.toBe(epoch);
    expect(await stand.send("HLEN", keys.orders)).toBe(2);
  });

  test("a sweep changes a row only when its severity changed, and asks again later", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    const own = await worker();
    await post([received("A")]);
    await own.drain();
    await stand.send("ZADD", keys.due, "1", "A");
    await own.sweep();
    expect(await stand.send("GET", keys.seq)).toBe("1");
    const due = await stand.send<string | null>("ZSCORE", keys.due, "A");
    expect(due === null || Number(due) > Date.now()).toBe(true);
    const late: Rules = {
      ...RULES,
      assessDelay: (...args) => ({ ...RULES.assessDelay(...args), sev: "late" }),
    };
    await stand.send("ZADD", keys.due, "1", "A");
    await (await worker({ rules: late })).sweep();
    const row = JSON.parse((await stand.send<string>("HGET", keys.rows, "A")) ?? "{}") as object;
    expect(row).toMatchObject({ sev: "late", v: 2 });
  });

  test("an order that throws in a sweep is a dead letter and is looked at a minute later", async () => {
    const { keys, worker, post, received } = await stand.newSite();
    await post([received("A")]);
    await (await worker()).drain();
    await stand.send("ZADD", keys.due, "1", "A");
    const broken: Rules = {
      ...RULES,
      assessDelay: () => {
        throw new Error("boom");
      },
    };
    await (await worker({ rules: broken })).sweep();
    expect(await lettersOf(keys.dead)).toMatchObject([{ cause: { code: "CT_ERR_RULES_THREW" } }]);
    const due = Number(await stand.send("ZSCORE", keys.due, "A"));
    expect(due).toBeGreaterThan(Date.now() + 50_000);
  });

  test("an order whose receipt did not occur waits again, also for a worker that begins later, and is whole when it comes", async () => {
    const { keys, worker, post, event, received } = await stand.newSite();
    const takeBack = (order: string) => {
      const { source, id } = received(order);
      return event("event.corrected", order, { of: { source, id }, reason: "did_not_occur" });
    };
    await post([received("A"), received("C"), event("order.cancelled", "C")]);
    await (await worker()).drain();
    expect(await stand.send("ZCARD", keys.closed)).toBe(1);
    await post([takeBack("A"), takeBack("C")]);
    await (await worker()).drain();
    expect((await stand.send<string[]>("HKEYS", keys.stubs)).toSorted()).toEqual(["A", "C"]);
    for (const key of [keys.orders, keys.rows, keys.closedRows])
      expect(await stand.send("HLEN", key)).toBe(0);
    expect(await stand.send("ZCARD", keys.closed)).toBe(0);
    await post([event("pick.started", "A")]);
    await (await worker()).drain();
    expect(await eventsOf(keys.stubs, "A")).toHaveLength(3);
    await post([{ ...received("A"), id: "again" }]);
    await (await worker()).drain();
    expect(await stand.send("HKEYS", keys.stubs)).toEqual(["C"]);
    expect(await eventsOf(keys.orders, "A")).toHaveLength(4);
  });

  test("what waited for its order for 24 hours becomes dead letters", async () => {
    const { keys, worker, post, event } = await stand.newSite();
    const own = await worker();
    await post([event("pick.started", "Z")]);
    await own.drain();
    await stand.send("ZADD", keys.due, "1", "Z");
    await own.sweep();
    expect(await stand.send("HLEN", keys.stubs)).toBe(0);
    expect((await lettersOf(keys.dead)).map(({ cause }) => cause.code)).toEqual([
      "CT_ERR_WAITED_TOO_LONG",
    ]);
  });
});

const pairs = (flat: string[] | Record<string, string>): [string, string][] =>
  Array.isArray(flat)
    ? flat.flatMap((field, place) =>
        place % 2 === 0 ? [[field, flat[place + 1] ?? ""] as [string, string]] : [],
      )
    : Object.entries(flat);

/** Rules under which a worker does not survive: what the turn would catch is thrown past it, as the end of a process would be. */
function dieOn(rules: Rules): Rules {
  return {
    ...rules,
    placeEvent: (events, event) => {
      try {
        return rules.placeEvent(events, event);
      } catch (error) {
        throw new Proxy(error as Error, {
          getPrototypeOf: () => {
            throw new Error("the process ended");
          },
        });
      }
    },
  };
}
