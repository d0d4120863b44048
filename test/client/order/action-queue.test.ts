import { describe, expect, test } from "vitest";
import type { ActionRequest } from "../../../client/order/actions.ts";
import { createActionQueue, randomKey } from "../../../client/realtime/action-queue.ts";
import { actionsOf, bodyOf, refusalOf, saidOf } from "../../../client/order/action-spec.ts";
import { anOrder, at } from "./builders.ts";

type Outcome = "done" | "refused";
const NOBODY = null;
const request = (orderId: string): ActionRequest => ({
  site: "BER1",
  orderId,
  name: "note",
  body: {},
});

/** A queue whose server answers what the test says, one answer a try, then always done. */
function aQueue(answers: (Outcome | null)[]) {
  const tries: string[] = [];
  const settled: string[] = [];
  const retries: (() => void)[] = [];
  let states: string[] = [];
  let keys = 0;
  const queue = createActionQueue<ActionRequest, Outcome>({
    send: async ({ orderId, key }) => {
      tries.push(`${orderId} ${key}`);
      const [answer = "done"] = answers.splice(0, 1);
      return answer;
    },
    newKey: () => `k${++keys}`,
    who: () => "ana",
    changed: (next) => {
      states = next.map(({ state }) => state);
    },
    settled: ({ orderId }, outcome) => void settled.push(`${orderId} ${outcome}`),
    later: (retry) => retries.push(retry),
  });
  const rest = () => new Promise((resolve) => setTimeout(resolve));
  return { queue, tries, settled, retries, rest, states: () => states };
}

describe("actions on their way", () => {
  test("are sent at once and gone when the server said so", async () => {
    const { queue, tries, settled, rest, states } = aQueue([]);
    queue.add(request("SO-1"));
    expect(states()).toEqual(["sending"]);
    await rest();
    expect([tries, settled, states()]).toEqual([["SO-1 k1"], ["SO-1 done"], []]);
  });

  test("wait when nobody answers, and go again in order with the same keys", async () => {
    const { queue, tries, settled, retries, rest, states } = aQueue([NOBODY]);
    queue.add(request("SO-1"));
    queue.add(request("SO-2"));
    await rest();
    expect(states()).toEqual(["waiting", "sending"]);
    expect(retries).toHaveLength(1);
    retries[0]?.();
    await rest();
    expect(tries).toEqual(["SO-1 k1", "SO-1 k1", "SO-2 k2"]);
    expect(settled).toEqual(["SO-1 done", "SO-2 done"]);
  });

  test("are dropped when refused, and do not stop those behind them", async () => {
    const { queue, settled, rest } = aQueue(["refused"]);
    queue.add(request("SO-1"));
    queue.add(request("SO-2"));
    await rest();
    expect(settled).toEqual(["SO-1 refused", "SO-2 done"]);
  });

  test("are not sent twice when the connection comes back during a try", async () => {
    const { queue, tries, rest } = aQueue([]);
    queue.add(request("SO-1"));
    void queue.flush();
    void queue.flush();
    await rest();
    expect(tries).toEqual(["SO-1 k1"]);
  });

  test("carry keys that do not repeat", () => {
    const keys = new Set(Array.from({ length: 100 }, randomKey));
    expect(keys.size).toBe(100);
    expect([...keys][0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("what can be done about an order", () => {
  const namesOf = (order: ReturnType<typeof anOrder>) => actionsOf(order).map(({ label }) => label);

  test("offers release only while something is held, with the open holds to choose from", () => {
    const holds = [
      { code: "HOLD_FRAUD", placedAt: at(0), releasedAt: at(1), clock: "pause" as const },
      { code: "HOLD_ADDRESS", placedAt: at(0), clock: "pause" as const },
    ];
    expect(namesOf(anOrder())).not.toContain("Release");
    const release = actionsOf(anOrder({ holds })).find(({ name }) => name === "release");
    expect(release?.fields[0]?.choices).toEqual([{ value: "HOLD_ADDRESS", label: "Hold address" }]);
  });

  test("cancels before hand-over and asks to intercept after it", () => {
    expect(namesOf(anOrder({ stage: "staged" }))).toContain("Cancel…");
    expect(namesOf(anOrder({ stage: "handed_over" }))).toContain("Ask to intercept…");
  });

  test("has no two actions on one key", () => {
    const holds = [{ code: "A", placedAt: at(0), clock: "run" as const }];
    const keys = actionsOf(anOrder({ holds })).flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    ["note", anOrder({ closedAt: at(9) }), null],
    ["hold", anOrder({ closedAt: at(9) }), "The order is closed"],
    ["expedite", anOrder({ flags: ["EXPEDITED"] }), "It is expedited already"],
    ["expedite", anOrder(), null],
  ] as const)("%s is refused where it makes no sense", (name, order, refusal) => {
    expect(refusalOf(name, order)).toBe(refusal);
  });

  test("leaves empty fields out of the body", () => {
    const said = { code: "A", reason: "  ", owner: " Bo " };
    expect(bodyOf(said, [], 0)).toEqual({ code: "A", owner: "Bo" });
  });

  test("says what was done", () => {
    expect(saidOf("assign", "SO-1", { assignee: "Bo" })).toBe("SO-1 assigned to Bo");
    expect(saidOf("hold", "SO-1", { code: "HOLD_FRAUD" })).toBe("SO-1 held: Fraud");
    expect(saidOf("note", "SO-1", { text: "secret" })).toBe("SO-1 noted");
  });
});
