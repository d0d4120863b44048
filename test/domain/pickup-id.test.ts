import { expect, test } from "vitest";
import { pickupIdOf } from "../../domain/calendar.ts";
import { carrierOf, readPickupId } from "../../domain/pickup-id.ts";
import { parseDay } from "../../domain/wall-clock.ts";

test.each(["DHL", "DPD-EXPRESS", "a-1-2"])("what is written of %s is read again", (carrier) => {
  const id = pickupIdOf(carrier, parseDay("2026-01-05"), 16 * 60 + 5);
  expect(readPickupId(id)).toEqual({ carrier, date: "2026-01-05", time: "16:05" });
  expect(carrierOf(id)).toBe(carrier);
});

test.each(["", "TRUCK 7", "DHL-2026-1600", "-20260105-1600"])("%j is no pickup's id", (id) =>
  expect(readPickupId(id)).toBeNull(),
);
