/** Half of the reference fold (`reference-fold.ts`): how an order moves along its way. Immutable snapshots, plain searches, slow on purpose. */
import type { RecordedEvent } from "../../domain/event.ts";
import type { Stage } from "../../domain/stages.ts";

const LADDER: [Stage, number][] = [
  ["received", 0],
  ["backordered", 5],
  ["allocated", 10],
  ["released", 15],
  ["picking", 18],
  ["picked", 20],
  ["packing", 25],
  ["packed", 30],
  ["checked", 40],
  ["staged", 45],
  ["handed_over", 50],
  ["in_transit", 60],
  ["out_for_delivery", 65],
  ["available_for_pickup", 66],
  ["delivery_failed", 67],
  ["delivered", 70],
  ["returning", 80],
  ["returned", 90],
  ["lost", 95],
  ["cancelled", 99],
];
export const height = (stage: string): number => LADDER.find(([name]) => name === stage)?.[1] ?? -1;
const TIES =
  "order.received order.amended hold.placed exception.raised order.backordered order.allocated order.released order.rejected pick.started pick.shorted pick.completed pack.started pack.completed check.started check.passed check.failed parcel.staged item.damaged parcel.handed_over parcel.in_transit parcel.out_for_delivery parcel.available_for_pickup parcel.delivery_failed parcel.delivered parcel.returning parcel.returned order.returned parcel.lost order.cancelled parcel.exception hold.released exception.cleared event.corrected note.added order.assigned order.expedited".split(
    " ",
  );
const TRUST: Record<string, number> = { wms: 0, scanner: 0, station: 0, "3pl": 0, carrier: 1 };
const LAST: Record<string, number> = { ui: 3, manual: 3, import: 3 };
export const over = (stage: string): boolean =>
  ["delivered", "returned", "lost", "cancelled"].includes(stage);
const TWO_MINUTES = 2 * 60 * 1000;

export type Any = Record<string, unknown> & { lines?: { line: number; quantity: number }[] };
export type Entry = {
  type: string;
  at: number;
  id: string;
  source: string;
  station: string | undefined;
  recordedAt: number;
  skewed: boolean;
  data: Any;
  /** type of the hand-over that this correction took back */
  tookBack?: string;
};

function entryOf(event: RecordedEvent): Entry {
  const skewed = event.occurredAt - event.recordedAt > 300_000;
  const { type, id, source, station, recordedAt } = event;
  const at = skewed ? recordedAt : event.occurredAt;
  return { type, at, id, source, station, recordedAt, skewed, data: event.data as Any };
}

function before(a: Entry, b: Entry): number {
  const trust = ({ source }: Entry) => {
    const kind = source.split("/")[0] ?? "";
    return TRUST[kind] ?? LAST[kind] ?? 2;
  };
  const keys = (entry: Entry) => [
    entry.at,
    TIES.indexOf(entry.type),
    trust(entry),
    entry.source,
    entry.id,
  ];
  const [left, right] = [keys(a), keys(b)];
  for (const [index, key] of left.entries()) {
    const other = right[index] ?? 0;
    if (key < other) return -1;
    if (key > other) return 1;
  }
  return 0;
}

type Replacement = { type?: string; occurredAt?: number; data?: Any };

function insteadOf(target: Entry, correction: Entry): Entry {
  const said = (correction.data["replacement"] ?? {}) as Replacement;
  const { type = target.type, occurredAt } = said;
  const kept = type === target.type ? target.data : {};
  const next = { ...target, type, data: { ...kept, ...said.data } };
  if (occurredAt === undefined) return next;
  const { recordedAt } = correction;
  const skewed = occurredAt - recordedAt > 300_000;
  return { ...next, recordedAt, skewed, at: skewed ? recordedAt : occurredAt };
}

