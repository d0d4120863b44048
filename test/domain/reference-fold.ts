/**
 * The fold a second time, written apart from `domain/fold` to check it: no code shared but types, another build. It keeps immutable snapshots of marks,
 * parcels and counts, and a diary of exceptions that is read only at the very end. Slow and plain on purpose.
 */
import type { Order } from "../../domain/order.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import {
  boxCalled,
  boxesAgain,
  boxesOf,
  boxPacked,
  boxScan,
  coded,
  corrected,
  done,
  flagged,
  follow,
  forward,
  height,
  kindOf,
  lastLive,
  missing,
  over,
  past,
  raise,
  stand,
  whole,
  write,
  type Any,
  type Box,
  type Entry,
  type Line,
  type Mark,
  type Site,
  type Snap,
} from "./reference-way.ts";

/** What both folds must agree on. */
export type Essence = {
  stage: string;
  since: number;
  attempt: number;
  milestones: {
    stage: string;
    at: number | null;
    attempt: number;
    inferred: boolean;
    dwellMs: number | null;
    covers: string[];
  }[];
  holds: { code: string; placedAt: number; releasedAt?: number }[];
  exceptions: { code: string; about?: string; raisedAt: number; clearedAt?: number }[];
  parcels: { parcelId: string; stage: string; stageSince: number }[];
  lines: { line: number; quantity: number; picked: number; packed: number; short: number }[];
  owner: string | undefined;
  flags: string[];
  closedAt: number | undefined;
};

type Packed = { parcelId: string; trackingCode?: string; lines?: Any["lines"] };
type Law = (snap: Snap, entry: Entry, site: Site) => Snap;

const atLeast = (snap: Snap, stage: string): boolean => height(snap.stage) >= height(stage);
const shut = (snap: Snap): boolean =>
  over(snap.stage) && !snap.holds.some((hold) => hold.releasedAt === undefined);
const outside = (snap: Snap): boolean => !over(snap.stage) && height(snap.stage) >= 50;
const odd = (snap: Snap, entry: Entry, about: string): Snap =>
  raise(snap, entry.at, "UNEXPECTED_SCAN", about);

function tally(snap: Snap, what: "picked" | "packed", counted: Any["lines"], sign = 1): Snap {
  const lines = snap.lines.map((line) => {
    const sum = (counted ?? [])
      .filter((one) => one.line === line.line)
      .reduce((have, one) => {
        const next = have + sign * one.quantity;
        return Math.max(0, Math.min(line.quantity, next));
      }, line[what]);
    return { ...line, [what]: sum };
  });
  return { ...snap, lines };
}
const all = (snap: Snap, what: "picked" | "packed", none = false): Snap => ({
  ...snap,
  lines: snap.lines.map((line) => ({ ...line, [what]: none ? 0 : line.quantity - line.short })),
});

function begin(snap: Snap, entry: Entry, site: Site, stage: "picking" | "packing"): Snap {
  const had = snap.began.includes(stage);
  const with_ = { ...snap, began: [...snap.began, stage] };
  if (snap.stage === stage && !had) return with_;
  return whole(height(snap.stage) < height(stage) ? with_ : snap, site, stage, entry);
}

/** Forgets what was reached from a stage on; `next` says whether another attempt begins. */
function undo(snap: Snap, from: string, entry: Entry, next: boolean): Snap {
  const marks = snap.marks.map((mark) =>
    height(mark.stage) >= height(from) ? { ...mark, live: false } : mark,
  );
  const ends: Record<string, string> = { picking: "picked", packing: "packed", checked: "checked" };
  const began = snap.began.filter((stage) => height(ends[stage] ?? "") < height(from));
  const bare = { ...snap, marks, began, counting: false };
  if (!next) return bare;
  const attempt = snap.attempt + 1;
  const again = flagged({ ...bare, attempt }, "REWORK");
  return attempt > 3 ? raise(again, entry.at, "REWORK_LOOP") : again;
}

