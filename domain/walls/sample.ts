/** What walls are told of a site at a moment: put together from the board's own numbers, field by field, so that nothing else can be in it. Pure; epoch ms. */
import type { LiveMetrics, Row } from "../board.ts";
import type { WallSample, WallStation, WallTask, WallTruck } from "../contract/walls.ts";
import { processIndex, processesOf, type Process } from "../forecast/plan.ts";
import { nameIn } from "../incidents/words.ts";
import type { Site } from "../site.ts";
import type { TruckOutlook } from "../truck-outlook.ts";
import { HOUR_MS, localDay, MINUTE_MS, weekdayOf } from "../wall-clock.ts";
import type { Today } from "./days.ts";
import { incidentTask, isForFloor, type OpenIncident } from "./incident-tasks.ts";
import { nextShiftAt, shiftAt } from "./shift.ts";
import { tasksOf, type Task } from "./tasks.ts";

const TRUCKS = 8;
const TASKS = 8;
const GROUPS = 6;
/** a truck that left is shown a little longer, with what was not on it */
const LEFT_SHOWN_MS = 2 * MINUTE_MS;

const ENDS: Readonly<Record<Process, string>> = {
  allocate: "allocated",
  pick: "picked",
  pack: "packed",
  check: "checked",
  stage: "staged",
};

/** What somebody said about a task, on their phone. */
type TaskWord = { state: "taken" | "done" };

export type SampleInput = {
  site: Site;
  rows: readonly Row[];
  metrics: LiveMetrics;
  /** `pickups` of the board, departed ones among them */
  pickups: readonly Omit<WallTruck, "packed" | "shouldBe" | "hasLeft">[];
  outlooks: readonly TruckOutlook[];
  today: Today;
  /** hand-overs since the shift began; null outside shifts */
  shippedInShift: number | null;
  notice: WallSample["notice"];
  said: (task: string) => TaskWord | undefined;
  /** as those see them who are shown no people */
  incidents: readonly OpenIncident[];
  now: number;
};

const countOf = (
  { id, carrier, at, due, safe, savable, lost, blind }: SampleInput["pickups"][0],
  site: Site,
) => ({
  id,
  carrier: nameIn(site, { name: "carrier", value: carrier }),
  at,
  due,
  safe,
  savable,
  lost,
  blind,
});

