/** Which silent sources a slide rests on, and the words for it. A slide that is blind keeps its last numbers, hatched, and never looks well. */
import { computed, type ComputedRef } from "vue";
import type { SourceState } from "../../domain/board.ts";
import { restsOn, truckRestsOn } from "../../domain/walls/depends.ts";
import type { SlideKind } from "../../domain/walls/slides.ts";
import { useConnection } from "../stores/connection.ts";
import { useWallText } from "./useWallText.ts";

/** what the line about it takes from its slide, in u */
export const NOTE_U = 112;

export type Blindness = {
  isBlind: ComputedRef<boolean>;
  /** `blind since 14:02, 3PL North`; empty when it sees */
  words: ComputedRef<string>;
  isTruckBlind: (truckId: string) => boolean;
};

export function useBlind(kind: SlideKind): Blindness {
  const connection = useConnection();
  const { t, clock } = useWallText();
  const silent = computed(() => connection.sources.filter(({ state }) => state === "silent"));
  const mine = computed(() => silent.value.filter(({ source }) => restsOn(kind, source)));

  const wordsOf = ({ source, name = source, lastAt }: SourceState): string =>
    lastAt === undefined
      ? t("state.blindAlways", { source: name })
      : t("state.blind", { time: clock(lastAt), source: name });

  return {
    isBlind: computed(() => mine.value.length > 0),
    words: computed(() => {
      const [first, ...others] = mine.value;
      if (first === undefined) return "";
      const more = others.length > 0 ? ` +${others.length}` : "";
      return `? ${wordsOf(first)}${more}`;
    }),
    isTruckBlind: (truckId) => silent.value.some(({ source }) => truckRestsOn(truckId, source)),
  };
}
