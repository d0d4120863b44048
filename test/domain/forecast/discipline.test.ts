import { describe, expect, test } from "vitest";
import {
  countStart,
  decideDiscipline,
  emptyDiscipline,
  sampleWaiting,
  shareOf,
  type Discipline,
  type DisciplineState,
  type Ranked,
} from "../../../domain/forecast/discipline.ts";
import { keyOf, lineUp, routeOf, standOf } from "../../../domain/forecast/work-ahead.ts";
import { placeOf } from "../../../domain/forecast/grid.ts";
import type { OpenOrder } from "../../../domain/forecast/state.ts";
import { anOrder, at, HOUR, MINUTE } from "./floor-fixture.ts";

function diceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** Orders with three deadlines, two priorities and an age and queue time of their own. */
function crowd(count: number, random: () => number): Ranked[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `O${number}`,
    deadline: at(12) + Math.floor(random() * 3) * 2 * HOUR,
    receivedAt: at(7) + Math.floor(random() * 240) * MINUTE,
    queuedAt: at(9) + Math.floor(random() * 240) * MINUTE,
    priority: random() < 0.3 ? "P1" : "P3",
  }));
}

const KEYS: Record<Discipline, (order: Ranked) => number[]> = {
  due: ({ deadline, receivedAt }) => [deadline, receivedAt],
  fifo: ({ receivedAt }) => [receivedAt],
  queued: ({ queuedAt }) => [queuedAt],
  priority: ({ priority, deadline, receivedAt }) => [
    Number(priority.slice(1)),
    deadline,
    receivedAt,
  ],
};

