/**
 * Opens a site's board and applies its deltas: a gap or another epoch opens again with what is here (`have`); deltas that arrive meanwhile wait.
 * Only the latest opening counts; answers to earlier ones are thrown away.
 */
import type { BoardDelta } from "../../domain/board.ts";
import { FIRST_ROWS } from "../../domain/contract/first-rows.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import type {
  BoardOpen,
  BoardOpened,
  BoardRows,
  PROTOCOL_VERSION,
  TowerPulse,
} from "../../domain/contract/realtime.ts";
import { useBoard } from "../stores/board.ts";
import { useConnection } from "../stores/connection.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useMetrics } from "../stores/metrics.ts";
import type { TowerSocket } from "./socket.ts";

// Written out, because importing the number would bring the schemas along; the type makes it follow.
const PROTOCOL: typeof PROTOCOL_VERSION = 12;
const OPEN_TIMEOUT_MS = 10_000;
const REOPEN_MS = 500;
const BEHIND_RETRY_MS = 10_000;

type Opened = Extract<BoardOpened, { ok: true }>;

/** Says "update ready" when the server was built anew or speaks another protocol. */
function createBuildWatch(ready: () => void): (answer: Opened) => void {
  let build: string | undefined;
  return (answer) => {
    const isOther = build !== undefined && answer.build !== undefined && answer.build !== build;
    build ??= answer.build;
    if (isOther || answer.protocol !== PROTOCOL) ready();
  };
}

/** A lost delta shows when no further one comes: by the number in a pulse, which must have arrived as rows by the next one. */
function createPositionCheck(): (pulse: TowerPulse, seq: number) => boolean {
  let expected = 0;
  let askedAt = -BEHIND_RETRY_MS;
  return (pulse, seq) => {
    const isBehind = expected > seq && performance.now() - askedAt > BEHIND_RETRY_MS;
    expected = pulse.seq;
    if (isBehind) askedAt = performance.now();
    return isBehind;
  };
}

const later = (work: () => unknown): void => void setTimeout(work, REOPEN_MS);

const requestFor = (site: string, have: BoardOpen["have"] | undefined): BoardOpen => ({
  site,
  rows: FIRST_ROWS,
  ...(have !== undefined && { have }),
});

function loadSnapshot(answer: Opened): void {
  const { snapshot } = answer;
  if (snapshot === undefined) return;
  const board = useBoard();
  // numbers of another generation say nothing of the incidents that are here: they are read again, as the board is
  if (board.isKnown && answer.epoch !== board.model.epoch) useIncidents().clear(board.model.site);
  board.load(answer, snapshot);
  const metrics = useMetrics();
  metrics.take(snapshot.metrics);
  metrics.takePickups(snapshot.pickups);
}

export function createBoardOpener(socket: TowerSocket, site: () => string) {
  const board = useBoard();
  const connection = useConnection();
  const noteBuild = createBuildWatch(() => (connection.isUpdateReady = true));
  let isBehind = createPositionCheck();
  let held: BoardDelta[] | null = null;
  let latest = 0;

  function take(answer: Opened): void {
    noteBuild(answer);
    loadSnapshot(answer);
    const late = [...(answer.deltas ?? []), ...(held ?? [])];
    held = null;
    isBehind = createPositionCheck();
    connection.openProblem = null;
    connection.report({ isCaughtUp: board.loading === null });
    for (const delta of late) onDelta(delta);
  }

  const askAgain = (mine: number): void =>
    later(() => mine === latest && socket.connected && void open());

  /** A server that has just begun has no board yet and says so: that passes, unlike a refusal for good. */
  function refused(problem: Problem, mine: number): void {
    if (problem.retryable) return askAgain(mine);
    held = null;
    connection.openProblem = problem;
  }

  async function open(): Promise<void> {
    if (site() === "" || !socket.connected) return;
    const mine = ++latest;
    held ??= [];
    connection.report({ isCaughtUp: false });
    try {
      const request = requestFor(site(), board.cursor());
      const answer = await socket.timeout(OPEN_TIMEOUT_MS).emitWithAck("board:open", request);
      if (mine !== latest) return;
      if (answer.ok) take(answer);
      else refused(answer.problem, mine);
    } catch {
      // No answer in time: the socket may be half dead. Asking again costs one snapshot at most.
      askAgain(mine);
    }
  }

  function onDelta(delta: BoardDelta): void {
    if (delta.site !== site()) return;
    if (held !== null) return void held.push(delta);
    const fate = board.apply(delta);
    if (fate === "gap" || fate === "other-epoch") void open();
  }

  function onRows(page: BoardRows, reply: () => void): void {
    board.page(page);
    reply();
    connection.report({ isCaughtUp: held === null && board.loading === null });
  }

  function onPulse(pulse: TowerPulse): void {
    if (!board.isKnown || held !== null) return;
    if (pulse.epoch !== board.model.epoch || isBehind(pulse, board.model.seq)) void open();
  }

  /** The socket is gone: nothing that was asked will be answered. */
  function drop(): void {
    held = null;
    latest += 1;
  }

  return { open, drop, onDelta, onRows, onPulse };
}
