/** What is said of a store that fails: why, and nothing of where it is. */
import { expect, test } from "vitest";
import { messageOf } from "../../workers/history/store-door.ts";

test.each([
  ["connect ECONNREFUSED 10.1.2.3:5432", "connect ECONNREFUSED <address>"],
  ["connect ECONNREFUSED ::1:5432", "connect ECONNREFUSED <address>"],
  ["getaddrinfo ENOTFOUND db.internal", "getaddrinfo ENOTFOUND <address>"],
  ["no answer from 10.1.2.3:5432 in time", "no answer from <address> in time"],
  [
    'password authentication failed for user "ct_prod"',
    "password authentication failed for user <name>",
  ],
  ['database "tower" does not exist', "database <name> does not exist"],
  [
    'no pg_hba.conf entry for host "10.0.0.9", user "ct"',
    "no pg_hba.conf entry for host <name>, user <name>",
  ],
  ["cannot reach postgres://ct:secret@db/tower now", "cannot reach <address> now"],
  [
    "ENOSPC: no space left on device, open '/srv/tower/data/history.db'",
    "ENOSPC: no space left on device, open '<file>'",
  ],
  ["database or disk is full", "database or disk is full"],
  ["attempt to write a readonly database", "attempt to write a readonly database"],
  ['relation "orders" does not exist', 'relation "orders" does not exist'],
])("of %s it is said: %s", (message, said) => {
  expect(messageOf(new Error(message))).toBe(said);
});

test("an error without words is called by its name", () => {
  expect(messageOf(new AggregateError([]))).toBe("AggregateError");
  expect(messageOf("x".repeat(400))).toHaveLength(300);
});
