import { expect, test } from "vitest";
import { SOCKET_QUEUE_BYTES, SOCKET_QUEUE_PACKETS } from "../../../domain/contract/realtime.ts";
import { isOverCap } from "../../../server/live/viewers.ts";

const queue = (count: number, bytes: number) => ({
  writeBuffer: Array.from({ length: count }, () => ({ data: "x".repeat(bytes) })),
  transport: { writable: false },
});

test("the cap is on packets and on bytes", () => {
  expect(isOverCap(queue(SOCKET_QUEUE_PACKETS, 1))).toBe(false);
  expect(isOverCap(queue(SOCKET_QUEUE_PACKETS + 1, 1))).toBe(true);
  expect(isOverCap(queue(2, SOCKET_QUEUE_BYTES / 2))).toBe(false);
  expect(isOverCap(queue(2, SOCKET_QUEUE_BYTES / 2 + 1))).toBe(true);
});
