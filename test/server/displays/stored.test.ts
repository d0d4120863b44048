/** What is kept of a display is read by later versions, which know more settings. */
import { expect, test } from "vitest";
import type { StoredDisplay } from "../../../domain/contract/displays.ts";
import { decodeDisplay } from "../../../server/displays/book.ts";
import { changedSettings, DEFAULT_SETTINGS } from "../../../server/displays/views.ts";

const stored = (settings: object): string =>
  JSON.stringify({
    id: "0123456789ab",
    name: "Hall A east",
    site: "BER1",
    settings: { ...DEFAULT_SETTINGS, ...settings },
    blank: false,
    message: null,
    reloadAt: 0,
    nexts: 0,
    claimedBy: "ana",
    claimedAt: 0,
    revokedAt: null,
  } satisfies StoredDisplay);

test("a display that was claimed before walls had themes is read, and can be given one", () => {
  const { settings } = decodeDisplay(stored({}));
  expect(settings).not.toHaveProperty("theme");
  const light = changedSettings(settings, { theme: "light" });
  expect(decodeDisplay(stored(light)).settings.theme).toBe("light");
  expect(changedSettings(light, { distanceM: 8 })).toMatchObject({ theme: "light", distanceM: 8 });
  // as a server of the version before reads it
  expect(changedSettings(light, { theme: "dark" })).not.toHaveProperty("theme");
});

test("a theme that no wall has is none", () => {
  expect(() => decodeDisplay(stored({ theme: "blue" }))).toThrow(/settings\/theme/);
});
