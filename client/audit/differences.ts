/** What an audited change changed, field by field, in words: nested settings by their way (`settings · rotate`), of lists what came and what went. Pure. */
import type { AuditEntry } from "../../domain/contract/audit.ts";

/** One field of a difference; null where it was not there. A list that stands line by line is parted by line feeds. */
export type Difference = { field: string; before: string | null; after: string | null };

type TimeWords = (at: number) => string;

/** Fields that hold an instant, in epoch ms: `claimedAt`, `ackUntil`. */
const INSTANT = /(?:^at|^until|At|Until)$/;
const EARLIEST = Date.UTC(2000, 0, 1);
const NONE = "none";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `diagonalInch` → `diagonal inch` */
const nameOf = (field: string): string =>
  field.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );

const isInstant = (field: string, value: unknown): value is number =>
  typeof value === "number" && value > EARLIEST && INSTANT.test(field);

const partsOf = (record: Record<string, unknown>, time: TimeWords): string =>
  Object.entries(record)
    .map(([name, part]) => `${nameOf(name)} ${shown(name, part, time)}`)
    .join(", ");

function shown(field: string, value: unknown, time: TimeWords): string {
  if (value === null || value === "") return NONE;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isInstant(field, value)) return time(value);
  if (Array.isArray(value)) return value.map((item) => shown(field, item, time)).join(" ") || NONE;
  return isRecord(value) ? partsOf(value, time) || NONE : String(value);
}

/** Codes stand beside each other, sentences one under the other. */
const listed = (items: readonly string[]): string =>
  items.join(items.some((item) => item.includes(" ")) ? "\n" : ", ");

/** By the way that leads there; lists and what is no record are the ends. */
type Leaves = Map<string, { name: string; value: unknown }>;

const hasFields = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.keys(value).length > 0;

function addLeaves(leaves: Leaves, way: readonly string[], record: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(record)) {
    const here = [...way, nameOf(name)];
    if (hasFields(value)) addLeaves(leaves, here, value);
    else leaves.set(here.join(" · "), { name, value });
  }
}

function leavesOf(state: unknown): Leaves {
  const leaves: Leaves = new Map();
  if (state === undefined || state === null) return leaves;
  addLeaves(leaves, [], isRecord(state) ? state : { value: state });
  return leaves;
}

type Leaf = ReturnType<Leaves["get"]>;

const itemsOf = (leaf: Leaf, time: TimeWords): string[] | null =>
  leaf !== undefined && Array.isArray(leaf.value)
    ? leaf.value.map((item) => shown(leaf.name, item, time))
    : null;

/** What is in `many` and not in `others`; the same twice counts twice. */
function beyond(many: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return many.filter((item) => {
    const place = left.indexOf(item);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/** Of two lists what came and what went; both whole when only their order differs. */
function ofLists(field: string, was: readonly string[], is: readonly string[]): Difference[] {
  const [gone, come] = [beyond(was, is), beyond(is, was)];
  if (gone.length + come.length === 0)
    return listed(was) === listed(is) ? [] : [{ field, before: listed(was), after: listed(is) }];
  return [
    ...(gone.length === 0
      ? []
      : [{ field: `${field}, removed`, before: listed(gone), after: null }]),
    ...(come.length === 0 ? [] : [{ field: `${field}, added`, before: null, after: listed(come) }]),
  ];
}

function wordsOf(leaf: Leaf, time: TimeWords): string | null {
  if (leaf === undefined) return null;
  const items = itemsOf(leaf, time);
  return items === null ? shown(leaf.name, leaf.value, time) : listed(items) || NONE;
}

/** Fields that differ, those that were there first; a field without a before was only set. */
export function differences(
  { before, after }: Pick<AuditEntry, "before" | "after">,
  time: TimeWords,
): Difference[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [was, is] = [old.get(field), now.get(field)];
    const [gone, come] = [itemsOf(was, time), itemsOf(is, time)];
    if (gone !== null && come !== null) return ofLists(field, gone, come);
    const [wasWords, isWords] = [wordsOf(was, time), wordsOf(is, time)];
    return wasWords === isWords ? [] : [{ field, before: wasWords, after: isWords }];
  });
}