/** Asks of each event which correction decides it, walking corrections from the newest down. */
export function corrected(events: readonly RecordedEvent[]): Entry[] {
  const entries = events.map(entryOf).toSorted(before);
  const gone = new Set<Entry>();
  const instead = new Map<Entry, Entry>();
  const now = (entry: Entry) => instead.get(entry) ?? entry;
  const isFree = (target: Entry, by: Entry): boolean => {
    if (target === by || gone.has(target) || instead.has(target)) return false;
    return target.type !== "event.corrected" || entries.indexOf(target) < entries.indexOf(by);
  };
  for (const written of entries.toReversed()) {
    if (written.type !== "event.corrected" || gone.has(written)) continue;
    const correction = now(written);
    const of = correction.data["of"] as { source: string; id: string };
    const target = entries.find((entry) => entry.source === of.source && entry.id === of.id);
    if (!target || !isFree(target, written)) continue;
    if (correction.data["reason"] === "did_not_occur") {
      gone.add(target);
      correction.tookBack = target.type;
    } else instead.set(target, insteadOf(target, correction));
  }
  return entries
    .filter((entry) => !gone.has(entry))
    .map(now)
    .toSorted(before);
}

export type Mark = {
  stage: Stage;
  at: number | null;
  attempt: number;
  /** still counts for the present attempt */
  live: boolean;
  source: string;
  station: string | undefined;
};
export type Line = {
  line: number;
  quantity: number;
  picked: number;
  packed: number;
  short: number;
};
export type Box = {
  parcelId: string;
  stage: Stage;
  stageSince: number;
  code: string | undefined;
  lines: Any["lines"];
};
export type Diary =
  | { kind: "raise"; code: string; about: string | undefined; at: number }
  | { kind: "clear"; code: string; about: string | undefined; at: number }
  | { kind: "reach"; height: number; at: number };
export type Snap = {
  stage: Stage;
  since: number;
  attempt: number;
  marks: readonly Mark[];
  lines: readonly Line[];
  boxes: readonly Box[];
  /** by source and its name for it: which box was packed under that name */
  called: Readonly<Record<string, string>>;
  /** codes that several boxes got because nobody had told whose they are */
  assumed: readonly string[];
  /** started: picking, packing or checked began in this attempt */
  began: readonly string[];
  sampled: boolean;
  counting: boolean;
  diary: readonly Diary[];
  holds: readonly { code: string; placedAt: number; releasedAt?: number }[];
  owner: string | undefined;
  flags: readonly string[];
};

export const lastLive = (snap: Snap, stage: string): Mark | undefined =>
  snap.marks.findLast((mark) => mark.live && mark.stage === stage);
export const write = (snap: Snap, ...lines: Diary[]): Snap => ({
  ...snap,
  diary: [...snap.diary, ...lines],
});
export const raise = (snap: Snap, at: number, code: string, about?: string): Snap =>
  write(snap, { kind: "raise", code, about, at });
export const flagged = (snap: Snap, mark: string): Snap => ({
  ...snap,
  flags: snap.flags.includes(mark) ? snap.flags : [...snap.flags, mark],
});

export type Site = { stages: readonly string[] };

export function missing(snap: Snap, site: Site, below: number, entry: Entry): Snap {
  const sought = LADDER.filter(([stage, rank]) => {
    if (rank >= below || rank > 70 || !site.stages.includes(stage)) return false;
    if (["received", "picking", "packing", "backordered"].includes(stage)) return false;
    if (["released", "staged", "out_for_delivery"].includes(stage)) return false;
    if (["available_for_pickup", "delivery_failed"].includes(stage)) return false;
    if (lastLive(snap, stage)) return false;
    if (stage === "checked") return snap.sampled;
    return stage !== "out_for_delivery" || !lastLive(snap, "available_for_pickup");
  });
  return sought.reduce((next, [stage]) => {
    const mark: Mark = {
      stage,
      at: null,
      attempt: snap.attempt,
      live: true,
      source: "",
      station: undefined,
    };
    const marked = { ...next, marks: [...next.marks, mark] };
    return raise(marked, entry.at, "MISSING_SCAN", stage);
  }, snap);
}

export function stand(snap: Snap, stage: Stage, entry: Entry): Snap {
  const mark: Mark = {
    stage,
    at: entry.at,
    attempt: snap.attempt,
    live: true,
    source: entry.source,
    station: entry.station,
  };
  const there = { ...snap, stage, since: entry.at, marks: [...snap.marks, mark] };
  return write(there, { kind: "reach", height: height(stage), at: entry.at });
}

export function forward(snap: Snap, site: Site, stage: Stage, entry: Entry): Snap {
  const below: Record<string, number> = {
    available_for_pickup: 65,
    backordered: 0,
    returning: 51,
    returned: 51,
    lost: 0,
    cancelled: 0,
  };
  return stand(missing(snap, site, below[stage] ?? height(stage), entry), stage, entry);
}

