/** What can be done with rows without asking the server: copy, export. Says what happened. */
import type { Row } from "../../domain/board.ts";
import { useBoard } from "../stores/board.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { count } from "../ui/format.ts";
import { download, rowsToCsv } from "./csv.ts";

export function useRowActions() {
  const board = useBoard();
  const session = useSession();
  const toasts = useToasts();

  async function copy(ids: readonly string[]): Promise<void> {
    try {
      await navigator.clipboard.writeText(ids.join("\n"));
      toasts.done(
        ids.length === 1 ? `${ids[0]} copied` : `${count(ids.length)} order numbers copied`,
      );
    } catch {
      toasts.failed("The browser did not allow copying");
    }
  }

  /** Rows that have gone since they were chosen are left out, and it says so. */
  function exportRows(ids: readonly string[]): void {
    const rows = ids.map((id) => board.rows.get(id)).filter((row): row is Row => row !== undefined);
    download(`orders-${session.siteId}.csv`, rowsToCsv(rows));
    const gone = ids.length - rows.length;
    toasts.done(
      `${count(rows.length)} orders exported${gone > 0 ? `; ${count(gone)} are not open any more` : ""}`,
    );
  }

  return { copy, exportRows };
}