function packedNow(snap: Snap, entry: Entry, site: Site): Snap {
  const boxes = snap.boxes.map((box) =>
    height(box.stage) < 30 ? { ...box, stage: "packed" as const, stageSince: entry.at } : box,
  );
  const packed = forward({ ...snap, boxes, counting: false }, site, "packed", entry);
  return boxes.length > 0 ? follow(packed, site, entry, false) : packed;
}

/** Whether counts became complete by something else than a scan. */
function maybeDone(snap: Snap, entry: Entry, site: Site): Snap {
  const some = snap.lines.some((line) => line.picked > 0);
  if (snap.stage === "picking" && some && done(snap, "picked")) {
    return forward(snap, site, "picked", entry);
  }
  const full = snap.stage === "packing" && snap.counting && done(snap, "packed");
  return full ? packedNow(snap, entry, site) : snap;
}

function stow(snap: Snap, parcel: Packed, stage: Box["stage"], entry: Entry): Snap {
  const data = { parcelId: parcel.parcelId, trackingCode: parcel.trackingCode };
  const known = boxPacked(snap, { ...entry, data });
  const told = (box: Box): Box => ({
    ...box,
    code: parcel.trackingCode ?? box.code,
    lines: parcel.lines ?? box.lines,
  });
  const key = JSON.stringify([kindOf(entry.source), parcel.parcelId]);
  const id = known?.parcelId ?? parcel.parcelId;
  const called = key in snap.called ? snap.called : { ...snap.called, [key]: id };
  if (!known) {
    const { parcelId } = parcel;
    const box = told({ parcelId, stage, stageSince: entry.at, code: undefined, lines: undefined });
    return { ...snap, called, boxes: [...snap.boxes, box] };
  }
  const boxes = snap.boxes.map((box) => (box === known ? told(box) : box));
  return { ...snap, called, boxes };
}

/** Another system's name for what is packed already. */
function toldAgain(snap: Snap, { parcelId, trackingCode, lines }: Packed, entry: Entry) {
  const code = { ...entry, data: { ...(trackingCode !== undefined && { trackingCode }) } };
  const again = boxesAgain(snap, code, lines);
  if (!again[0]) return undefined;
  const key = JSON.stringify([kindOf(entry.source), parcelId]);
  const called = key in snap.called ? snap.called : { ...snap.called, [key]: again[0].parcelId };
  return coded({ ...snap, called }, code, again);
}

/** All of it is what others packed, and it had left: with their names for it. */
function toldLate(snap: Snap, parcels: readonly Packed[], entry: Entry): [Snap, boolean] {
  let now = snap;
  for (const parcel of parcels) {
    const next = boxCalled(now, parcel.parcelId, entry.source)
      ? undefined
      : toldAgain(now, parcel, entry);
    if (!next) return [now, false];
    now = next;
  }
  return [now, parcels.length > 0];
}

function stowPacked(snap: Snap, parcel: Packed, stage: Box["stage"], entry: Entry): Snap {
  const find = (where: Snap) =>
    boxPacked(where, {
      ...entry,
      data: { parcelId: parcel.parcelId, trackingCode: parcel.trackingCode },
    });
  const known = find(snap);
  const twice = known ? undefined : toldAgain(snap, parcel, entry);
  if (twice) return twice;
  const told = stow(snap, parcel, stage, entry);
  if (known && height(known.stage) >= 30) return told;
  const at = known ? snap.boxes.indexOf(known) : -1;
  const boxes = told.boxes.map((box, index) =>
    index === at ? { ...box, stage: "packed" as const, stageSince: entry.at } : box,
  );
  return tally({ ...told, boxes }, "packed", parcel.lines);
}