function may(from: string, to: string): boolean {
  if (from === to) return false;
  if (to === "delivered") return true;
  if (over(from)) return to === "returned" && from !== "cancelled";
  if (from === "returning") return to === "returned" || to === "lost";
  if (from === "delivery_failed" || from === "available_for_pickup") return height(to) > 50;
  return height(to) > height(from);
}

const ON_THE_FLOOR = ["pick", "pack", "check"];
export function twice(snap: Snap, stage: string, entry: Entry): Snap {
  const first = lastLive(snap, stage);
  const isFloor =
    ON_THE_FLOOR.includes(entry.type.split(".")[0] ?? "") ||
    ["parcel.staged", "parcel.handed_over"].includes(entry.type);
  if (!first || first.at === null || !isFloor || entry.at - first.at > TWO_MINUTES) return snap;
  const isSameDevice = first.source === entry.source && first.station === entry.station;
  return isSameDevice ? snap : raise(snap, entry.at, "DUPLICATE_SCAN", stage);
}

function fillIn(snap: Snap, stage: Stage, entry: Entry): Snap {
  const mine = height(stage);
  let place = snap.marks.findLastIndex((mark) => mark.live && mark.stage === stage);
  const marks = [...snap.marks];
  if (place >= 0) marks.splice(place, 1);
  else {
    place = marks.length;
    for (; place > 1; place--) {
      const left = marks[place - 1];
      if (!left || left.attempt !== snap.attempt || height(left.stage) < mine) break;
    }
  }
  const attempt = snap.marks[place]?.stage === stage ? snap.marks[place]?.attempt : snap.attempt;
  const next = marks.slice(place).find((mark) => mark.at !== null)?.at ?? entry.at;
  const { source, station } = entry;
  marks.splice(place, 0, {
    stage,
    at: Math.min(entry.at, next),
    attempt: attempt ?? snap.attempt,
    live: true,
    source,
    station,
  });
  const filled = write(
    { ...snap, marks },
    { kind: "clear", code: "MISSING_SCAN", about: stage, at: entry.at },
  );
  return entry.at > next ? flagged(filled, "CLOCK_SKEW") : filled;
}

export function past(snap: Snap, stage: Stage, entry: Entry, since: number): Snap {
  if (entry.at - since > TWO_MINUTES) return raise(snap, entry.at, "UNEXPECTED_SCAN", stage);
  const mark = lastLive(snap, stage);
  const scanned = mark !== undefined && mark.at !== null;
  if (scanned || stage === "picking" || stage === "packing") return twice(snap, stage, entry);
  return fillIn(snap, stage, entry);
}

export function whole(snap: Snap, site: Site, stage: Stage, entry: Entry): Snap {
  if (may(snap.stage, stage)) return forward(snap, site, stage, entry);
  if (snap.stage === stage) return twice(snap, stage, entry);
  return over(snap.stage) ? snap : past(snap, stage, entry, snap.since);
}

export const done = (snap: Snap, what: "picked" | "packed"): boolean =>
  !snap.lines.some((line) => line[what] < line.quantity - line.short);

/** Where all parcels together put the order. */
function together(boxes: readonly Box[]): Stage {
  const sorted = boxes.map((box) => box.stage).toSorted((a, b) => height(a) - height(b));
  return sorted.find((stage) => !over(stage)) ?? sorted.at(-1) ?? "delivered";
}

/** With a box that nobody had told of, all of the order came there only now. */
function lastOfAll(snap: Snap, stage: Stage, entry: Entry): Snap {
  const known = lastLive(snap, stage);
  const isEarlier = known !== undefined && known.at !== null && known.at < entry.at;
  const marks = snap.marks.map((mark) =>
    isEarlier && mark === known ? { ...mark, at: entry.at } : mark,
  );
  return { ...snap, stage, since: entry.at, marks };
}

/** Gone on without a pack scan, and surely no other box under its tracking code: what is in no other box is in this. */
function takesRest(box: Box, boxes: readonly Box[]): boolean {
  if (box.lines || height(box.stage) <= 30) return false;
  return box.parcelId !== box.code || !boxes.some(({ code }) => code === undefined);
}

