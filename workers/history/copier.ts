/**
 * Copies one site's log into history, step by step. Where it stands is what the checkpoint in the store says. The first time, after the log was gone, and in
 * another generation of numbers it reads all orders there are (`reading.ts`); then it follows the log. Nothing waits for it: the live side does not know that it is there.
 */
import { keysOf } from "../../domain/contract/keys.ts";
import { MEASURES_VERSION } from "../../domain/analytics/measures.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import type { Measurer } from "../../history/measurer.ts";
import type { MeasuredAhead } from "../../history/measuring.ts";
import { HistoryRefused } from "../../history/migrate.ts";
import { Overtaken, type Projector } from "../../history/project.ts";
import type { Segments } from "../../history/segments.ts";
import type { Checkpoint, Place, ReadOrder } from "../../history/stretch.ts";
import { readThread, type Thread } from "../forecast/log-follower.ts";
import type { Send } from "../redis.ts";
import { createMeasure, createNext, ENOUGH, type Measure } from "./ahead.ts";
import { readIncidents, readPlacedAfter } from "./incident-reader.ts";
import { readLog, type LogEntry } from "./log-reader.ts";
import { readingFrom, readOn, readOrders, type Piece, type Write } from "./reading.ts";
import type { Snapshots } from "./snapshots.ts";
import type { RuleBook } from "./rule-book.ts";

export type CopierDeps = {
  site: string;
  send: Send;
  projector: Projector;
  segments: Segments;
  snapshots: Snapshots;
  rules: RuleBook;
  /** measures what comes next; null: nothing is measured ahead */
  measurer: Measurer | null;
  /** a few changes wait for so long for others: what they are counted in is written once for all of them */
  gatherMs?: number;
  /** epoch ms, Redis TIME */
  time: () => Promise<number>;
};
/** `more`: there is more to do at once. */
export type Step = { more: boolean; status: Omit<HistoryStatus, "at" | "store"> };

/** What is known of the checkpoint; `undefined` is the site that is not here yet. */
type Standing = {
  isKnown: boolean;
  checkpoint: Checkpoint | undefined;
  hasIncidents: boolean;
  /** since when changes wait to be gathered, monotonic ms */
  waitingSince: number | null;
};
/** A piece of the log. */
type LogPiece = {
  entries: LogEntry[];
  to: LogEntry;
  orders: ReadOrder[];
  measured: Promise<MeasuredAhead | null>;
};
type Desk = CopierDeps & {
  standing: Standing;
  write: Write;
  measure: Measure;
  pieces: ReturnType<typeof createNext<Piece>>;
  logPieces: ReturnType<typeof createNext<LogPiece>>;
  /** whatever was read and measured ahead is not to be written */
  forgetNext: () => void;
};

const NOWHERE = { epoch: "", seq: 0, gaps: 0, backfill: null, at: 0 };

function statusOf({ checkpoint }: Standing, live: Thread): Step["status"] {
  const { epoch, seq, gaps, backfill, at: upTo } = checkpoint ?? NOWHERE;
  const behind = epoch === live.epoch ? Math.max(0, live.seq - seq) : live.seq;
  const isReading = backfill !== null || checkpoint === undefined;
  const state = behind > 0 ? "copying" : "current";
  return { state: isReading ? "reading" : state, epoch, seq, behind, upTo, gaps };
}

/** Begins to read all orders; from then on the log is followed from the number that stands now. */
async function beginReading(
  { segments, time, write, standing, forgetNext }: Desk,
  live: Thread,
  how: "scan" | "scan-lost",
  gap: 0 | 1 = 0,
): Promise<void> {
  segments.forget();
  forgetNext();
  standing.hasIncidents = false;
  const to = { ...live, at: await time() };
  await write({ to, orders: [], gap, backfill: readingFrom(how) });
}

async function checkMeasures(
  { site, projector, standing, rules }: Desk,
  { measures }: Checkpoint,
): Promise<boolean> {
  if (measures === MEASURES_VERSION) return false;
  if (measures > MEASURES_VERSION)
    throw new HistoryRefused(
      "The roll-ups were made by a newer version; this one would spoil them.",
    );
  const { zone } = await rules.of(site);
  await projector.forgetMeasures(site, zone, readingFrom("measure"));
  standing.checkpoint = await projector.checkpointOf(site);
  return true;
}

/** What has to be done before the log can be followed; true when something was. */
async function prepare(desk: Desk, stands: Checkpoint | undefined, live: Thread): Promise<boolean> {
  if (stands === undefined) return beginReading(desk, live, "scan").then(() => true);
  if (await checkMeasures(desk, stands)) return true;
  // numbers that went backwards are of another life, whatever they are called
  const isOther = stands.epoch !== live.epoch || stands.seq > live.seq;
  if (isOther) return beginReading(desk, live, "scan-lost").then(() => true);
  if (stands.backfill === null) return false;
  await readOn(desk, stands, stands.backfill);
  return true;
}

const placeName = ({ epoch, seq }: Place): string => `${seq} ${epoch}`;
const placeIn = (name: string): Place => {
  const cut = name.indexOf(" ");
  return { epoch: name.slice(cut + 1), seq: Number(name.slice(0, cut)) };
};

/** What follows that number; null when it is gone. */
async function readPiece(
  { send, site, measure }: Desk,
  { epoch, seq }: Place,
): Promise<LogPiece | null> {
  const entries = await readLog(send, site, seq, epoch);
  const to = entries?.at(-1);
  if (entries === null || to === undefined) return null;
  const ids = new Set(entries.flatMap((entry) => entry.ids));
  const orders = await readOrders(send, site, [...ids]);
  // most are here already: what they change is counted by the difference
  return { entries, to, orders, measured: measure(orders, false) };
}