function pack(snap: Snap, entry: Entry, site: Site): Snap {
  const parcels = (entry.data["parcels"] ?? []) as Packed[];
  if (over(snap.stage)) return whole(snap, site, "packed", entry);
  if (height(snap.stage) >= 50) {
    const [named, isSame] = toldLate(snap, parcels, entry);
    return isSame ? named : whole(named, site, "packed", entry);
  }
  if (height(snap.stage) >= 30) {
    const naming = snap.boxes.length === 0;
    const stage = naming ? snap.stage : "packed";
    const stowed = parcels.reduce((next, one) => stowPacked(next, one, stage, entry), snap);
    const isNews =
      stowed.boxes.length > snap.boxes.length ||
      snap.boxes.some((box, index) => box.stage !== stowed.boxes[index]?.stage);
    if (isNews && !naming) return follow(stowed, site, entry, true);
    return whole(stowed, site, "packed", entry);
  }
  const stowed = parcels.reduce((next, one) => stowPacked(next, one, "packed", entry), snap);
  const counted = parcels.length > 0 && !parcels.some((one) => one.lines === undefined);
  const now = counted ? stowed : all(stowed, "packed");
  if (done(now, "packed")) return packedNow(now, entry, site);
  const partly = { ...now, counting: true };
  return partly.stage === "packing" ? partly : forward(partly, site, "packing", entry);
}

/** Of what was short some comes while the order is inside, picked two minutes before at least. */
function findsMore(snap: Snap, entry: Entry): boolean {
  if (over(snap.stage) || outside(snap) || !atLeast(snap, "picked")) return false;
  const mark = lastLive(snap, "picked");
  if (mark?.at != null && entry.at - mark.at <= 120_000) return false;
  const short = snap.lines.filter((line) => line.short > 0).map(({ line }) => line);
  return (entry.data.lines ?? []).some((one) => one.quantity > 0 && short.includes(one.line));
}

function pick(snap: Snap, entry: Entry, site: Site): Snap {
  const { lines } = entry.data;
  const some = snap.lines.some((line) => line.picked > 0);
  const splits = snap.stage === "packing" && lines !== undefined && some && !done(snap, "picked");
  const beside = splits || findsMore(snap, entry);
  if (!beside && (over(snap.stage) || atLeast(snap, "picked")))
    return whole(snap, site, "picked", entry);
  if (lines === undefined) return whole(all(snap, "picked"), site, "picked", entry);
  const counted = tally(snap, "picked", lines);
  const found = counted.lines.map((line) =>
    line.short > 0 && line.picked + line.short > line.quantity
      ? { ...line, short: line.quantity - line.picked }
      : line,
  );
  const filled = found.filter(
    (line, index) => line.short === 0 && (counted.lines[index]?.short ?? 0) > 0,
  );
  const cleared = filled.map((line) => ({
    kind: "clear" as const,
    code: "SHORT_PICK",
    about: `line ${line.line}`,
    at: entry.at,
  }));
  const next = write({ ...counted, lines: found }, ...cleared);
  if (beside) return next;
  if (done(next, "picked")) return whole(next, site, "picked", entry);
  return next.stage === "picking" ? next : forward(next, site, "picking", entry);
}

function short(snap: Snap, entry: Entry, site: Site): Snap {
  if (over(snap.stage)) return snap;
  if (outside(snap)) return odd(snap, entry, "picking");
  const told = entry.data["lines"] as unknown as { line: number; missing: number }[];
  const known = told.reduce((next, one) => {
    const lines = next.lines.map((line) =>
      line.line === one.line ? { ...line, short: Math.min(one.missing, line.quantity) } : line,
    );
    return raise({ ...next, lines }, entry.at, "SHORT_PICK", `line ${one.line}`);
  }, snap);
  const there = atLeast(known, "picking") ? known : forward(known, site, "picking", entry);
  return maybeDone(there, entry, site);
}

/** Infers what lies below a check without moving further than to what was inferred. */
function implied(snap: Snap, entry: Entry, site: Site): Snap {
  if (snap.counting) return snap;
  const next = missing(snap, site, 40, entry);
  const last = next.marks.length > snap.marks.length ? next.marks.at(-1) : undefined;
  if (!last || height(last.stage) <= height(snap.stage)) return next;
  const there = { ...next, stage: last.stage, since: entry.at };
  return write(there, { kind: "reach", height: height(last.stage), at: entry.at });
}

