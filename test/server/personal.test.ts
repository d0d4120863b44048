import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { AnyEvent } from "../../domain/event.ts";
import { createPersonal } from "../../server/personal.ts";

const secret = randomBytes(32);
const personal = createPersonal(secret);
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

test("the key of an order is the one that HKDF-SHA-256 of the library makes", () => {
  const key = Buffer.from(
    hkdfSync("sha256", secret, "control-tower", "personal\u0000BER1\u0000SO-1", 32),
  );
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const text = Buffer.concat([cipher.update(`{"name":"Jo"}`, "utf8"), cipher.final()]);
  const sealed = Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  expect(personal.open("BER1", "SO-1", sealed)).toEqual({ name: "Jo" });
});

test("no two sealed records share an initialization vector", () => {
  const ivs = Array.from({ length: 600 }, () =>
    Buffer.from(personal.seal("BER1", "SO-1", { name: "Jo" }), "base64")
      .subarray(0, 12)
      .toString("hex"),
  );
  expect(new Set(ivs).size).toBe(600);
});