export function follow(snap: Snap, site: Site, entry: Entry, named: boolean): Snap {
  const stage = together(snap.boxes);
  const early = !over(stage) || (stage === "delivered" && height(snap.stage) < 30);
  const open = named && snap.counting && early && !done(snap, "packed");
  if (open && !snap.boxes.some((box) => takesRest(box, snap.boxes))) return snap;
  if (stage === snap.stage) return snap;
  if (may(snap.stage, stage)) return forward(snap, site, stage, entry);
  if (over(snap.stage) || height(stage) < 30 || height(stage) > height(snap.stage)) return snap;
  const marks = snap.marks.filter((mark) => !mark.live || height(mark.stage) <= height(stage));
  const shorter = { ...snap, marks };
  return lastLive(shorter, stage) ? lastOfAll(shorter, stage, entry) : stand(shorter, stage, entry);
}

type Names = { parcelId?: string; trackingCode?: string };

export const kindOf = (source: string): string => source.split("/")[0] ?? source;
const ownOf = (snap: Snap, { source }: Entry): string[] =>
  Object.entries(snap.called)
    .filter(([key]) => (JSON.parse(key) as string[])[0] === kindOf(source))
    .map(([, id]) => id);

/** The box of that name, or the one that this source once packed under it. */
export function boxCalled(snap: Snap, name: string | undefined, source: string): Box | undefined {
  const same = snap.boxes.find((box) => box.parcelId === name);
  const key = JSON.stringify([kindOf(source), name]);
  return same ?? snap.boxes.find((box) => box.parcelId === snap.called[key]);
}

const under = (box: Box, code: string): boolean => box.code === code || box.parcelId === code;

/** The box of a pack scan. */
export function boxPacked(snap: Snap, entry: Entry): Box | undefined {
  const { parcelId, trackingCode } = entry.data as Names;
  const called = boxCalled(snap, parcelId, entry.source);
  if (called || trackingCode === undefined) return called;
  const own = ownOf(snap, entry);
  return snap.boxes.find((box) => under(box, trackingCode) && !own.includes(box.parcelId));
}

type Content = { line: number; quantity: number }[] | undefined;
const listed = (lines: Content): string =>
  JSON.stringify((lines ?? []).map(({ line, quantity }) => `${line}/${quantity}`).sort());

/** Boxes of others that a pack scan means, since there is nothing to be in another one. */
export function boxesAgain(snap: Snap, entry: Entry, lines: Content): readonly Box[] {
  const { trackingCode } = entry.data as Names;
  const asked = lines?.map(({ line }) => line) ?? snap.lines.map(({ line }) => line);
  const left = snap.lines.filter(
    (one) => asked.includes(one.line) && one.packed + one.short < one.quantity,
  );
  const unsure = lines === undefined && snap.boxes.some((box) => box.lines === undefined);
  if (left.length > 0 || unsure) return [];
  const own = ownOf(snap, entry);
  const packed = Object.values(snap.called);
  const theirs = snap.boxes
    .filter(({ parcelId }) => packed.includes(parcelId) && !own.includes(parcelId))
    .filter(({ code }) => trackingCode === undefined || code === undefined);
  const just = theirs.filter((box) => lines && listed(box.lines) === listed(lines));
  if (just.length > 0) return just.slice(0, 1);
  return theirs.length > 1 && trackingCode === undefined ? [] : theirs;
}

/** The boxes of any other scan. */
export function boxesOf(snap: Snap, entry: Entry): readonly Box[] {
  const { parcelId, trackingCode } = entry.data as Names;
  const called = boxCalled(snap, parcelId, entry.source);
  if (called) return [called];
  if (trackingCode === undefined) return [];
  const coded = snap.boxes.filter((box) => under(box, trackingCode));
  if (coded.length > 0 || parcelId !== undefined) return coded;
  const bare = snap.boxes.filter((box) => box.code === undefined);
  const gone = bare.filter((box) => height(box.stage) >= 50);
  if (bare.length > 0) return gone.length > 0 ? gone : bare;
  const shared = snap.boxes.filter(
    ({ code }) =>
      code !== undefined &&
      snap.assumed.includes(code) &&
      snap.boxes.filter((box) => box.code === code).length > 1,
  );
  return shared.slice(-1);
}

