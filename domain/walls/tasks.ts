/**
 * What is to be done at which station, from the open rows: orders that can still be saved, folded by what is wrong, where, and for which truck. The most savable
 * first. Made of counts, codes and places: no order's customer, owner or free text is looked at. Pure; instants are epoch ms.
 */
import type { Row } from "../board.ts";
import { carrierOf } from "../pickup-id.ts";
import { processIndex, processesOf, type Process } from "../forecast/plan.ts";
import { nameIn } from "../incidents/words.ts";
import type { Site } from "../site.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import { shortHash } from "./short-hash.ts";

export type Task = {
  id: string;
  severity: 1 | 2 | 3;
  sev: Row["sev"];
  process: Process | null;
  zone?: string;
  code?: string;
  orders: number;
  actBy: number | null;
  /** the carrier as the site calls it */
  truck: { carrier: string; at: number } | null;
};

/** What stops an order at its station, the gravest first. */
const STOPS = ["DAMAGED_INTERNAL", "SHORT_PICK", "STOCK_OUT", "QC_REJECT", "REWORK_LOOP"];
/** With less time than this it is now or never, and soon. */
const CRITICAL_MS = 15 * MINUTE_MS;
const SOON_MS = 45 * MINUTE_MS;

const isSavable = ({ sev, dueKind }: Row): boolean =>
  dueKind === "ship" && (sev === "at_risk" || sev === "late");

const stopOf = ({ exceptions }: Row): string | undefined =>
  STOPS.find((code) => exceptions.includes(code));

type Group = Omit<Task, "severity" | "id">;

function placeOf(row: Row, processes: readonly Process[]): Pick<Group, "process" | "zone"> {
  const process = processes[processIndex(processes, row.stage)] ?? null;
  return { process, ...(process === "pick" && row.zone !== undefined && { zone: row.zone }) };
}

const idOf = ({ process, zone, code, truck }: Group, pickup: string): string =>
  shortHash([process ?? "dock", zone ?? "", code ?? "", truck === null ? "" : pickup].join("|"));

function truckOf({ pickup }: Row, site: Site): Group["truck"] {
  if (pickup === null) return null;
  const carrier = nameIn(site, { name: "carrier", value: carrierOf(pickup.id) });
  return { carrier, at: pickup.at };
}

/** The group that a savable row belongs to. */
function groupOf(row: Row, site: Site, processes: readonly Process[]): [id: string, Group] {
  const code = stopOf(row);
  const group: Group = {
    sev: row.sev,
    ...placeOf(row, processes),
    ...(code !== undefined && { code }),
    orders: 0,
    actBy: null,
    truck: truckOf(row, site),
  };
  return [idOf(group, row.pickup?.id ?? ""), group];
}

const sooner = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

function severityOf({ sev, actBy }: Group, now: number): Task["severity"] {
  const left = actBy === null ? Number.POSITIVE_INFINITY : actBy - now;
  if (left <= CRITICAL_MS) return 1;
  return sev === "late" || left <= SOON_MS ? 2 : 3;
}

/** What is still in time by when acting helps no more; after it what is over already, the last to be so first: that is the nearest to being saved. */
function orderOf({ actBy }: Group, now: number): number {
  if (actBy === null) return Number.MAX_SAFE_INTEGER;
  return actBy >= now ? actBy - now : Number.MAX_SAFE_INTEGER / 2 + (now - actBy);
}

/** All tasks of a site, the most savable first. */
export function tasksOf(rows: Iterable<Row>, site: Site, now: number): Task[] {
  const processes = processesOf(site);
  const groups = new Map<string, Group>();
  for (const row of rows) {
    if (!isSavable(row)) continue;
    const [id, made] = groupOf(row, site, processes);
    const group = groups.get(id) ?? made;
    groups.set(id, group);
    group.orders += 1;
    group.actBy = sooner(group.actBy, row.actBy);
    if (row.sev === "late") group.sev = "late";
  }
  return [...groups]
    .map(([id, group]) => ({ id, severity: severityOf(group, now), ...group }))
    .sort(
      (a, b) => orderOf(a, now) - orderOf(b, now) || b.orders - a.orders || (a.id < b.id ? -1 : 1),
    );
}

/** The orders that a task is about, the most urgent first as the rows come. */
export function ordersOfTask(rows: Iterable<Row>, site: Site, id: string): string[] {
  const processes = processesOf(site);
  return [...rows]
    .filter((row) => isSavable(row) && groupOf(row, site, processes)[0] === id)
    .map((row) => row.id);
}
