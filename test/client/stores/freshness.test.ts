import { describe, expect, test } from "vitest";
import type { TowerPulse } from "../../../domain/contract/realtime.ts";
import {
  freshnessOf,
  nextOffset,
  nextProof,
  type Link,
  type Offset,
  type Proof,
} from "../../../client/stores/freshness.ts";

const SERVER_START = 1_800_000_000_000;
const LINK: Link = { isOnline: true, isConnected: true, isCaughtUp: true };

/** A browser with two clocks that can be driven apart, and a server with its own. */
function createWorld() {
  let mono = 5_000;
  let wall = 1_700_000_000_000;
  let server = SERVER_START;
  let offset: Offset | null = null;
  let proof: Proof | null = null;
  let first: { mono: number; wall: number } | null = null;
  const moment = () => ({ mono, wall });
  const pulseNow = (change: Partial<TowerPulse> = {}): TowerPulse => ({
    site: "BER1",
    epoch: "e",
    seq: 1,
    at: server,
    canaryAgeMs: 1_000,
    feedAgeMs: 20,
    sources: [],
    ...change,
  });
  return {
    pulseNow,
    pass(ms: number) {
      mono += ms;
      wall += ms;
      server += ms;
    },
    /** the machine sleeps: the monotonic clock stands still */
    sleep(ms: number) {
      wall += ms;
      server += ms;
    },
    setWall(ms: number) {
      wall += ms;
    },
    setServer(ms: number) {
      server += ms;
    },
    receive(pulse: TowerPulse) {
      offset = nextOffset(offset, mono - pulse.at);
      first ??= moment();
      proof = nextProof(proof, pulse, moment(), offset);
    },
    state: (link: Partial<Link> = {}) => freshnessOf(proof, first, moment(), { ...LINK, ...link }),
  };
}

describe("freshness", () => {
  test("is connecting before the first pulse and live after it", () => {
    const world = createWorld();
    expect(world.state().state).toBe("connecting");
    world.receive(world.pulseNow());
    expect(world.state()).toEqual({ state: "live", ageMs: 20 });
  });

  test.each([
    [2_400, "live"],
    [2_600, "slow"],
    [4_900, "slow"],
    [5_100, "stale"],
  ])("%i ms after the last pulse it is %s", (ms, state) => {
    const world = createWorld();
    world.receive(world.pulseNow({ canaryAgeMs: 0 }));
    world.pass(ms);
    expect(world.state().state).toBe(state);
  });

  test("counts the age that the server admits", () => {
    const world = createWorld();
    world.receive(world.pulseNow({ feedAgeMs: 5_200 }));
    expect(world.state().state).toBe("stale");
  });

  test("is not live at once when the socket is closed or the device is offline", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    expect(world.state({ isConnected: false }).state).toBe("stale");
    expect(world.state({ isOnline: false }).state).toBe("offline");
  });

  test("queued pulses of a thawed tab do not make it live", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    const queued: TowerPulse[] = [];
    for (let second = 0; second < 12; second += 1) {
      world.pass(1_000);
      queued.push(world.pulseNow());
    }
    world.pass(8_000);
    for (const pulse of queued) {
      world.receive(pulse);
      expect(world.state().state).toBe("stale");
    }
    world.receive(world.pulseNow());
    expect(world.state().state).toBe("live");
  });

  test("a sleep that only the wall clock saw makes it stale until the next pulse", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    world.sleep(60_000);
    expect(world.state().state).toBe("stale");
    world.receive(world.pulseNow());
    expect(world.state().state).toBe("live");
  });

  test("setting the wall clock back does not hide that pulses stopped", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    world.setWall(-3_600_000);
    world.pass(6_000);
    expect(world.state().state).toBe("stale");
  });

  test("a server clock that was set back is believed again after thirty steady pulses", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    world.setServer(-60_000);
    for (let second = 0; second < 29; second += 1) {
      world.pass(1_000);
      world.receive(world.pulseNow());
    }
    expect(world.state().state).toBe("stale");
    world.pass(1_000);
    world.receive(world.pulseNow());
    expect(world.state().state).toBe("live");
  });

  test.each([
    [16_000, "slow"],
    [31_000, "stale"],
  ])("a canary %i ms old is %s whatever the pulses say", (canaryAgeMs, state) => {
    const world = createWorld();
    world.receive(world.pulseNow({ canaryAgeMs }));
    expect(world.state().state).toBe(state);
  });

  test("what is slow is known: the picture by its age, the way of events by the canary's", () => {
    const world = createWorld();
    world.receive(world.pulseNow({ canaryAgeMs: 16_000 }));
    expect(world.state()).toMatchObject({ what: "events", ageMs: 16_000 });
    world.receive(world.pulseNow({ canaryAgeMs: 0 }));
    world.pass(3_000);
    expect(world.state()).toMatchObject({ what: "picture", ageMs: 3_020 });
  });

  test("a canary that never comes is stale within half a minute", () => {
    const world = createWorld();
    for (let second = 0; second <= 31; second += 1) {
      world.receive(world.pulseNow({ canaryAgeMs: null }));
      world.pass(1_000);
    }
    expect(world.state().state).toBe("stale");
  });

  test("a silent source makes it blind in part, a snapshot on its way catching up", () => {
    const world = createWorld();
    const silent = { source: "3pl/north", ageMs: 600_000, state: "silent" as const };
    world.receive(world.pulseNow({ sources: [silent] }));
    expect(world.state()).toMatchObject({ state: "blind", silent: [silent] });
    expect(world.state({ isCaughtUp: false }).state).toBe("catching_up");
  });

  test("says since when it is not live in the server's own time", () => {
    const world = createWorld();
    world.receive(world.pulseNow());
    world.pass(9_000);
    expect(world.state()).toEqual({
      state: "stale",
      why: "server",
      sinceAt: SERVER_START - 20,
      forMs: 9_020,
    });
    const offline = { state: "offline", sinceAt: SERVER_START - 20, forMs: 9_020 };
    expect(world.state({ isOnline: false })).toEqual(offline);
  });

  test("stands still at the last canary while pulses still come, and says what is broken", () => {
    const world = createWorld();
    world.receive(world.pulseNow({ canaryAgeMs: 31_000 }));
    const broken = { state: "stale", why: "events", sinceAt: SERVER_START - 31_000 };
    expect(world.state()).toMatchObject({ ...broken, forMs: 31_000 });
    world.pass(2_000);
    world.receive(world.pulseNow({ canaryAgeMs: 33_000 }));
    expect(world.state()).toMatchObject({ ...broken, forMs: 33_000 });
    world.receive(world.pulseNow({ feedAgeMs: 5_200 }));
    expect(world.state()).toMatchObject({ why: "feed", forMs: 5_200 });
    expect(world.state({ isConnected: false })).toMatchObject({ why: "line" });
  });

  test("has nothing to say since when before anything was proven", () => {
    const world = createWorld();
    const nothing = { state: "offline", sinceAt: null, forMs: 0 };
    expect(world.state({ isOnline: false })).toEqual(nothing);
  });
});
