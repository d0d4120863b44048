/** Columns that this reader never gets: no person and no place for viewers, nothing to be chosen in the past. */
import { computed, type ComputedRef } from "vue";
import type { ColumnId } from "../stores/board-columns.ts";
import { useSession } from "../stores/session.ts";
import { useBoardScene } from "./useBoardScene.ts";

export function useHiddenColumns(): ComputedRef<ReadonlySet<ColumnId>> {
  const session = useSession();
  const { isPast } = useBoardScene();
  const isVeiled = () => ["viewer", "wall"].includes(session.view?.role ?? "");
  return computed(
    () =>
      new Set<ColumnId>([
        ...(isVeiled() ? (["to", "owner"] as const) : []),
        ...(isPast ? (["select"] as const) : []),
      ]),
  );
}
