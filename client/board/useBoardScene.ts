/** Whose board it is that the grid and everything around it show: the live one, or one of the past. Given from above; without it the live one. */
import { inject, provide, type InjectionKey } from "vue";
import { useBoard, usePastBoard, type BoardStore } from "../stores/board.ts";
import { useBoardList, usePastList, type ListStore } from "../stores/board-list.ts";
import { useConnection } from "../stores/connection.ts";
import { useMetrics, usePastMetrics, type MetricsStore } from "../stores/metrics.ts";
import { usePast } from "../stores/past.ts";

export type BoardScene = {
  isPast: boolean;
  board: BoardStore;
  list: ListStore;
  metrics: MetricsStore;
  /** the site's time, and the same to the second */
  clock: { readonly now: number; readonly second: number };
};

const KEY: InjectionKey<BoardScene> = Symbol("board scene");

const liveScene = (): BoardScene => ({
  isPast: false,
  board: useBoard(),
  list: useBoardList(),
  metrics: useMetrics(),
  clock: useConnection(),
});

export const useBoardScene = (): BoardScene => inject(KEY, liveScene, true);

/** Everything below shows the past. */
export function providePast(): BoardScene {
  const scene: BoardScene = {
    isPast: true,
    board: usePastBoard(),
    list: usePastList(),
    metrics: usePastMetrics(),
    clock: usePast(),
  };
  provide(KEY, scene);
  return scene;
}
