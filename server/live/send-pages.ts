/** The rest of a snapshot, each page after the one before was taken. */
import type { Opening } from "./board-answer.ts";
import { dropSlow, type BoardSocket, type Looking } from "./viewers.ts";

const PAGE_ACK_MS = 15_000;
/** Whoever takes a page in less gets a larger one next: a line of 400 kbit/s stays at the first ones, a good one has 50,000 rows in some thirty pages. */
const QUICK_MS = 1_000;

/**
 * Sends the rest of a snapshot, each page when the one before was taken, until the board is opened anew or closed. Who takes none is hung up on, but not who closed
 * the board meanwhile: nobody is left there to take the page that was on its way.
 */
export async function sendPages(
  socket: BoardSocket,
  site: string,
  looking: Looking,
  pages: Opening["pages"],
): Promise<void> {
  const isWanted = (): boolean => socket.connected && socket.data.looking.get(site) === looking;
  try {
    const rest = pages();
    for (let page = rest.next(false); !page.done;) {
      if (!isWanted()) return;
      const sentAt = performance.now();
      await socket.timeout(PAGE_ACK_MS).emitWithAck("board:rows", page.value);
      page = rest.next(performance.now() - sentAt < QUICK_MS);
    }
  } catch {
    if (isWanted()) dropSlow(socket);
  }
}