function checkBegan(snap: Snap, entry: Entry, site: Site): Snap {
  if (atLeast(snap, "checked")) {
    if (over(snap.stage)) return snap;
    return outside(snap) ? odd(snap, entry, "checked") : past(snap, "checked", entry, snap.since);
  }
  if (snap.began.includes("checked")) return snap;
  const next = implied({ ...snap, sampled: true }, entry, site);
  return { ...next, began: [...next.began, "checked"] };
}

/** Nothing but the failure itself is known of this attempt, it is of the same parcel, and two minutes are not over. */
function failedJustNow(snap: Snap, entry: Entry, parcelId: string | undefined): Mark | undefined {
  const own = snap.marks.slice(snap.marks.findLastIndex((one) => one.attempt !== snap.attempt) + 1);
  const [mark] = own;
  if (own.length !== 1 || !mark || !["picking", "packing"].includes(mark.stage)) return undefined;
  const isClose = mark.at !== null && entry.at - mark.at <= 120_000;
  const isOpen = exceptionsOf(snap).some(
    (one) => one.code === "QC_REJECT" && one.about === parcelId && one.clearedAt === undefined,
  );
  return isClose && isOpen ? mark : undefined;
}

function checkFailed(snap: Snap, entry: Entry, site: Site): Snap {
  if (over(snap.stage)) return snap;
  if (outside(snap)) return odd(snap, entry, "checked");
  const to = (entry.data["to"] ?? "packing") as "picking" | "packing";
  const parcelId = entry.data["parcelId"] as string | undefined;
  const box = boxCalled(snap, parcelId, entry.source);
  if (box && height(box.stage) >= 50) return odd(snap, entry, "checked");
  const before = failedJustNow(snap, entry, parcelId);
  if (before) {
    const isSame = before.source === entry.source && before.station === entry.station;
    return isSame ? snap : raise(snap, entry.at, "DUPLICATE_SCAN", "checked");
  }
  const known = undo(implied({ ...snap, sampled: true }, entry, site), to, entry, true);
  const told = raise(known, entry.at, "QC_REJECT", parcelId);
  const boxes = told.boxes.map((one) =>
    (box === undefined || one === box) && height(one.stage) < 50
      ? { ...one, stage: to, stageSince: entry.at }
      : one,
  );
  const open = (next: Snap, what: "picked" | "packed") =>
    box?.lines ? tally(next, what, box.lines, -1) : all(next, what, true);
  const unpacked = open({ ...told, boxes }, "packed");
  return stand(to === "picking" ? open(unpacked, "picked") : unpacked, to, entry);
}

function rejected(snap: Snap, entry: Entry): Snap {
  if (over(snap.stage)) return snap;
  if (outside(snap)) return odd(snap, entry, "allocated");
  const boxes = snap.boxes.filter((box) => height(box.stage) >= 50);
  const bare = all(all({ ...snap, boxes }, "picked", true), "packed", true);
  const back = stand(undo(bare, "allocated", entry, true), "allocated", entry);
  return raise(back, entry.at, "TPL_REJECTED", entry.data["by"] as string | undefined);
}

function backordered(snap: Snap, entry: Entry): Snap {
  if (snap.stage === "backordered" || over(snap.stage)) return snap;
  if (atLeast(snap, "picked")) return odd(snap, entry, "backordered");
  const bare = all(undo(snap, "backordered", entry, false), "picked", true);
  return raise(stand(bare, "backordered", entry), entry.at, "STOCK_OUT");
}

function cancelled(snap: Snap, entry: Entry, site: Site): Snap {
  if (over(snap.stage)) return snap;
  const gone = height(snap.stage) >= 50 || snap.boxes.some((box) => height(box.stage) >= 50);
  if (gone) return raise(snap, entry.at, "INTERCEPT_REQUESTED");
  return forward(snap, site, "cancelled", entry);
}

