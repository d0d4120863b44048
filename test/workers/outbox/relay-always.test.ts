import { expect, test, vi } from "vitest";
import { relayAlways } from "../../../workers/outbox/relay-always.ts";

const lists = async () => ["BAD1", "BER1"];

test("a site whose outbox fails does not keep the others from being told", async () => {
  const relayed: string[] = [];
  const warned: object[] = [];
  const stop = relayAlways({
    sites: lists,
    relay: async (site) => {
      if (site === "BAD1") throw new Error("WRONGTYPE");
      relayed.push(site);
    },
    log: { warn: (facts: object) => void warned.push(facts) },
    intervalMs: 1,
  });
  await vi.waitFor(() => expect(relayed.length).toBeGreaterThan(2));
  await stop();
  expect(new Set(relayed)).toEqual(new Set(["BER1"]));
  expect(warned[0]).toMatchObject({ site: "BAD1" });
});

test("it goes on when the sites could not be read, and ends when it is stopped", async () => {
  let asked = 0;
  const relayed: string[] = [];
  const stop = relayAlways({
    sites: async () => {
      asked += 1;
      if (asked === 1) throw new Error("not now");
      return lists();
    },
    relay: async (site) => void relayed.push(site),
    log: { warn: () => undefined },
    intervalMs: 1,
  });
  await vi.waitFor(() => expect(relayed).toContain("BER1"));
  await stop();
  const until = asked;
  await new Promise((done) => setTimeout(done, 20));
  expect(asked).toBe(until);
});
