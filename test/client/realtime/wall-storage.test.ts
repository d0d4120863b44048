/** Walls in browsers that refuse to keep anything: by policy, in a private window, on a full disk. */
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { displayTokens } from "../../../client/realtime/display-tokens.ts";
import { pairWall } from "../../../client/realtime/wall-pairing.ts";
import { useWall } from "../../../client/stores/wall.ts";
import PairingScreen from "../../../client/wall/PairingScreen.vue";
import { reloadIfAsked } from "../../../client/wall/useReloads.ts";
import { createWords } from "../../../client/words/i18n.ts";

const GRANT = {
  deviceCode: "device",
  userCode: "BCDF-GHJK",
  verificationUri: "http://tower/link",
  verificationUriComplete: "http://tower/link?code=BCDF-GHJK",
  expiresIn: 600,
  interval: 5,
};
const tokens = (number: number) => ({
  token: `token-${number}`,
  refreshToken: `refresh-${number}`,
  expiresIn: 3_600,
  display: { id: "d1", name: "Hall", site: "BER1" },
});
let given: number;
let presented: string[];

const refuse = (): never => {
  throw new DOMException("refused", "SecurityError");
};
const NOWHERE = { getItem: refuse, setItem: refuse, removeItem: refuse };

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  [given, presented] = [0, []];
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) => {
    if (!path.endsWith("/token")) return new Response(JSON.stringify(GRANT));
    presented.push(String(body));
    given += 1;
    return new Response(JSON.stringify(tokens(given)));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  localStorage.clear();
});

describe("a browser that keeps nothing", () => {
  test("is paired once all the same, and renews what it has", async () => {
    vi.stubGlobal("localStorage", NOWHERE);
    const paired = pairWall();
    await vi.advanceTimersByTimeAsync(5_000);
    const kept = await paired;
    expect(kept.token).toBe("token-1");
    expect(displayTokens.keepsNothing()).toBe(true);
    expect((await displayTokens.renew(kept)).token).toBe("token-2");
    expect(presented.at(-1)).toContain("refresh-1");
    displayTokens.clear();
    expect(displayTokens.read()).toBeNull();
  });

  test("is not taken for a copy of itself when its disk is full", async () => {
    const first = await displayTokens.poll("device");
    expect(displayTokens.keepsNothing()).toBe(false);
    const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(refuse);
    const second = await displayTokens.renew(first);
    const third = await displayTokens.renew(second);
    expect(third.token).toBe("token-3");
    expect(presented.slice(1)).toEqual([
      expect.stringContaining("refresh-1"),
      expect.stringContaining("refresh-2"),
    ]);
    full.mockRestore();
  });

  test("says so before and after it is paired, and does not load itself again", async () => {
    const props = { endedAt: null, now: 0, keepsNothing: true };
    const grant = { kind: "pairing", grant: null, endsAt: 0, isUnanswered: false } as const;
    const screen = mount(PairingScreen, {
      props: { ...props, phase: grant },
      global: { plugins: [createWords()] },
    });
    expect(screen.text()).toContain("This browser keeps nothing");
    await screen.setProps({ phase: { kind: "paired", name: "Hall", site: "BER1" } });
    expect(screen.text()).toContain("This browser keeps nothing");
    await screen.setProps({ keepsNothing: false });
    expect(screen.text()).not.toContain("This browser keeps nothing");
    vi.stubGlobal("sessionStorage", NOWHERE);
    const wall = useWall();
    [wall.keepsNothing, wall.wantsReload] = [true, true];
    expect(reloadIfAsked).not.toThrow();
    expect(wall.wantsReload).toBe(false);
    await flushPromises();
  });
});
