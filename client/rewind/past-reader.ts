/**
 * Reads the moment that is wanted and puts it on the screen. One question is on its way at a time, always for the moment that is wanted now: whoever drags gets the last
 * place, not all those between. Going on, only what changed is asked for; a jump or a step back gets a whole board, page by page.
 */
import { ref, shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { BoardScene } from "../board/useBoardScene.ts";
import { problemOf } from "../realtime/http.ts";
import { usePast } from "../stores/past.ts";
import { readFrame } from "./past-frame.ts";
import { createPastScreen, type Shown } from "./past-screen.ts";

/** What is on the screen: which board, of which moment. */
function createStanding(site: () => string, scene: BoardScene) {
  const past = usePast();
  const screen = createPastScreen(site, scene);
  const isWhole = ref(true);
  let shown: Shown | null = null;
  let shownAt = 0;

  async function readMoment(at: number, signal: AbortSignal): Promise<void> {
    const isOn = shown?.isAll === true && at >= shownAt;
    const since = isOn && shown !== null ? { epoch: shown.epoch, seq: shown.seq } : undefined;
    const frame = await readFrame({ site: site(), at, since }, signal);
    shown = screen.take(frame, shown);
    if (shown === null) return;
    shownAt = at;
    past.now = at;
    past.changedAt = frame.at;
    isWhole.value = frame.isWhole;
  }

  async function readMore(signal: AbortSignal): Promise<void> {
    const asked = { site: site(), at: shownAt, offset: scene.board.rows.size };
    const frame = await readFrame(asked, signal);
    const isSame = frame.epoch === shown?.epoch && frame.seq === shown.seq;
    if (!isSame || shown === null) shown = null;
    else if (screen.takePage(frame)) shown.isAll = true;
  }

  return {
    isWhole,
    isAt: (at: number): boolean => shown?.isAll === true && shownAt === at,
    /** One question more towards that moment. */
    goOn: (at: number, signal: AbortSignal): Promise<void> =>
      shown === null || shownAt !== at ? readMoment(at, signal) : readMore(signal),
    forget(): void {
      shown = null;
      shownAt = 0;
      screen.clear();
    },
  };
}

export function createPastReader(site: () => string, scene: BoardScene) {
  const standing = createStanding(site, scene);
  const wanted = ref(0);
  const problem = shallowRef<Problem | null>(null);
  const isReading = ref(false);
  let stopping = new AbortController();

  async function run(): Promise<void> {
    if (isReading.value) return;
    isReading.value = true;
    const { signal } = stopping;
    try {
      while (!standing.isAt(wanted.value) && !signal.aborted)
        await standing.goOn(wanted.value, signal);
      problem.value = null;
    } catch (error) {
      if (!signal.aborted) problem.value = problemOf(error);
    } finally {
      if (signal === stopping.signal) isReading.value = false;
    }
  }

  function show(at: number): void {
    wanted.value = at;
    void run();
  }

  function forget(): void {
    stopping.abort();
    stopping = new AbortController();
    isReading.value = false;
    standing.forget();
  }

  return { wanted, problem, isReading, isWhole: standing.isWhole, show, run, forget };
}