function hold(snap: Snap, entry: Entry): Snap {
  const code = entry.data["code"] as string;
  const isOpen = snap.holds.some((one) => one.code === code && one.releasedAt === undefined);
  if (shut(snap) || isOpen) return snap;
  return { ...snap, holds: [...snap.holds, { code, placedAt: entry.at }] };
}

function release(snap: Snap, entry: Entry): Snap {
  const holds = snap.holds.map((one) =>
    one.code === entry.data["code"] && one.releasedAt === undefined
      ? { ...one, releasedAt: entry.at }
      : one,
  );
  return { ...snap, holds };
}

function damaged(snap: Snap, entry: Entry): Snap {
  if (snap.stage === "cancelled") return snap;
  const { parcelId, line } = entry.data as { parcelId?: string; line?: number };
  const box = boxCalled(snap, parcelId, entry.source);
  const gone = height(box?.stage ?? snap.stage) >= 50;
  const about = parcelId ?? (line === undefined ? undefined : `line ${line}`);
  return raise(snap, entry.at, gone ? "DAMAGED_IN_TRANSIT" : "DAMAGED_INTERNAL", about);
}

const linesFrom = (told: readonly { line: number; quantity: number }[], had: readonly Line[]) =>
  told.map(({ line, quantity }) => {
    const old = had.find((one) => one.line === line);
    const cap = (count = 0) => Math.min(count, quantity);
    return {
      line,
      quantity,
      picked: cap(old?.picked),
      packed: cap(old?.packed),
      short: cap(old?.short),
    };
  });

function voided(snap: Snap, entry: Entry): Snap {
  const isVoid = entry.tookBack === "parcel.handed_over" && !lastLive(snap, "handed_over");
  return isVoid ? raise(snap, entry.at, "NOT_SHIPPED") : snap;
}

const codeOf = (entry: Entry): string => entry.data["code"] as string;
/** Once it is over only what the customer finds in the parcel is told of it. */
const tooLate = (snap: Snap, entry: Entry): boolean =>
  shut(snap) &&
  (snap.stage === "cancelled" || !["WRONG_ITEM", "DOCUMENTS_MISSING"].includes(codeOf(entry)));
function parcelSaid(snap: Snap, entry: Entry): Snap {
  if (tooLate(snap, entry)) return snap;
  const named = (entry.data["parcelId"] ?? entry.data["trackingCode"]) as string | undefined;
  const meant = boxesOf(snap, entry);
  const about = meant.length === 1 ? meant[0]?.parcelId : named;
  return raise(snap, entry.at, codeOf(entry), about);
}

const LAWS: Record<string, Law> = {
  "order.allocated": (snap, entry, site) => whole(snap, site, "allocated", entry),
  "order.released": (snap, entry, site) => whole(snap, site, "released", entry),
  "order.backordered": backordered,
  "order.rejected": rejected,
  "order.cancelled": cancelled,
  "order.returned": (snap, entry, site) => boxScan(snap, site, "returned", { ...entry, data: {} }),
  "pick.started": (snap, entry, site) => begin(snap, entry, site, "picking"),
  "pick.completed": pick,
  "pick.shorted": short,
  "pack.started": (snap, entry, site) => {
    const parcels = (entry.data["parcels"] ?? []) as Packed[];
    const next = begin(snap, entry, site, "packing");
    if (over(snap.stage) || height(snap.stage) > height("packing")) return next;
    return parcels.reduce((all_, one) => stow(all_, one, "packing", entry), next);
  },
  "pack.completed": pack,
  "check.started": checkBegan,
  "check.passed": (snap, entry, site) => {
    const { parcelId } = entry.data;
    const next = boxScan(snap, site, "checked", { ...entry, data: { parcelId } });
    const moved = next.stage !== snap.stage || next.boxes !== snap.boxes;
    return moved ? { ...next, sampled: false } : next;
  },
  "check.failed": checkFailed,
  "hold.placed": hold,
  "hold.released": release,
  "exception.raised": (snap, entry) =>
    tooLate(snap, entry) ? snap : raise(snap, entry.at, codeOf(entry)),
  "exception.cleared": (snap, entry) =>
    write(snap, { kind: "clear", code: codeOf(entry), about: undefined, at: entry.at }),
  "parcel.exception": parcelSaid,
  "item.damaged": damaged,
  "order.assigned": (snap, entry) =>
    shut(snap) ? snap : { ...snap, owner: (entry.data["assignee"] as string | null) ?? undefined },
  "order.expedited": (snap) => (shut(snap) ? snap : flagged(snap, "EXPEDITED")),
  "event.corrected": voided,
};

