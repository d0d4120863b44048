import { expect, test } from "vitest";
import { createGroupCommit } from "../../../server/inbox/group-commit.ts";

function aWriter() {
  const calls: number[][] = [];
  const releases: (() => void)[] = [];
  const write = async (requests: number[]): Promise<number[]> => {
    calls.push(requests);
    await new Promise<void>((resolve) => releases.push(resolve));
    return requests.map((request) => request * 10);
  };
  const release = async (): Promise<void> => {
    releases.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { calls, write, release };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what arrives in one turn goes in one call, each with its own answer", async () => {
  const { calls, write, release } = aWriter();
  const commit = createGroupCommit({ write, sizeOf: () => 1, maxSize: 10, inFlight: 1 });
  const answers = Promise.all([commit(1), commit(2), commit(3)]);
  await turn();
  await release();
  expect(await answers).toEqual([10, 20, 30]);
  expect(calls).toEqual([[1, 2, 3]]);
});

test("what arrives while calls are under way waits for them, and goes together", async () => {
  const { calls, write, release } = aWriter();
  const commit = createGroupCommit({ write, sizeOf: () => 1, maxSize: 10, inFlight: 1 });
  const first = commit(1);
  await turn();
  const others = Promise.all([commit(2), commit(3)]);
  await turn();
  expect(calls).toEqual([[1]]);
  await release();
  await release();
  expect(await first).toBe(10);
  expect(await others).toEqual([20, 30]);
  expect(calls).toEqual([[1], [2, 3]]);
});

test("a call holds no more than it may, but a large request still goes", async () => {
  const { calls, write, release } = aWriter();
  const commit = createGroupCommit({
    write,
    sizeOf: (size: number) => size,
    maxSize: 5,
    inFlight: 1,
  });
  const all = Promise.all([commit(3), commit(2), commit(9), commit(1)]);
  await turn();
  for (let i = 0; i < 3; i++) await release();
  await all;
  expect(calls).toEqual([[3, 2], [9], [1]]);
});

test("a failed call takes what waits behind it along, and the next begins anew", async () => {
  let calls = 0;
  const commit = createGroupCommit<number, number>({
    write: async (requests) => {
      if (calls++ === 0) throw new Error("away");
      return requests;
    },
    sizeOf: () => 1,
    maxSize: 1,
    inFlight: 1,
  });
  const results = await Promise.allSettled([commit(1), commit(2)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await commit(3)).toBe(3);
});
