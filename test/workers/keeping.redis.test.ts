import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyQuality, noteEnd, noteShown } from "../../domain/forecast/quality.ts";
import { createKeeping } from "../../workers/forecast/keeping.ts";
import { decodeModel, newModel, type Model } from "../../workers/forecast/model.ts";
import type { Send } from "../../workers/redis.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

const NOW = Date.UTC(2026, 1, 11, 9);
const HOUR = 3_600_000;

/** So many orders that an alarm was raised for and that missed. */
function judgedModel(count: number): Model {
  const model = newModel();
  model.quality = emptyQuality();
  for (let n = 0; n < count; n += 1) {
    const id = `SO-${n}`;
    const look = { id, p: 0.9, eta: null, deadline: NOW, isRaised: true };
    noteShown(model.quality, look, NOW - HOUR);
    const judged = noteEnd(model.quality, id, null, "2026-02-11");
    if (judged !== null) model.judged.push(judged);
  }
  return model;
}

describe.skipIf(redisMissing)("keeping what was learned", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  async function desk(send: Send = stand.send) {
    const { keys } = await stand.newSite();
    const told = async (): Promise<string[]> => {
      const entries = await stand.send<[string, string[]][]>("XRANGE", keys.judged, "-", "+");
      return entries.map(([, fields]) => (JSON.parse(fields[1] ?? "") as { order: string }).order);
    };
    const counted = async (): Promise<number | undefined> => {
      const days = JSON.parse(
        (await stand.send<string | null>("GET", keys.forecastQuality)) ?? "{}",
      ) as Model["quality"]["days"];
      return days["2026-02-11"]?.missed;
    };
    return { keys, keep: createKeeping(send, keys), told, counted };
  }

  test("the orders go with the figures that count them, each once", async () => {
    const { keep, told, counted } = await desk();
    const model = judgedModel(2);
    await keep(model, NOW);
    expect([await told(), await counted(), model.judged]).toEqual([["SO-0", "SO-1"], 2, []]);
    await keep(model, NOW + 1);
    expect(await told()).toEqual(["SO-0", "SO-1"]);
  });

  test("a keeping whose answer was lost is made again, and nothing stands there twice", async () => {
    let isLost = true;
    const deaf: Send = async <T>(...args: string[]) => {
      const answer = await stand.send<T>(...args);
      if (isLost && args[0] === "EVALSHA") throw new Error("Socket closed unexpectedly");
      return answer;
    };
    const { keep, told, counted } = await desk(deaf);
    const model = judgedModel(3);
    await expect(keep(model, NOW)).rejects.toThrow("Socket closed");
    isLost = false;
    await keep(model, NOW + 5);
    expect([await told(), await counted()]).toEqual([["SO-0", "SO-1", "SO-2"], 3]);
  });

  test("what does not go at once stays with what is kept, and goes next", async () => {
    const { keys, keep, told } = await desk();
    const model = judgedModel(2_500);
    await keep(model, NOW);
    const kept = decodeModel(await stand.send<string | null>("GET", keys.forecast));
    expect([(await told()).length, kept?.judged.length]).toEqual([2_000, 500]);
    // whoever takes over hands over the rest
    if (kept !== null) await keep(kept, NOW + HOUR);
    expect(new Set(await told()).size).toBe(2_500);
  });

  test("a clock that went back loses none of them", async () => {
    const { keep, told } = await desk();
    const model = judgedModel(1);
    await keep(model, NOW + HOUR);
    model.judged = judgedModel(1).judged;
    await keep(model, NOW);
    expect(await told()).toEqual(["SO-0", "SO-0"]);
  });

  test("after a week they have left the list, which history has copied long before", async () => {
    const { keep, told } = await desk();
    const model = judgedModel(1);
    await keep(model, NOW);
    await keep(model, NOW + 8 * 24 * HOUR);
    expect(await told()).toEqual([]);
  });
});