const WORK = ["pick", "pack", "check"];
const isWork = ({ type }: Entry): boolean =>
  WORK.includes(type.split(".")[0] ?? "") || ["parcel.staged", "parcel.handed_over"].includes(type);

/** `parcel.<stage>` scans the parcels into that stage. */
function obey(snap: Snap, entry: Entry, site: Site): Snap {
  if (snap.stage === "cancelled" && isWork(entry)) return raise(snap, entry.at, "IMPOSSIBLE_EVENT");
  const law = LAWS[entry.type];
  if (law) return law(snap, entry, site);
  const [noun, stage = ""] = entry.type.split(".");
  return noun === "parcel" && height(stage) > 0
    ? boxScan(snap, site, stage as Box["stage"], entry)
    : snap;
}

function amend(snap: Snap, entry: Entry, site: Site, first: Entry): Snap {
  if (shut(snap) || entry.data.lines === undefined)
    return shut(snap) ? snap : maybeDone(snap, entry, site);
  if (entry.at < first.at) return maybeDone(snap, entry, site);
  const lines = linesFrom(entry.data.lines, snap.lines);
  return maybeDone({ ...snap, lines }, entry, site);
}

function judgeClock(snap: Snap, entry: Entry): Snap {
  const skewed = entry.skewed ? raise(flagged(snap, "CLOCK_SKEW"), entry.at, "CLOCK_SKEW") : snap;
  return entry.recordedAt - entry.at > 30 * 24 * 3600 * 1000 ? flagged(skewed, "OLD") : skewed;
}

const UNTIL: Record<string, [number, number]> = {
  STOCK_OUT: [10, 90],
  TPL_REJECTED: [15, 90],
  QC_REJECT: [40, 90],
  LABEL_FAILED: [50, 90],
  NOT_SHIPPED: [50, 90],
  ATTEMPT_FAILED: [70, 90],
  RETURN_TO_SENDER: [70, 70],
  LOST_OR_STOLEN: [70, 90],
};

/** Reads the diary once, at the end: what was raised, and what ended it. */
function exceptionsOf(snap: Snap): Essence["exceptions"] {
  const told: Essence["exceptions"] = [];
  for (const line of snap.diary) {
    const open = told.filter((one) => one.clearedAt === undefined);
    if (line.kind === "raise") {
      const { code, about, at } = line;
      if (open.some((one) => one.code === code && one.about === about)) continue;
      told.push({ code, raisedAt: at, ...(about !== undefined && { about }) });
    } else if (line.kind === "clear") {
      for (const one of open) {
        const fits = line.about === undefined || one.about === line.about;
        if (one.code === line.code && fits) one.clearedAt = line.at;
      }
    } else {
      for (const one of open) {
        const [from, to] = UNTIL[one.code] ?? [100, 100];
        if (line.height >= from && line.height <= to) one.clearedAt = line.at;
      }
    }
  }
  return told;
}

