/** The screen itself: its size and how it hangs, letters to be read from the farthest place, a picture that never stands still, and light by shift. */
import { useWakeLock, useWindowSize } from "@vueuse/core";
import { computed, onMounted, type Ref } from "vue";
import { lettersOf } from "../../domain/walls/letters.ts";
import { useConnection } from "../stores/connection.ts";
import { useWall, type WallLayout } from "../stores/wall.ts";

const SHIFT_EVERY_MS = 3 * 60_000;
const SHIFT_U = 8;
const ORBIT = [
  [0, 0],
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
const HOUR_MS = 3_600_000;
/** awake before the first of the shift is there */
const WAKE_MS = 15 * 60_000;

/** Somebody works, or will soon; also when that is not known. */
function isAwake(sample: ReturnType<typeof useWall>["sample"], now: number): boolean {
  if (sample === null || sample.shift !== null) return true;
  return sample.nextShiftAt !== null && sample.nextShiftAt - now < WAKE_MS;
}

export function useWallScreen(layout: Ref<WallLayout>) {
  const { width, height } = useWindowSize();
  const connection = useConnection();
  const wall = useWall();
  const lock = useWakeLock();
  onMounted(() => void lock.request("screen").catch(() => undefined));

  const isTurned = computed(() => layout.value.settings.rotate !== 0);
  const size = computed(() =>
    isTurned.value
      ? { width: height.value, height: width.value }
      : { width: width.value, height: height.value },
  );
  const letters = computed(() => lettersOf({ ...size.value, ...layout.value.settings }));

  const turned = computed(() => ({
    width: `${size.value.width}px`,
    height: `${size.value.height}px`,
    transform: `translate(-50%, -50%) rotate(${layout.value.settings.rotate}deg)`,
  }));
  const sizes = computed(() => ({
    "--u": `${letters.value.pxPerU}px`,
    "--row": letters.value.row,
    "--number": letters.value.number,
    "--label": letters.value.label,
    "--columns": letters.value.columns,
  }));
  const orbit = computed(() => {
    const [x = 0, y = 0] =
      ORBIT[Math.floor(connection.second / SHIFT_EVERY_MS) % ORBIT.length] ?? [];
    const by = SHIFT_U * letters.value.pxPerU;
    return { transform: `translate(${x * by}px, ${y * by}px)` };
  });

  /** how dark it is: 0 as always, 1 black */
  const darkness = computed(() => {
    const { outsideShifts, brightness } = layout.value.settings;
    if (outsideShifts === "full" || isAwake(wall.sample, connection.now)) return 0;
    return outsideShifts === "black" ? 1 : 1 - brightness / 100;
  });

  return {
    letters,
    turned,
    sizes,
    orbit,
    darkness,
    isPortrait: computed(() => size.value.height > size.value.width),
    /** the header changes sides each hour: nothing burns in */
    isSwapped: computed(() => Math.floor(connection.second / HOUR_MS) % 2 === 1),
  };
}