function trucksOf({ site, pickups, outlooks, now }: SampleInput): WallTruck[] {
  const left = pickups
    .filter(({ at }) => at < now && now - at <= LEFT_SHOWN_MS)
    .map((truck) => ({ ...countOf(truck, site), packed: 0, shouldBe: 0, hasLeft: true }));
  const coming = outlooks.map((truck) => ({
    ...countOf(truck, site),
    packed: truck.packed.done,
    shouldBe: truck.packed.shouldBe,
    hasLeft: false,
  }));
  return [...left, ...coming].slice(0, TRUCKS);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** With less time than that nobody changes a pace any more: what it would have to be is no number to work by. */
const LEAST_HOURS = 0.25;

const isPossible = ({ need, neededPerHour }: TruckOutlook["stations"][number]): boolean =>
  neededPerHour === 0 || need / neededPerHour >= LEAST_HOURS;

/** The hardest that any truck asks of a process for which there is time left; null when there is none for any that needs it. */
function neededOf(outlooks: readonly TruckOutlook[], process: Process): number | null {
  const asked = outlooks.flatMap(({ stations }) =>
    stations.filter((one) => one.process === process),
  );
  const possible = asked.filter(isPossible).map(({ neededPerHour }) => neededPerHour);
  return possible.length === 0 && asked.length > 0 ? null : tenth(Math.max(0, ...possible));
}

function stationsOf({ site, rows, metrics, outlooks, now }: SampleInput): WallStation[] {
  const processes = processesOf(site);
  const waiting = processes.map(() => 0);
  for (const row of rows) {
    if (row.dueKind !== "ship") continue;
    const at = processIndex(processes, row.stage);
    if (at < processes.length) waiting[at] = (waiting[at] ?? 0) + 1;
  }
  return processes.flatMap((process, at) => {
    if (process === "allocate") return [];
    const perHour = metrics.stages[ENDS[process]]?.inPerHour ?? 0;
    const count = waiting[at] ?? 0;
    return [
      {
        process,
        waiting: count,
        perHour,
        neededPerHour: neededOf(outlooks, process),
        emptyAt: perHour > 0 ? Math.round(now + (count / perHour) * HOUR_MS) : null,
      },
    ];
  });
}

/** The process furthest behind what is needed of it; null when all keep up. */
function bottleneckOf(stations: readonly WallStation[]): Process | null {
  const behind = stations
    .filter(({ waiting }) => waiting > 0)
    .map(({ process, perHour, neededPerHour }) => ({
      process,
      share: neededPerHour === null ? 0 : perHour / Math.max(neededPerHour, 0.001),
    }))
    .filter(({ share }) => share < 1)
    .sort((a, b) => a.share - b.share);
  return behind[0]?.process ?? null;
}

const taskFor = (task: Task): WallTask => ({ ...task, state: "open" });

const last = (at: number | null): number => at ?? Number.MAX_SAFE_INTEGER;

/** Incidents before what nobody has found a cause for, the gravest first; within that by when acting still helps. */
function allTasks({ site, rows, incidents, said, now }: SampleInput): WallTask[] {
  const shown = incidents.filter(isForFloor);
  const told = new Set(shown.flatMap(({ orders }) => orders));
  const found = shown
    .map((incident) => incidentTask(incident, site))
    .sort((a, b) => a.severity - b.severity || last(a.actBy) - last(b.actBy));
  const others = tasksOf(
    rows.filter(({ id }) => !told.has(id)),
    site,
    now,
  ).map(taskFor);
  return [...found, ...others].map((task) => {
    const word = said(task.id)?.state;
    return word === undefined ? task : { ...task, state: word };
  });
}

type Quality = WallSample["quality"];
const QUALITY: Readonly<Record<string, Exclude<keyof Quality, "groups">>> = {
  DAMAGED_INTERNAL: "damaged",
  QC_REJECT: "rejected",
  SHORT_PICK: "short",
};

/** Open orders in the house with something wrong about the goods, and where most of it is. */
function qualityOf(rows: readonly Row[]): Quality {
  const quality: Quality = { damaged: 0, rejected: 0, short: 0, groups: [] };
  const groups = new Map<string, Quality["groups"][number]>();
  for (const row of rows.filter(({ dueKind }) => dueKind === "ship")) {
    for (const code of row.exceptions) {
      const field = QUALITY[code];
      if (field === undefined) continue;
      quality[field] += 1;
      const place = row.station ?? row.zone ?? null;
      const key = `${code}|${place}`;
      const group = groups.get(key) ?? { code, place, orders: 0 };
      group.orders += 1;
      groups.set(key, group);
    }
  }
  const sorted = [...groups.values()].sort(
    (a, b) => b.orders - a.orders || (`${a.code}${a.place}` < `${b.code}${b.place}` ? -1 : 1),
  );
  return { ...quality, groups: sorted.slice(0, GROUPS) };
}

const severities = ({ severities: by, open }: LiveMetrics): WallSample["counts"] => ({
  open,
  late: by["late"] ?? 0,
  savable: by["at_risk"] ?? 0,
  lost: by["lost_cause"] ?? 0,
  blind: by["unknown"] ?? 0,
});

export function wallSample(input: SampleInput): WallSample {
  const { site, rows, metrics, today, shippedInShift, notice, now } = input;
  const { handedOverToday: shipped, shippedPerHour: lastHour } = metrics;
  const tasks = allTasks(input);
  const stations = stationsOf(input);
  return {
    site: site.id,
    at: now,
    weekday: weekdayOf(localDay(site.timeZone, now)),
    shift: shiftAt(site, now),
    nextShiftAt: nextShiftAt(site, now),
    counts: severities(metrics),
    trucks: trucksOf(input),
    stations,
    bottleneck: bottleneckOf(stations),
    tasks: tasks.slice(0, TASKS),
    moreTasks: Math.max(0, tasks.length - TASKS),
    today: { ...today, shipped, lastHour, shippedInShift },
    quality: qualityOf(rows),
    notice,
  };
}