/** For each mark, looks back for the last one that ended a stretch. */
function milestonesOf(snap: Snap): Essence["milestones"] {
  const { marks } = snap;
  const ends = (index: number): boolean => {
    const mark = marks[index];
    if (!mark || mark.at === null) return false;
    if (mark.stage !== "picking" && mark.stage !== "packing") return true;
    const earlier = marks.slice(0, index).findLast((one, at) => ends(at) && one.at !== null);
    return (earlier?.attempt ?? 1) !== mark.attempt;
  };
  return marks.map(({ stage, at, attempt }, index) => {
    if (at === null) {
      return { stage, at, attempt, inferred: true, dwellMs: null, covers: [stage] };
    }
    let from = index - 1;
    while (from >= 0 && !ends(from)) from--;
    const since = marks[from]?.at ?? null;
    const unscanned = marks.slice(from + 1, index).filter((one) => one.at === null);
    const covers = [...unscanned.map((one) => one.stage), stage];
    const dwellMs = since === null || at < since ? null : at - since;
    return { stage, at, attempt, inferred: false, dwellMs, covers };
  });
}

function closingOf(snap: Snap): number | undefined {
  if (!over(snap.stage)) return undefined;
  if (snap.holds.some((one) => one.releasedAt === undefined)) return undefined;
  return Math.max(snap.since, ...snap.holds.map((one) => one.releasedAt ?? 0));
}

function startOf(first: Entry): Snap {
  const { at, source, station } = first;
  return {
    stage: "received",
    since: at,
    attempt: 1,
    marks: [{ stage: "received", at, attempt: 1, live: true, source, station }],
    lines: linesFrom(first.data.lines ?? [], []),
    boxes: [],
    called: {},
    assumed: [],
    began: [],
    sampled: false,
    counting: false,
    diary: [],
    holds: [],
    owner: undefined,
    flags: [],
  };
}

/** What an order comes to, by the book; null without `order.received`. */
export function referenceFold(events: readonly RecordedEvent[], site: Site): Essence | null {
  const names = new Set<string>();
  const once = events.filter(({ source, id }) => {
    const name = JSON.stringify([source, id]);
    return names.has(name) ? false : names.add(name);
  });
  const entries = corrected(once);
  const first = entries.find((entry) => entry.type === "order.received");
  if (!first) return null;
  const end = entries.reduce((snap, entry) => {
    const judged = judgeClock(snap, entry);
    return entry.type === "order.amended"
      ? amend(judged, entry, site, first)
      : obey(judged, entry, site);
  }, startOf(first));
  return {
    stage: end.stage,
    since: end.since,
    attempt: end.attempt,
    milestones: milestonesOf(end),
    holds: [...end.holds],
    exceptions: exceptionsOf(end),
    parcels: end.boxes.map(({ parcelId, stage, stageSince }) => ({ parcelId, stage, stageSince })),
    lines: [...end.lines],
    owner: end.owner,
    flags: [...end.flags],
    closedAt: closingOf(end),
  };
}

/** The same part of an order as the fold under test made it. */
export function essenceOf(order: Order): Essence {
  return {
    stage: order.stage,
    since: order.stageSince,
    attempt: order.attempt,
    milestones: order.timeline.map(({ stage, at, attempt, inferred, dwellMs, covers }) => ({
      stage,
      at,
      attempt,
      inferred,
      dwellMs,
      covers,
    })),
    holds: order.holds.map(({ code, placedAt, releasedAt }) => ({
      code,
      placedAt,
      ...(releasedAt !== undefined && { releasedAt }),
    })),
    exceptions: order.exceptions.map(({ code, about, raisedAt, clearedAt }) => ({
      code,
      raisedAt,
      ...(about !== undefined && { about }),
      ...(clearedAt !== undefined && { clearedAt }),
    })),
    parcels: order.parcels.map(({ parcelId, stage, stageSince }) => ({
      parcelId,
      stage,
      stageSince,
    })),
    lines: order.lines.map(({ line, quantity, picked, packed, short: missed }) => ({
      line,
      quantity,
      picked,
      packed,
      short: missed,
    })),
    owner: order.owner,
    flags: order.flags,
    closedAt: order.closedAt,
  };
}
