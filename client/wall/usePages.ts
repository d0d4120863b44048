/** What somebody wrote, whole: page after page where it is too long for one. */
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { pagesOf } from "../../domain/walls/pages.ts";
import { useWallText } from "./useWallText.ts";

const PAGE_MS = 5_000;

/** Room for it: how wide a line is in sizes of its letters, and how many lines there are. */
export type PageRoom = { em: number; lines: number };

export function usePages(text: MaybeRefOrGetter<string>, room: MaybeRefOrGetter<PageRoom>) {
  const { now } = useWallText();
  const pages = computed(() => {
    const { em, lines } = toValue(room);
    return pagesOf(toValue(text), em, lines);
  });
  const at = computed(() => Math.floor(now.value / PAGE_MS) % pages.value.length);
  return {
    page: computed(() => pages.value[at.value] ?? ""),
    /** `1/3`; empty when it is all there */
    part: computed(() => (pages.value.length > 1 ? `${at.value + 1}/${pages.value.length}` : "")),
  };
}
