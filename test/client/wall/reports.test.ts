import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { useWall } from "../../../client/stores/wall.ts";
import { useReports } from "../../../client/wall/useReports.ts";
import type { DisplayReport } from "../../../domain/contract/displays.ts";
import { wallLayout, type WallLook } from "../../support/wall-sample.ts";

const sent: { at: number; slide: string; errors: string[] }[] = [];
let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  sent.length = 0;
  scope = effectScope();
  scope.run(() =>
    useReports(
      "b1",
      ({ slide, errors }: DisplayReport) =>
        void sent.push({ at: performance.now(), slide, errors }),
    ),
  );
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

async function blank(isBlank: boolean, thenMs: number): Promise<void> {
  useWall().command({ command: "blank", blank: isBlank });
  await nextTick();
  vi.advanceTimersByTime(thenMs);
}

test("a wall tells what changed last within two seconds, never twice in the second of which the tower takes one", async () => {
  useWall().phase = { kind: "on" };
  useWall().command(wallLayout({ slides: [] as WallLook["slides"] } as WallLook));
  await nextTick();
  vi.advanceTimersByTime(600);
  expect(sent.map(({ slide }) => slide)).toEqual(["quiet"]);
  await blank(true, 510);
  await blank(false, 300);
  await blank(true, 2_000);
  expect(sent.at(-1)?.slide).toBe("blank");
  const gaps = sent.slice(1).map(({ at }, place) => at - (sent[place]?.at ?? 0));
  expect(gaps.filter((gap) => gap <= 1_000)).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(sent.at(-1)?.slide).toBe("blank");
});

test("nothing is told by a wall that is not one yet, nor after its end", async () => {
  vi.advanceTimersByTime(11_000);
  await blank(true, 2_000);
  scope.stop();
  vi.advanceTimersByTime(20_000);
  expect(sent).toEqual([]);
});

test("a wall whose browser keeps nothing says so at the desk", async () => {
  useWall().keepsNothing = true;
  useWall().phase = { kind: "on" };
  useWall().command(wallLayout({ slides: [] as WallLook["slides"] } as WallLook));
  await nextTick();
  vi.advanceTimersByTime(600);
  expect(sent.at(-1)?.errors).toEqual([expect.stringContaining("keeps nothing")]);
});