/** The next piece of the log; when much is behind, those after it are measured while this one is written. */
function takePiece(desk: Desk, { epoch, seq }: Place, live: Thread): Promise<LogPiece | null> {
  const nextTo = ({ to }: LogPiece): string | null =>
    live.seq - to.seq < ENOUGH ? null : placeName({ epoch, seq: to.seq });
  const read = (place: string) => readPiece(desk, placeIn(place));
  return desk.logPieces.take(placeName({ epoch, seq }), read, nextTo);
}

/** Copies the next piece of the log; false when it is gone. */
async function copyOn(desk: Desk, from: Checkpoint, live: Thread): Promise<boolean> {
  const { segments, snapshots, write } = desk;
  const { epoch } = from;
  const piece = await takePiece(desk, from, live);
  if (piece === null) return false;
  const { entries, to, orders, measured } = piece;
  const incidents = entries.flatMap((entry) => entry.incidents);
  const stretch = { to: { epoch, seq: to.seq, at: to.at }, orders, incidents };
  await write({ ...stretch, segment: segments.add(epoch, entries) }, measured);
  for (const { text } of entries) snapshots.note(text.length);
  return true;
}

/** The next calls that were made and orders that were judged; true when there may be more. */
async function copyLists({ site, send, projector }: Desk): Promise<boolean> {
  const { annunciations, judged } = keysOf(site);
  const calls = await readPlacedAfter(
    send,
    annunciations,
    await projector.lastPlace("calls", site),
  );
  if (calls.length > 0) await projector.keepCalls(site, calls);
  const orders = await readPlacedAfter(send, judged, await projector.lastPlace("judged", site));
  if (orders.length > 0) await projector.keepJudged(site, orders);
  return calls.length + orders.length > 0;
}

/** Nothing is behind: a good moment for a snapshot. */
async function keepBoard({ snapshots, projector }: Desk, epoch: string): Promise<void> {
  const snapshot = await snapshots.take(epoch);
  if (snapshot !== null) await projector.keepSnapshot(snapshot);
}

/**
 * All incidents there are, once after every start: what an older version passed over, what was gone from the log, and what is not here yet. Those that are known change
 * nothing.
 */
async function readAllIncidents({ site, send, standing, write }: Desk): Promise<void> {
  const { checkpoint } = standing;
  if (checkpoint === undefined || standing.hasIncidents) return;
  const incidents = await readIncidents(send, site);
  await write({ to: checkpoint, orders: [], incidents, backfill: checkpoint.backfill });
  standing.hasIncidents = true;
}

function mayWait({ standing, gatherMs = 0 }: Desk, behind: number): boolean {
  if (behind >= ENOUGH || gatherMs === 0) return false;
  standing.waitingSince ??= performance.now();
  return performance.now() - standing.waitingSince < gatherMs;
}

type Next = "more" | "gathers" | "done";

async function goOn(desk: Desk, live: Thread): Promise<Next> {
  const { standing } = desk;
  if (await prepare(desk, standing.checkpoint, live)) return "more";
  const { checkpoint } = standing;
  await readAllIncidents(desk);
  if (checkpoint === undefined || checkpoint.seq >= live.seq)
    return (await copyLists(desk)) ? "more" : "done";
  if (mayWait(desk, live.seq - checkpoint.seq)) return "gathers";
  if (!(await copyOn(desk, checkpoint, live))) await beginReading(desk, live, "scan", 1);
  standing.waitingSince = null;
  return "more";
}

function createWrite(
  { site, projector, segments, rules, time }: CopierDeps,
  standing: Standing,
  forgetNext: () => void,
): Write {
  return async (stretch, measured) => {
    const { checkpoint } = standing;
    const from = checkpoint === undefined ? null : { epoch: checkpoint.epoch, seq: checkpoint.seq };
    const policies = await rules.of(site);
    try {
      const ahead = (await measured) ?? null;
      await projector.project({ site, from, ...stretch }, policies, await time(), ahead);
      rules.written(site, policies);
      standing.checkpoint = await projector.checkpointOf(site);
    } catch (error) {
      segments.forget();
      forgetNext();
      standing.isKnown = false;
      standing.hasIncidents = false;
      throw error;
    }
  };
}

export function createCopier(deps: CopierDeps) {
  const { site, send, projector } = deps;
  const standing: Standing = {
    isKnown: false,
    checkpoint: undefined,
    hasIncidents: false,
    waitingSince: null,
  };
  const [pieces, logPieces] = [createNext<Piece>(), createNext<LogPiece>()];
  const forgetNext = (): void => {
    pieces.forget();
    logPieces.forget();
  };
  const desk: Desk = {
    ...deps,
    standing,
    write: createWrite(deps, standing, forgetNext),
    forgetNext,
    measure: createMeasure(deps),
    pieces,
    logPieces,
  };

  async function step(): Promise<Step> {
    if (!standing.isKnown) standing.checkpoint = await projector.checkpointOf(site);
    standing.isKnown = true;
    const live = await readThread(send, site);
    // nobody has written anything of this site yet
    if (live.epoch === "" && standing.checkpoint === undefined)
      return { more: false, status: { ...statusOf(standing, live), state: "current" } };
    try {
      const next = await goOn(desk, live);
      if (next === "done") await keepBoard(desk, live.epoch);
      const status = statusOf(standing, live);
      return {
        more: next === "more",
        // what is gathered is not behind: it waits for no store
        status: next === "gathers" ? { ...status, state: "current" } : status,
      };
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      return { more: true, status: statusOf(standing, live) };
    }
  }

  return { step };
}
export type Copier = ReturnType<typeof createCopier>;
