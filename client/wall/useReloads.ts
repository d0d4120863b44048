/**
 * When a wall loads itself again: a newer page is there or somebody asked for it, at half past three in the night of its site, when its memory grew too large, or when
 * it drew no picture for half a minute. Never twice for the same reason within five minutes: a page that cannot be helped by it must not blink for ever. And never where the browser
 * keeps nothing: a wall that stands is better than one that waits for somebody to pair it.
 */
import { onScopeDispose, watch } from "vue";
import { useConnection } from "../stores/connection.ts";
import { useWall } from "../stores/wall.ts";

const CHECK_MS = 5_000;
const MOST_HEAP_BYTES = 300 * 1024 * 1024;
const NIGHT = "03:30";
const LEAST_UP_MS = 3_600_000;
const NO_FRAME_MS = 30_000;
const NOT_AGAIN_MS = 5 * 60_000;
/** at the next change of slides, but not later than this */
const PATIENCE_MS = 60_000;
const KEY = "ct-wall-reloaded";

type Memory = { usedJSHeapSize: number };

/** Bytes, where the browser tells. */
export const heapBytes = (): number | null =>
  (performance as unknown as { memory?: Memory }).memory?.usedJSHeapSize ?? null;

export function localClock(at: number, timeZone: string): string {
  const format = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat("en-GB", format).format(at);
}

/** @returns whether it is done: not for the same reason again too soon */
function reload(why: string): boolean {
  if (useWall().keepsNothing) return false;
  const [before, at] = (sessionStorage.getItem(KEY) ?? "").split("|");
  if (before === why && Date.now() - Number(at) < NOT_AGAIN_MS) return false;
  sessionStorage.setItem(KEY, `${why}|${Date.now()}`);
  location.reload();
  return true;
}

/** When the last picture was drawn; a hidden page draws none and is not judged. */
function createFrameWatch() {
  let lastAt = performance.now();
  let isOver = false;
  const frame = (): void => {
    lastAt = performance.now();
    if (!isOver) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const shown = (): void => void (lastAt = performance.now());
  document.addEventListener("visibilitychange", shown);
  return {
    isStuck: () => !document.hidden && performance.now() - lastAt > NO_FRAME_MS,
    stop(): void {
      isOver = true;
      document.removeEventListener("visibilitychange", shown);
    },
  };
}

export function useReloads(): void {
  const wall = useWall();
  const connection = useConnection();
  const frames = createFrameWatch();

  const isNight = (): boolean =>
    wall.layout !== null &&
    performance.now() > LEAST_UP_MS &&
    localClock(connection.now, wall.layout.timeZone) === NIGHT;

  function whyNow(): string | null {
    if (frames.isStuck()) return "no-frame";
    if ((heapBytes() ?? 0) > MOST_HEAP_BYTES) return "heap";
    return isNight() ? "night" : null;
  }

  const ticker = setInterval(() => {
    const why = whyNow();
    if (why !== null) reload(why);
  }, CHECK_MS);

  watch(
    () => wall.wantsReload,
    (wants) => {
      if (wants) setTimeout(() => reload("asked") || (wall.wantsReload = false), PATIENCE_MS);
    },
  );
  onScopeDispose(() => {
    clearInterval(ticker);
    frames.stop();
  });
}

/** A new page comes when the slide changes anyway. */
export function reloadIfAsked(): void {
  const wall = useWall();
  if (wall.wantsReload && !reload("asked")) wall.wantsReload = false;
}
