import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { applyDelta, createBoardModel } from "../../domain/board-model.ts";
import { answerFrom } from "../../history/ask.ts";
import { openHistory } from "../../history/open.ts";
import { createHistorian } from "../../workers/history/historian.ts";
import { createLog } from "../../workers/log.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { aSite } from "../support/builders.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

describe.skipIf(redisMissing)("rewind", () => {
  let stand: Stand;
  let dir = "";
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "ct-rw-"));
    stand = await startStand();
  });
  afterAll(async () => {
    await stand.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test("every moment shows the rows and numbers that stood then, by jumps and step by step", async () => {
    const site = await stand.newSite();
    const address = { file: join(dir, "rewind.db") };
    const deps = {
      send: stand.send,
      log: createLog("silent"),
      book: createPolicyBook(stand.send),
      address,
    };
    const historian = createHistorian({ ...deps, archiveHours: 72, rewindDays: 14 });
    const hand = await site.worker();
    const copy = async (): Promise<void> => {
      for (let rounds = 0; (await historian.round()) === 0; rounds += 1)
        if (rounds > 300) throw new Error("it copies without end");
    };
    const rowsNow = async (): Promise<Row[]> =>
      (await stand.send<string[]>("HVALS", site.keys.rows)).map((text) => JSON.parse(text) as Row);
    const byId = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const moments: { at: number; rows: Row[]; seq: number }[] = [];
    const ways = [
      "order.allocated",
      "pick.completed",
      "pack.completed",
      "parcel.handed_over",
      "parcel.delivered",
    ];
    for (let turn = 0; turn < 12; turn += 1) {
      const [order, way] = [`O${turn % 4}`, Math.floor(turn / 4)];
      await site.post(
        way === 0
          ? [site.received(order)]
          : [
              site.event(ways[(way - 1) * 2]!, order),
              site.event(ways[way * 2] ?? "note.added", order, { text: "x" }),
            ],
      );
      await hand.drain();
      await copy();
      const [seconds, micros] = await stand.send<[string, string]>("TIME");
      const at = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
      moments.push({
        at,
        rows: byId(await rowsNow()),
        seq: Number(await stand.send("GET", site.keys.seq)),
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await historian.stop();

    const history = openHistory(address, { isReader: true });
    const ask = answerFrom(history);
    const frameAt = (at: number, since?: { epoch: string; seq: number }) =>
      ask("frame", { site: aSite({ id: site.id }), at, since, limit: 2_000 });
    // there and back again: the board that is kept must not be believed
    for (const { at, rows, seq } of [...moments, ...moments.toReversed()]) {
      const frame = await frameAt(at);
      expect([frame?.seq, byId(frame?.rows ?? []), frame?.isWhole]).toEqual([seq, rows, true]);
      expect(frame?.metrics.open).toBe(rows.length);
    }
    // a browser that plays: a whole frame, then deltas
    const first = (await frameAt(moments[0]!.at))!;
    const model = createBoardModel({
      site: site.id,
      epoch: first.epoch,
      seq: first.seq,
      rows: first.rows ?? [],
    });
    for (const { at, rows } of moments.slice(1)) {
      const { delta, epoch } = (await frameAt(at, { epoch: model.epoch, seq: model.seq }))!;
      expect(delta).toBeDefined();
      expect(applyDelta(model, { site: site.id, epoch, at, ...delta! })).toMatch(/applied|ignored/);
      expect(byId([...model.rows.values()])).toEqual(rows);
    }
    expect(await ask("range", { site: site.id })).toMatchObject({
      from: expect.any(Number),
      to: expect.any(Number),
    });
    // whatever is said to be kept can be shown, from the first moment to the last
    const { from, to } = await ask("range", { site: site.id });
    expect(await frameAt(from ?? 0)).not.toBeNull();
    expect(await frameAt(to ?? 0)).not.toBeNull();
    expect(to).toBeGreaterThanOrEqual(from ?? 0);
    expect(await frameAt(1)).toBeNull();
    await history.close();
  });
});
