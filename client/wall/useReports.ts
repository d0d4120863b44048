/** Tells the tower how this wall is, every ten seconds and with each change: what it shows, how old that is, what failed, and a picture as boxes. */
import { onScopeDispose, watch } from "vue";
import type { DisplayReport } from "../../domain/contract/displays.ts";
import { useConnection } from "../stores/connection.ts";
import { useWall } from "../stores/wall.ts";
import { frameOf } from "./frame.ts";
import { useWallRound } from "./round.ts";
import { heapBytes } from "./useReloads.ts";

const KEEPS_NOTHING = "This browser keeps nothing: loaded anew, the wall has to be paired again.";
const EVERY_MS = 10_000;
const SETTLED_MS = 500;
/** The tower takes one a second of a wall: what changes sooner is told when it takes it, not ten seconds later. */
const LEAST_MS = 1_200;

export function useReports(build: string, send: (report: DisplayReport) => void): void {
  const wall = useWall();
  const connection = useConnection();
  const round = useWallRound();
  let toldAt = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function report(): void {
    clearTimeout(waiting);
    if (wall.phase.kind !== "on" || wall.layout === null) return;
    const { freshness } = connection;
    const heap = heapBytes();
    toldAt = performance.now();
    send({
      slide: wall.isBlank ? "blank" : (round.shown ?? "quiet"),
      state: freshness.state,
      dataAgeMs: "ageMs" in freshness ? Math.max(0, Math.round(freshness.ageMs)) : null,
      build,
      width: window.innerWidth,
      height: window.innerHeight,
      upMs: Math.round(performance.now()),
      heapMb: heap === null ? null : Math.round(heap / 1024 / 1024),
      errors: [...(wall.keepsNothing ? [KEEPS_NOTHING] : []), ...round.errors].slice(0, 5),
      frame: frameOf(document, window.innerWidth, window.innerHeight),
    });
  }

  const ticker = setInterval(report, EVERY_MS);
  function soon(): void {
    clearTimeout(waiting);
    waiting = setTimeout(report, Math.max(SETTLED_MS, toldAt + LEAST_MS - performance.now()));
  }
  const changes = [() => round.shown, () => wall.isBlank, () => wall.layout];
  watch([...changes, () => connection.freshness.state], soon);
  onScopeDispose(() => {
    clearInterval(ticker);
    clearTimeout(waiting);
  });
}
