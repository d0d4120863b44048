/** Walls on their sockets: what is wished of them (`display:command`) when it changes anywhere, and what they tell of themselves (`display:report`). */
import type {
  DisplayCommand,
  DisplayReport,
  StoredDisplay,
} from "../../domain/contract/displays.ts";
import type { Site } from "../../domain/site.ts";
import type { BoardServer, BoardSocket } from "../live/viewers.ts";
import { problem } from "../problem.ts";
import type { DisplayBook } from "./book.ts";
import type { DisplayStore } from "./store.ts";
import { layoutCommand } from "./views.ts";

/** Whoever tells more often is not written down more often. */
const REPORT_EVERY_MS = 1_000;

type Deps = {
  io: BoardServer;
  book: Pick<DisplayBook, "get" | "reload" | "onChange">;
  store: Pick<DisplayStore, "keepReport">;
  site: (id: string) => Site | undefined;
  now: () => number;
};

const isOtherLayout = (a: StoredDisplay, b: StoredDisplay): boolean =>
  JSON.stringify([a.name, a.settings, a.message]) !==
  JSON.stringify([b.name, b.settings, b.message]);

export function createDisplaySockets({ io, book, store, site, now }: Deps) {
  const told = new WeakMap<BoardSocket, StoredDisplay>();
  const reportedAt = new WeakMap<BoardSocket, number>();

  function layoutOf(display: StoredDisplay): DisplayCommand | null {
    const own = site(display.site);
    return own === undefined ? null : layoutCommand(display, own, now());
  }

  /** What changed since it was told last, each as its own command. */
  function commandsFor(before: StoredDisplay, display: StoredDisplay): DisplayCommand[] {
    const { blank } = display;
    const layout = isOtherLayout(before, display) ? layoutOf(display) : null;
    return [
      ...(display.reloadAt > before.reloadAt ? [{ command: "reload" as const }] : []),
      ...(display.nexts > before.nexts ? [{ command: "next" as const }] : []),
      ...(blank === before.blank ? [] : [{ command: "blank" as const, blank }]),
      ...(layout === null ? [] : [layout]),
    ];
  }

  function update(socket: BoardSocket): void {
    const { principal } = socket.data;
    const before = told.get(socket);
    const display = principal.kind === "display" ? book.get(principal.name) : undefined;
    if (before === undefined || display === undefined || display.revokedAt !== null) return;
    for (const command of commandsFor(before, display)) socket.emit("display:command", command);
    told.set(socket, display);
  }

  book.onChange(() => {
    for (const socket of io.sockets.sockets.values()) update(socket);
  });

  return {
    /** A wall that opens its board hears first what it is to show. */
    greet(socket: BoardSocket): void {
      const { principal } = socket.data;
      const display = principal.kind === "display" ? book.get(principal.name) : undefined;
      const layout = display === undefined ? null : layoutOf(display);
      if (display === undefined || layout === null) return;
      told.set(socket, display);
      socket.emit("display:command", layout);
    },
    /** Refuses whoever is no wall, and one that tells too often. */
    async report(socket: BoardSocket, report: DisplayReport, address: string): Promise<void> {
      const { principal } = socket.data;
      if (principal.kind !== "display")
        throw problem("CT_ERR_FORBIDDEN", "Only a wall tells how it is.");
      if (now() - (reportedAt.get(socket) ?? 0) < REPORT_EVERY_MS)
        throw problem("CT_ERR_TOO_MANY_REQUESTS", "A wall tells how it is once a second at most.");
      reportedAt.set(socket, now());
      await store.keepReport(principal.name, { at: now(), address, report });
    },
  };
}
