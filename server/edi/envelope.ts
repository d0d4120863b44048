/**
 * Interchanges, groups and transaction sets of a body. What was cut off, or stands where nothing can, is a fault. A trailer that is there and counts wrong or bears another number
 * is noted (a 997's "accepted, but errors were noted"): partners send such bodies for years, and all that they hold was read.
 */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { at, type Segment } from "./segments.ts";

export type TransactionSet = {
  /** `945` */
  code: string;
  control: string;
  /** those between ST and SE */
  segments: Segment[];
  first: Segment;
  interchange?: Segment;
  group?: Segment;
  /** from 0 */
  index: number;
};
export type Envelope = { sets: TransactionSet[]; faults: ItemError[]; noted: ItemError[] };

export const faultAt = (
  index: number,
  segment: Segment,
  element: number,
  message: string,
): ItemError => ({
  index,
  path: `segment ${segment.place}, ${segment.id}${element === 0 ? "" : String(element).padStart(2, "0")}`,
  message,
  code: "CT_ERR_INVALID",
});

/** What is open while the body is read. */
type Open = {
  interchange: Segment | undefined;
  group: Segment | undefined;
  set: TransactionSet | undefined;
  groups: number;
  setsInGroup: number;
};
type Reading = Envelope & { open: Open };

function check(read: Reading, trailer: Segment, element: number, must: string, what: string): void {
  const is = at(trailer, element);
  const isSame =
    is === must || (/^\d+$/.test(is) && /^\d+$/.test(must) && Number(is) === Number(must));
  if (isSame) return;
  const index = Math.max(0, read.sets.length - 1);
  read.noted.push(
    faultAt(index, trailer, element, `is ${is === "" ? "empty" : is}, but ${what} ${must}`),
  );
}

/** Something ends that never began, or begins before the one before it has ended. */
const strayed = (read: Reading, segment: Segment, message: string): void =>
  void read.faults.push(faultAt(Math.max(0, read.sets.length - 1), segment, 0, message));

function beginSet(read: Reading, segment: Segment): void {
  const { open } = read;
  if (open.set !== undefined) strayed(read, segment, "begins before the SE of the one before it");
  const { interchange, group } = open;
  open.set = {
    code: at(segment, 1),
    control: at(segment, 2),
    segments: [],
    first: segment,
    index: read.sets.length,
    ...(interchange !== undefined && { interchange }),
    ...(group !== undefined && { group }),
  };
  open.setsInGroup += 1;
  read.sets.push(open.set);
}

function endSet(read: Reading, segment: Segment): void {
  const { set } = read.open;
  if (set === undefined) return strayed(read, segment, "ends a transaction set that never began");
  check(read, segment, 1, String(set.segments.length + 2), "the segments from ST to SE are");
  check(read, segment, 2, set.control, "ST02 is");
  read.open.set = undefined;
}

function endGroup(read: Reading, segment: Segment): void {
  const { open } = read;
  if (open.group === undefined) return strayed(read, segment, "ends a group that never began");
  check(read, segment, 1, String(open.setsInGroup), "the transaction sets of the group are");
  check(read, segment, 2, at(open.group, 6), "GS06 is");
  open.group = undefined;
}

function endInterchange(read: Reading, segment: Segment): void {
  const { open } = read;
  if (open.interchange === undefined)
    return strayed(read, segment, "ends an interchange that never began");
  check(read, segment, 1, String(open.groups), "the groups of the interchange are");
  check(read, segment, 2, at(open.interchange, 13), "ISA13 is");
  open.interchange = undefined;
}

const STEPS: Readonly<Record<string, (read: Reading, segment: Segment) => void>> = {
  ISA: ({ open }, segment) => {
    open.interchange = segment;
    open.groups = 0;
  },
  GS: ({ open }, segment) => {
    open.group = segment;
    open.groups += 1;
    open.setsInGroup = 0;
  },
  ST: beginSet,
  SE: endSet,
  GE: endGroup,
  IEA: endInterchange,
};

/** What was opened and never closed: the end of the body is missing. */
function checkEnd(read: Reading): void {
  const { interchange, group, set } = read.open;
  const index = Math.max(0, read.sets.length - 1);
  if (set !== undefined)
    read.faults.push(faultAt(index, set.first, 0, "has no SE: the end is missing"));
  if (group !== undefined)
    read.faults.push(faultAt(index, group, 0, "has no GE: the end is missing"));
  if (interchange !== undefined)
    read.faults.push(faultAt(index, interchange, 0, "has no IEA: the end is missing"));
}

export function readEnvelope(segments: readonly Segment[]): Envelope {
  const open: Open = {
    interchange: undefined,
    group: undefined,
    set: undefined,
    groups: 0,
    setsInGroup: 0,
  };
  const read: Reading = { sets: [], faults: [], noted: [], open };
  for (const segment of segments) {
    const step = Object.hasOwn(STEPS, segment.id) ? STEPS[segment.id] : undefined;
    if (step !== undefined) step(read, segment);
    else if (read.open.set !== undefined) read.open.set.segments.push(segment);
    else strayed(read, segment, "stands outside of any transaction set");
  }
  checkEnd(read);
  return { sets: read.sets, faults: read.faults, noted: read.noted };
}
