/** 856, ship notice: a tree of shipment, orders and packs; each order in it was packed and handed over. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { faultAt } from "./envelope.ts";
import {
  all,
  isFault,
  leading,
  markedBy,
  nothing,
  noTime,
  qualified,
  TRACKING,
  type Context,
  type Marked,
  type Reading,
  type Said,
} from "./meaning.ts";
import { at, type Segment } from "./segments.ts";
import { instantOf, onDay } from "./times.ts";

type Level = { id: string; parent: string; code: string; head: Segment; segments: Segment[] };

function levelsOf({ set }: Context): Level[] {
  const levels: Level[] = [];
  for (const segment of set.segments) {
    if (segment.id === "HL")
      levels.push({
        id: at(segment, 1),
        parent: at(segment, 2),
        code: at(segment, 3),
        head: segment,
        segments: [],
      });
    else if (!["CTT", "SE"].includes(segment.id)) levels.at(-1)?.segments.push(segment);
  }
  return levels;
}

type Tree = {
  levels: Level[];
  byId: ReadonlyMap<string, Level>;
  placeOf: ReadonlyMap<Level, number>;
};

/** Of levels that share a number the first has it. */
const treeOf = (levels: Level[]): Tree => ({
  levels,
  byId: new Map(levels.toReversed().map((level) => [level.id, level])),
  placeOf: new Map(levels.map((level, place) => [level, place])),
});

/** Every level but the first hangs on one before it. */
function treeFaults({ levels, byId, placeOf }: Tree, { set }: Context): ItemError[] {
  const faults: ItemError[] = [];
  levels.forEach((level, place) => {
    const parent = byId.get(level.parent);
    const parentPlace = parent === undefined ? place : (placeOf.get(parent) ?? place);
    if (level.parent !== "" && parentPlace >= place)
      faults.push(faultAt(set.index, level.head, 2, `${level.parent} is no level before it`));
    if (byId.get(level.id) !== level)
      faults.push(faultAt(set.index, level.head, 1, `${level.id} is there twice`));
  });
  return faults;
}

/** The summary counts the levels; partners count items or orders in it as well, and all that there is was read. */
function miscounted({ levels }: Tree, { set }: Context): ItemError[] {
  const total = set.segments.find(({ id }) => id === "CTT");
  if (total === undefined || Number(at(total, 1)) === levels.length) return [];
  const words = `is ${at(total, 1)}, but there are ${levels.length} levels`;
  return [faultAt(set.index, total, 1, words)];
}

/** The level itself or the nearest above it with that code. */
function above({ byId }: Tree, level: Level | undefined, code: string): Level | undefined {
  let at_ = level;
  for (let steps = 0; at_ !== undefined && steps < 20; steps += 1) {
    if (at_.code === code) return at_;
    at_ = byId.get(at_.parent);
  }
  return undefined;
}

type Holds = ReadonlyMap<Level, Marked[]>;

/** Of each order the parcels of one kind of level: those under it, and the one it lies in. */
function heldBy(tree: Tree, code: string): Holds {
  const held = new Map<Level, Marked[]>();
  const hold = (order: Level | undefined, level: Level | undefined): void => {
    const marked = level === undefined ? undefined : markedBy(all(level.segments, "MAN"));
    if (order === undefined || marked === undefined) return;
    const before = held.get(order);
    if (before === undefined) held.set(order, [marked]);
    else before.push(marked);
  };
  for (const level of tree.levels) {
    if (level.code === code) hold(above(tree, level, "O"), level);
    if (level.code === "O") hold(level, above(tree, level, code));
  }
  return held;
}

/** Packs, or pallets where there are no packs. */
function createParcels(tree: Tree): (order: Level) => Marked[] {
  const packs = heldBy(tree, "P");
  const pallets = heldBy(tree, "T");
  return (order) => packs.get(order) ?? pallets.get(order) ?? [];
}

/** Shipped (DTM*011) as the shipment says, else when the notice was made. */
function shippedAt({ clock }: Context, head: Segment, shipment: Level | undefined): number | null {
  const left = all(shipment?.segments ?? [], "DTM").find((date) => at(date, 1) === "011");
  if (left !== undefined && at(left, 3) !== "")
    return instantOf(clock, at(left, 2), at(left, 3), { code: at(left, 4) });
  const made = instantOf(clock, at(head, 3), at(head, 4));
  if (left === undefined || at(left, 2) === at(head, 3)) return made;
  return onDay(clock, at(left, 2));
}

/** Routing (TD5): the carrier's code, after its qualifier. */
const carrierOf = (segments: readonly Segment[]): string =>
  at(
    segments.find(({ id }) => id === "TD5"),
    3,
  );

function orderSaid(tree: Tree, order: Level, parcels: readonly Marked[], when: number): Said[] {
  const shipment = above(tree, order, "S");
  const segments = [...(shipment?.segments ?? []), ...order.segments];
  const prf = order.segments.find(({ id }) => id === "PRF") as Segment;
  const carrier = carrierOf(segments);
  const tracking = qualified(segments, ["REF"], TRACKING);
  const common = carrier === "" ? {} : { carrier };
  // that of the shipment is that of all parcels that have none of their own
  const single = tracking === undefined ? {} : { trackingCode: tracking };
  const of = { orderId: at(prf, 1), at: when, from: prf };
  const parcelData = parcels.length === 0 ? [{}] : parcels;
  return [
    { ...of, type: "pack.completed", data: parcels.length === 0 ? {} : { parcels } },
    ...parcelData.map((parcel): Said => ({
      ...of,
      type: "parcel.handed_over",
      data: { ...common, ...single, ...parcel },
    })),
  ];
}

export function read856(context: Context): Reading {
  const { set } = context;
  const head = leading(context, "BSN");
  if (isFault(head)) return nothing(head);
  if (["01", "03"].includes(at(head, 1)))
    return nothing(
      faultAt(
        set.index,
        head,
        1,
        `${at(head, 1)} (cancelled, deleted) is not taken: send event.corrected`,
      ),
    );
  const levels = levelsOf(context);
  const tree = treeOf(levels);
  const faults = treeFaults(tree, context);
  const orders = levels.filter(({ code }) => code === "O");
  if (orders.length === 0)
    faults.push(faultAt(set.index, head, 0, "no order (HL with O) in this notice"));
  for (const order of orders)
    if (
      at(
        order.segments.find(({ id }) => id === "PRF"),
        1,
      ) === ""
    )
      faults.push(faultAt(set.index, order.head, 0, "an order needs a PRF with its number"));
  const when = shippedAt(
    context,
    head,
    levels.find(({ code }) => code === "S"),
  );
  if (when === null) faults.push(noTime(context, head, 3));
  if (faults.length > 0 || when === null) return { said: [], faults };
  const parcelsOf = createParcels(tree);
  return {
    said: orders.flatMap((order) => orderSaid(tree, order, parcelsOf(order), when)),
    faults,
    noted: miscounted(tree, context),
  };
}
