import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { AnyEvent } from "../../domain/event.ts";
import { PERSONAL_KEY, encodeInboxEvent } from "../../domain/contract/inbox-event.ts";
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

type Entry = ReturnType<typeof personal.entryOf>;
const opened = (entry: Entry, keys = entry[PERSONAL_KEY] ?? "") =>
  personal.open("BER1", "SO-1", entry.sealed ?? "", keys);

test("only city, region and country leave the sealed record", () => {
  const shipTo = { name: "Jo", street: "Way 1", postalCode: "10115", city: "B", country: "DE" };
  const entry = personal.entryOf(received(shipTo));
  expect(entry.event.data).toEqual({ channel: "web", shipTo: { city: "B", country: "DE" } });
  expect(JSON.stringify(entry)).not.toContain("Way 1");
  expect(opened(entry)).toEqual({
    name: "Jo",
    street: "Way 1",
    postalCode: "10115",
  });
});

test("a sealed record opens for its own order only, and not when it was changed", () => {
  const entry = personal.entryOf(received({ name: "Jo" }));
  const { sealed = "", [PERSONAL_KEY]: keys = "" } = entry;
  expect(() => personal.open("BER1", "SO-2", sealed, keys)).toThrow("authenticate");
  const changed = Buffer.from(sealed.slice(9), "base64");
  changed[changed.length - 1]! ^= 1;
  const other = `${sealed.slice(0, 9)}${changed.toString("base64")}`;
  expect(() => personal.open("BER1", "SO-1", other, keys)).toThrow("authenticate");
});

test("without its key a sealed record is gone, also for whoever has the secret", () => {
  const first = personal.entryOf(received({ name: "Jo" }));
  const second = personal.entryOf(received({ name: "Jo" }));
  const both = `${first[PERSONAL_KEY]}${second[PERSONAL_KEY]}`;
  expect([opened(first, both), opened(second, both)]).toEqual([{ name: "Jo" }, { name: "Jo" }]);
  expect(() => opened(first, second[PERSONAL_KEY])).toThrow("destroyed");
  expect(() => opened(first, "")).toThrow("destroyed");
});

test("what goes into the inbox holds neither a personal field nor the key", () => {
  const entry = personal.entryOf(received({ name: "Jo Mustermann" }));
  const text = encodeInboxEvent(entry);
  expect(text).not.toContain("Mustermann");
  expect(entry[PERSONAL_KEY]).toHaveLength(39);
  expect(text).not.toContain(entry[PERSONAL_KEY]?.slice(15));
});

test("fields that the contract does not know are sealed when their name says that they are about a person", () => {
  const more = { email: "jo@example.com", "customer-Phone": "123", name: "Joe", giftWrap: true };
  const entry = personal.entryOf(received({ name: "Jo" }, more));
  expect(entry.event.data).toEqual({ channel: "web", shipTo: {}, giftWrap: true });
  const sealed = {
    email: "jo@example.com",
    "customer-Phone": "123",
    name: "Jo",
    "data.name": "Joe",
  };
  expect(opened(entry)).toEqual(sealed);
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
  expect(opened(entry)).toEqual({ name: "Jo" });
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

test("a key is the one that HKDF-SHA-256 of the library makes of secret, order and salt", () => {
  const salt = "s".repeat(24);
  const purpose = `personal\u0000BER1\u0000SO-1\u0000${salt}`;
  const key = Buffer.from(hkdfSync("sha256", secret, "control-tower", purpose, 32));
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const text = Buffer.concat([cipher.update(`{"name":"Jo"}`, "utf8"), cipher.final()]);
  const sealed = Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  const keys = `0000000someid00${salt}`;
  expect(personal.open("BER1", "SO-1", `someid00.${sealed}`, keys)).toEqual({ name: "Jo" });
});

test("no two sealed records share an initialization vector", () => {
  const ivs = Array.from({ length: 600 }, () =>
    Buffer.from(personal.seal("BER1", "SO-1", { name: "Jo" }).sealed.slice(9), "base64")
      .subarray(0, 12)
      .toString("hex"),
  );
  expect(new Set(ivs).size).toBe(600);
});
