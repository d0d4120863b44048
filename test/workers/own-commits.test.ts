import { expect, test } from "vitest";
import type { LoggedChange } from "../../domain/contract/log-entry.ts";
import { createOwnCommits } from "../../workers/store/own-commits.ts";

const of = (cursor: string, rows = 1): LoggedChange =>
  ({ cursor, rows: Array.from({ length: rows }, (_, at) => ({ id: `O${at}` })) }) as LoggedChange;
const cursorOf = (change: LoggedChange | undefined) => change?.cursor;

test("a commit of this process is told by its number and generation, and nothing else is", () => {
  const own = createOwnCommits();
  own.add({ epoch: "e", seq: 7 }, of("7-0"));
  own.add({ epoch: "e", seq: 8 }, of("8-0"));
  expect(cursorOf(own.get({ epoch: "e", seq: 7 }))).toBe("7-0");
  expect(cursorOf(own.get({ epoch: "e", seq: 8 }))).toBe("8-0");
  expect(own.get({ epoch: "e", seq: 6 })).toBeUndefined();
  expect(own.get({ epoch: "e", seq: 9 })).toBeUndefined();
  expect(own.get({ epoch: "other", seq: 8 })).toBeUndefined();
});

test("after a commit of somebody else, and in another generation, those before are forgotten", () => {
  const own = createOwnCommits();
  own.add({ epoch: "e", seq: 1 }, of("1-0"));
  own.add({ epoch: "e", seq: 3 }, of("3-0"));
  expect(own.get({ epoch: "e", seq: 1 })).toBeUndefined();
  expect(cursorOf(own.get({ epoch: "e", seq: 3 }))).toBe("3-0");
  own.add({ epoch: "f", seq: 4 }, of("4-0"));
  expect(own.get({ epoch: "e", seq: 3 })).toBeUndefined();
  expect(cursorOf(own.get({ epoch: "f", seq: 4 }))).toBe("4-0");
});

test("the oldest go first when there are too many rows", () => {
  const own = createOwnCommits(10);
  for (let seq = 1; seq <= 5; seq += 1) own.add({ epoch: "e", seq }, of(`${seq}-0`, 4));
  expect(own.get({ epoch: "e", seq: 3 })).toBeUndefined();
  expect(cursorOf(own.get({ epoch: "e", seq: 4 }))).toBe("4-0");
  expect(cursorOf(own.get({ epoch: "e", seq: 5 }))).toBe("5-0");
});

test("one commit with more rows than are kept is read from the log", () => {
  const own = createOwnCommits(10);
  own.add({ epoch: "e", seq: 1 }, of("1-0", 11));
  expect(own.get({ epoch: "e", seq: 1 })).toBeUndefined();
  own.add({ epoch: "e", seq: 2 }, of("2-0"));
  expect(cursorOf(own.get({ epoch: "e", seq: 2 }))).toBe("2-0");
});