function first(a: number[], b: number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

type Day = { by: Discipline; randomStarts: number; orders: Ranked[] };

/** A day on a floor that works by a key, with some starts that take any order; looked at every ten starts. */
function watchDay(state: DisciplineState, { by, randomStarts, orders }: Day): void {
  const random = diceFrom(42);
  const waiting = orders.slice(0, 60);
  orders.slice(60).forEach((next, turn) => {
    waiting.sort((a, b) => first(KEYS[by](a), KEYS[by](b)));
    if (turn % 10 === 0) sampleWaiting(state, waiting, (one) => one);
    const place = random() < randomStarts ? Math.floor(random() * waiting.length) : 0;
    const [started] = waiting.splice(place, 1);
    if (started !== undefined) countStart(state, started);
    waiting.push(next);
  });
  decideDiscipline(state);
}

function watched(by: Discipline, randomStarts: number): DisciplineState {
  const state = emptyDiscipline();
  watchDay(state, { by, randomStarts, orders: crowd(960, diceFrom(42)) });
  return state;
}

/** All for one truck, and in the queue in nearly the order in which they came: what the keys say differs by chance. */
function alike(count: number, random: () => number): Ranked[] {
  return crowd(count, random).map((order, place) => ({
    ...order,
    priority: "P3",
    deadline: at(30),
    receivedAt: at(7) + place * MINUTE,
    queuedAt: at(9) + (place + Math.floor(random() * 40)) * MINUTE,
  }));
}

describe("the order of work", () => {
  test.each(["due", "fifo", "queued", "priority"] as const)(
    "is found out: %s, with a tenth of the starts at random",
    (by) => {
      const state = watched(by, 0.1);
      expect(state.current).toBe(by);
      expect(state.isPredictable).toBe(true);
    },
  );

  test("is called unpredictable when most starts take any order", () => {
    expect(watched("due", 0.9).isPredictable).toBe(false);
  });

  test("is not taken for another by a day on which the keys hardly differ", () => {
    const state = watched("due", 0.1);
    watchDay(state, { by: "queued", randomStarts: 0, orders: alike(960, diceFrom(7)) });
    expect(shareOf(state, "queued")).toBeGreaterThan(shareOf(state, "due") + 0.02);
    expect(state.current).toBe("due");
  });

  test("is followed within days when the floor changes it", () => {
    const state = emptyDiscipline();
    const days = (by: Discipline, count: number): void =>
      Array.from({ length: count }, (_, day) => crowd(960, diceFrom(day + 1))).forEach((orders) =>
        watchDay(state, { by, randomStarts: 0.1, orders }),
      );
    days("due", 10);
    expect(state.current).toBe("due");
    days("fifo", 5);
    expect(state.current).toBe("fifo");
  });

  test("goes on from what a version stored that did not keep the rivals", () => {
    const { rivalry: _, ...stored } = watched("due", 0.1);
    watchDay(stored, { by: "fifo", randomStarts: 0.1, orders: crowd(960, diceFrom(3)) });
    expect(stored.current).toBe("fifo");
  });

  test("stays as it is believed until enough starts were seen", () => {
    const state = emptyDiscipline("fifo");
    const [a, b] = crowd(2, diceFrom(1));
    if (a !== undefined && b !== undefined) {
      sampleWaiting(state, [b], (one) => one);
      countStart(state, a);
    }
    decideDiscipline(state);
    expect(state.current).toBe("fifo");
  });
});

describe("work ahead", () => {
  test("is what a count of all better orders gives, for every order and lane", () => {
    const random = diceFrom(7);
    const stages = ["received", "allocated", "picking", "picked", "packing", "packed"] as const;
    const orders: OpenOrder[] = Array.from({ length: 200 }, (_, number) => ({
      ...anOrder(number),
      stage: stages[Math.floor(random() * stages.length)] ?? "picked",
      zone: random() < 0.5 ? "A" : "B",
      deadline: at(12) + Math.floor(random() * 4) * HOUR,
      receivedAt: at(7) + Math.floor(random() * 100) * MINUTE,
      hold: random() < 0.1 ? { type: "ADDRESS" } : null,
    }));
    const names = ["allocate", "pick:A", "pick:B", "pack", "stage"];
    const route = routeOf(["allocate", "pick", "pack", "stage"], names);
    const stands = orders.map((order) => standOf(order, route, () => 0));
    const line = lineUp("due", orders, stands, route, at(10));
    const isBetter = (a: OpenOrder, b: OpenOrder): boolean =>
      a.deadline < b.deadline || (a.deadline === b.deadline && a.receivedAt < b.receivedAt);
    const before = { received: 0, allocated: 1, picking: 1, picked: 2, packing: 2, packed: 3 };
    const needs = (order: OpenOrder, name: string): boolean => {
      const process = ["allocate", "pick", "pack", "stage"].indexOf(name.split(":")[0] ?? "");
      const next = before[order.stage as keyof typeof before];
      const isServed = next === process && (order.stage === "picking" || order.stage === "packing");
      const isHere = name.includes(":") ? name.endsWith(order.zone ?? "") : true;
      return next <= process && !isServed && isHere && order.hold === null;
    };
    for (const order of orders) {
      const place = placeOf(line.keys, keyOf("due", order, at(10)));
      const ahead = names.map((_, lane) => line.before[lane]?.[place]);
      const counted = names.map(
        (name) => orders.filter((other) => isBetter(other, order) && needs(other, name)).length,
      );
      expect(ahead).toEqual(counted);
    }
  });

  test("puts priority before deadline before age", () => {
    const now = at(10);
    const key = (more: Partial<OpenOrder>): number => keyOf("priority", anOrder(1, more), now);
    const keys = [
      key({ priority: "P1", deadline: at(20) }),
      key({ priority: "P2", deadline: at(12), receivedAt: at(9) }),
      key({ priority: "P2", deadline: at(12), receivedAt: at(9, 1) }),
      key({ priority: "P2", deadline: at(12, 1), receivedAt: at(6) }),
      key({}),
    ];
    expect(keys).toEqual(keys.toSorted((a, b) => a - b));
    expect(new Set(keys).size).toBe(5);
  });
});
