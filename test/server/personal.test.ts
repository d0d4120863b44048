import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { AnyEvent } from "../../domain/event.ts";
import { createPersonal } from "../../server/personal.ts";

const personal = createPersonal(randomBytes(32));
const received = (shipTo: unknown, more: object = {}): AnyEvent =>
  ({
    id: "1",
    source: "shop",
    type: "order.received",
    site: "BER1",
    orderId: "SO-1",
    occurredAt: 1,
    data: { channel: "web", shipTo, ...more },
  }) as unknown as AnyEvent;

test("only city, region and country leave the sealed record", () => {
  const shipTo = { name: "Jo", street: "Way 1", postalCode: "10115", city: "B", country: "DE" };
  const entry = personal.entryOf(received(shipTo));
  expect(entry.event.data).toEqual({ channel: "web", shipTo: { city: "B", country: "DE" } });
  expect(JSON.stringify(entry)).not.toContain("Way 1");
  expect(personal.open("BER1", "SO-1", entry.sealed ?? "")).toEqual({
    name: "Jo",
    street: "Way 1",
    postalCode: "10115",
  });
});

test("a sealed record opens for its own order only, and not when it was changed", () => {
  const { sealed = "" } = personal.entryOf(received({ name: "Jo" }));
  expect(() => personal.open("BER1", "SO-2", sealed)).toThrow("authenticate");
  const changed = Buffer.from(sealed, "base64");
  changed[changed.length - 1]! ^= 1;
  expect(() => personal.open("BER1", "SO-1", changed.toString("base64"))).toThrow("authenticate");
});

test("what a correction puts in place is split too", () => {
  const event = {
    ...received(undefined),
    type: "event.corrected",
    data: {
      of: { source: "shop", id: "1" },
      reason: "incorrect_data",
      replacement: { data: { shipTo: { name: "Jo", city: "B" } } },
    },
  } as unknown as AnyEvent;
  const entry = personal.entryOf(event);
  expect(JSON.stringify(entry.event)).not.toContain("Jo");
  expect(personal.open("BER1", "SO-1", entry.sealed ?? "")).toEqual({ name: "Jo" });
});

test("the fingerprint tells two names apart and does not mind the order of fields", () => {
  const a = personal.entryOf(received({ name: "Jo", city: "B" }));
  const same = personal.entryOf(received({ city: "B", name: "Jo" }));
  const other = personal.entryOf(received({ name: "Joe", city: "B" }));
  expect(same.hash).toBe(a.hash);
  expect(other.hash).not.toBe(a.hash);
});

test("an event without personal fields has no sealed record", () => {
  expect(personal.entryOf(received({ city: "B" })).sealed).toBeUndefined();
});
