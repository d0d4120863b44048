import { expect, test } from "vitest";
import { encodeRest } from "../../domain/contract/log-entry.ts";
import { readLog } from "../../workers/history/log-reader.ts";
import type { Send } from "../../workers/redis.ts";
import { aChange } from "../support/changes.ts";

const change = (orders: number) =>
  aChange({ removed: Array.from({ length: orders }, (_, at) => `${orders}-${at}`) });

/** A log of commits that each touch so many orders of their own, as Redis would tell it. */
function logOf(commits: readonly number[]): Send {
  const entries = commits.map((orders, at) => [
    `${at + 1}-0`,
    ["e", "epoch", "c", encodeRest(change(orders))],
  ]);
  return (() => Promise.resolve(entries)) as unknown as Send;
}

test("as many commits go into a step as touch two thousand orders, and a larger one alone", async () => {
  const numbers = async (commits: number[]) =>
    (await readLog(logOf(commits), "BER1", 0, "epoch"))?.map(({ seq }) => seq);
  expect(await numbers([700, 701, 599, 1])).toEqual([1, 2, 3]);
  expect(await numbers([5_000, 1])).toEqual([1]);
});

test("a number that is missing ends a step, and a log that begins later is gone", async () => {
  const send = logOf([1, 2]);
  expect(await readLog(send, "BER1", 1, "epoch")).toBeNull();
  expect(await readLog(send, "BER1", 0, "another")).toBeNull();
});
