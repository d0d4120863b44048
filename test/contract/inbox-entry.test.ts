import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeInboxEvent,
  encodeInboxEvent,
  EVENT_TEXT,
  type InboxEvent,
} from "../../domain/contract/inbox-event.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import { anOrderReceived } from "../support/builders.ts";

describe("an inbox entry", () => {
  const event = anOrderReceived(1_764_000_000_000);
  const base: InboxEvent = { event, hash: "aZ09-_" };

  test.each<[string, Partial<InboxEvent>]>([
    ["alone", {}],
    ["with sealed fields", { sealed: 'id.b64+/="' }],
    ["that is a replay", { replayOf: "dl-1-0" }],
    ["with both", { sealed: "s", replayOf: "dl-1-0" }],
  ])("%s is the same whether its text is at hand or not", (_of, more) => {
    const plain = encodeInboxEvent({ ...base, ...more });
    const known = encodeInboxEvent({ ...base, ...more, [EVENT_TEXT]: JSON.stringify(event) });
    expect(decodeInboxEvent(known)).toEqual(decodeInboxEvent(plain));
  });
});

describe("positions", () => {
  const part = fc.oneof(fc.nat(20), fc.nat(2_000_000_000_000));
  const position = fc.tuple(part, part);

  test("are ordered by their two numbers", () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const expected = Math.sign(a[0] - b[0] || a[1] - b[1]);
        expect(Math.sign(comparePositions(a.join("-"), b.join("-")))).toBe(expected);
      }),
    );
  });
});
