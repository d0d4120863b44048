/** What a pointer does on the list, for all rows at once: by the key, the group and the act that stand on the elements. */
import { onScopeDispose, ref } from "vue";

/** Rows that pass under a resting pointer while the list scrolls are not meant. */
const HOVER_MS = 150;

type Acts = {
  toggle: (group: string) => void;
  open: (id: string) => void;
  select: (id: string) => void;
  copy: (id: string) => void;
};

const closest = (event: Event, what: string): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>(what) : null;

export function useRowPointer(acts: Acts) {
  /** id of the order that is pointed at, "" for none */
  const hovered = ref("");
  let pointed = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  function point(id: string): void {
    if (id === pointed) return;
    pointed = id;
    hovered.value = "";
    clearTimeout(timer);
    if (id !== "") timer = setTimeout(() => (hovered.value = id), HOVER_MS);
  }

  function onClick(event: MouseEvent): void {
    const element = closest(event, "[data-key]");
    const group = element?.dataset["group"];
    if (group !== undefined) return acts.toggle(group);
    const id = element?.dataset["id"];
    if (id === undefined) return;
    const act = closest(event, "[data-act]")?.dataset["act"];
    if (act === "select") acts.select(id);
    else if (act === "copy") acts.copy(id);
    else acts.open(id);
  }

  return {
    hovered,
    onPointerOver: (event: PointerEvent) => point(closest(event, "[data-id]")?.dataset["id"] ?? ""),
    onPointerLeave: () => point(""),
    onClick,
  };
}