/** With a code that came by itself and was none of theirs. */
export function coded(snap: Snap, entry: Entry, scanned: readonly Box[]): Snap {
  const { parcelId, trackingCode } = entry.data as Names;
  if (parcelId !== undefined || trackingCode === undefined) return snap;
  if (scanned.length === 0 || scanned.some((box) => under(box, trackingCode))) return snap;
  const boxes = snap.boxes.map((box) =>
    scanned.includes(box) ? { ...box, code: trackingCode } : box,
  );
  const assumed = scanned.length > 1 ? [...snap.assumed, trackingCode] : snap.assumed;
  return { ...snap, boxes, assumed };
}

const SAYS: Record<string, string> = {
  delivery_failed: "ATTEMPT_FAILED",
  returning: "RETURN_TO_SENDER",
  lost: "LOST_OR_STOLEN",
};

type Scan = { site: Site; stage: Stage; entry: Entry; names: Names; named: boolean };

function say(snap: Snap, { stage, entry }: Scan, about?: string): Snap {
  const code = SAYS[stage];
  return code ? raise(snap, entry.at, code, about) : snap;
}

function unknownBox(snap: Snap, scan: Scan): Snap {
  const { site, stage, entry, names } = scan;
  if (height(snap.stage) >= 50 && height(stage) < 50) {
    return raise(snap, entry.at, "UNEXPECTED_SCAN", stage);
  }
  const parcelId = names.parcelId ?? names.trackingCode ?? "";
  const code = names.trackingCode;
  const box: Box = { parcelId, stage, stageSince: entry.at, code, lines: undefined };
  const boxes = [...snap.boxes, box];
  const next = follow({ ...snap, boxes }, site, entry, true);
  const isBeside = snap.stage === stage && next.stage === stage && !over(stage);
  return say(isBeside ? lastOfAll(next, stage, entry) : next, scan, parcelId);
}

function noBox(snap: Snap, scan: Scan): Snap {
  const { site, stage, entry } = scan;
  if (snap.stage === "returning" && stage === "in_transit") return snap;
  const next = whole(snap, site, stage, entry);
  return may(snap.stage, stage) ? say(next, scan) : next;
}

/** None of the boxes goes anywhere by this scan. */
function stuck(snap: Snap, scan: Scan, scanned: readonly Box[]): Snap {
  const { stage, entry, names } = scan;
  const isSame = scanned.every((box) => box.stage === stage);
  const comesBack = stage === "in_transit" && scanned.every((box) => box.stage === "returning");
  if (height(stage) > 50 && !over(stage) && (isSame || comesBack)) {
    const code = names.trackingCode;
    const boxes = snap.boxes.map((box) =>
      scanned.includes(box) ? { ...box, code: code ?? box.code } : box,
    );
    return { ...snap, boxes };
  }
  if (isSame) return twice(snap, stage, entry);
  if (scanned.some((box) => over(box.stage))) return snap;
  const since = scanned.map((box) => box.stageSince).reduce((a, b) => (a > b ? a : b));
  const late = entry.at - since > TWO_MINUTES;
  return late || height(snap.stage) > height(stage) ? past(snap, stage, entry, since) : snap;
}

export function boxScan(was: Snap, site: Site, stage: Stage, entry: Entry): Snap {
  if (over(was.stage) && was.stage !== stage && !may(was.stage, stage)) return was;
  const names = entry.data as Names;
  const named = names.parcelId !== undefined || names.trackingCode !== undefined;
  const scan: Scan = { site, stage, entry, names, named };
  const meant = boxesOf(was, entry).map(({ parcelId }) => parcelId);
  const snap = coded(was, entry, boxesOf(was, entry));
  const ended = over(snap.stage) && snap.stage === stage;
  const further = snap.boxes.length > 0 || may(snap.stage, stage);
  if (named && meant.length === 0)
    return further && !ended ? unknownBox(snap, scan) : noBox(snap, scan);
  const scanned = named ? snap.boxes.filter((box) => meant.includes(box.parcelId)) : snap.boxes;
  if (scanned.length === 0) return noBox(snap, scan);
  const going = scanned.filter((box) => may(box.stage, stage));
  if (going.length === 0) return stuck(snap, scan, scanned);
  const boxes = snap.boxes.map((box) =>
    going.includes(box)
      ? { ...box, code: names.trackingCode ?? box.code, stage, stageSince: entry.at }
      : box,
  );
  const next = follow({ ...snap, boxes }, site, entry, named);
  if (!named) return say(next, scan);
  return going.reduce((told, box) => say(told, scan, box.parcelId), next);
}
