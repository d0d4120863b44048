/**
 * One site of a preset as it was told, hour by hour, and what truly happened: made by the simulator once and kept in a folder for temporary files, under a name that changes with
 * the simulator's code.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  INSTANT_FIELDS,
  isSiteEventType,
  type EventEnvelope,
  type RecordedEvent,
  type SiteEvent,
} from "../../../domain/event.ts";
import type { Site } from "../../../domain/site.ts";
import { createFeed } from "../../../simulator/feed.ts";
import type { Report } from "../../../simulator/model.ts";
import { type Preset, presetNamed, type Profile } from "../../../simulator/presets.ts";
import { referenceSite } from "../../../simulator/sites.ts";
import { createTruth, type TrueIncident, type TrueOrder } from "../../../simulator/truth.ts";

/** Monday */
export const STARTS_AT = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days after the last one that is judged, in which its orders end. */
const TAIL_DAYS = 4;

/** An event as the tower would keep it, and when its sender tells it. */
export type Told = { at: number } & ({ order: RecordedEvent } | { site: SiteEvent });

export type World = {
  name: string;
  /** names what it was made from */
  key: string;
  site: Site;
  profile: Profile;
  /** what was told, in its order, in pieces of an hour */
  hours: () => Iterable<Told[]>;
  orders: readonly TrueOrder[];
  incidents: readonly TrueIncident[];
  /** until when what became of the orders is known */
  until: number;
};

export type WorldOf = {
  preset: string;
  site: number;
  seed: number;
  days: number;
  /** incidents that begin before this day are not compared with a world without them: nobody asks for them */
  warmUpDays: number;
};

function codeHash(): string {
  const folder = join(import.meta.dirname, "../../../simulator");
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 12);
}

function dataInside(data: Record<string, unknown>): Record<string, unknown> {
  const inside = data;
  for (const field of INSTANT_FIELDS) {
    const value = inside[field];
    if (typeof value === "string") inside[field] = Date.parse(value);
  }
  return inside;
}

function toldBy(reportAt: number, event: EventEnvelope): Told {
  const { type, data = {}, occurredAt, ...rest } = event;
  const inside = {
    ...rest,
    type,
    occurredAt: Date.parse(occurredAt),
    data: dataInside({ ...data }),
  };
  if (isSiteEventType(type)) return { at: reportAt, site: inside as unknown as SiteEvent };
  const recorded = { ...inside, recordedAt: reportAt, hash: "" };
  return { at: reportAt, order: recorded as unknown as RecordedEvent };
}

const textOf = (reports: readonly Report[]): string =>
  JSON.stringify(reports.map(({ reportAt, event }) => [reportAt, event]));

type Truth = { orders: TrueOrder[]; incidents: TrueIncident[] };

const untilOf = (days: number): number => STARTS_AT + (days + TAIL_DAYS) * DAY;

/** Runs the site; writes what is told, an hour a line. */
function simulate(
  preset: Preset,
  { seed, days, warmUpDays }: WorldOf,
  write: (hour: string) => void,
): Truth {
  const truth: Truth = { orders: [], incidents: [] };
  const known = createTruth({
    order: (order) => void truth.orders.push(order),
    incident: (incident) => void truth.incidents.push(incident),
    scan: () => undefined,
  });
  const sites = preset.profiles.map(referenceSite);
  const from = STARTS_AT + warmUpDays * DAY;
  const sink: ReturnType<typeof createTruth>["sink"] = {
    ...known.sink,
    incident: (incident, simulation) => {
      if (incident.start >= from) known.sink.incident(incident, simulation);
    },
  };
  const feed = createFeed({ preset, seed, sites, startsAt: STARTS_AT, truth: () => sink });
  const until = untilOf(days);
  for (let at = STARTS_AT + HOUR; at <= until; at += HOUR) {
    const hour = textOf(feed.until(at));
    if (at <= STARTS_AT + days * DAY) write(hour);
    for (const simulation of feed.simulations) known.compare(simulation);
  }
  for (const simulation of feed.simulations) known.finish(simulation);
  return truth;
}

/** Lines of a file that may be longer than any text. */
export function* linesOf(path: string): Iterable<string> {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(1 << 22);
  let rest: Buffer[] = [];
  for (;;) {
    const read = readSync(file, buffer);
    if (read === 0) break;
    let from = 0;
    for (let end = buffer.indexOf(10); end !== -1 && end < read; end = buffer.indexOf(10, from)) {
      yield Buffer.concat([...rest, buffer.subarray(from, end)]).toString();
      rest = [];
      from = end + 1;
    }
    rest.push(Buffer.from(buffer.subarray(from, read)));
  }
  closeSync(file);
}

function* hoursOf(lines: Iterable<string>): Iterable<Told[]> {
  for (const line of lines) {
    const reports = JSON.parse(line) as [number, EventEnvelope][];
    yield reports.map(([at, event]) => toldBy(at, event));
  }
}

function presetOf({ preset: name, site }: WorldOf): Preset {
  const preset = presetNamed(name);
  const profile = preset?.profiles[site];
  if (preset === undefined || profile === undefined)
    throw new RangeError(`there is no site ${site} in the preset ${name}`);
  return { ...preset, profiles: [profile] };
}

const nameOf = ({ preset, site, seed }: WorldOf): string => `${preset}, site ${site}, seed ${seed}`;

/** Simulated now, and held in memory. `change` makes a smaller floor of it, or a rougher one. */
export function simulatedWorld(of: WorldOf, change: (preset: Preset) => Preset): World {
  const preset = change(presetOf(of));
  const [profile] = preset.profiles;
  const lines: string[] = [];
  const truth = simulate(preset, of, (hour) => void lines.push(hour));
  return {
    name: nameOf(of),
    key: "",
    site: referenceSite(profile),
    profile,
    ...truth,
    until: untilOf(of.days),
    hours: () => hoursOf(lines),
  };
}

function store(path: string, preset: Preset, of: WorldOf): void {
  const file = openSync(`${path}.part`, "w");
  const truth = simulate(preset, of, (hour) => void writeSync(file, `${hour}\n`));
  closeSync(file);
  writeFileSync(`${path}.truth`, JSON.stringify(truth));
  renameSync(`${path}.part`, path);
}

/** The same, kept for the next time. */
export function worldOf(of: WorldOf): World {
  const preset = presetOf(of);
  const [profile] = preset.profiles;
  const folder = join(tmpdir(), "control-tower-evaluate");
  mkdirSync(folder, { recursive: true });
  const key = `${preset.name}-${codeHash()}-${of.site}-${of.seed}-${of.days}-${of.warmUpDays}`;
  const path = join(folder, `${key}.jsonl`);
  if (!existsSync(path)) store(path, preset, of);
  const truth = JSON.parse(readFileSync(`${path}.truth`, "utf8")) as Truth;
  return {
    name: nameOf(of),
    key,
    site: referenceSite(profile),
    profile,
    ...truth,
    until: untilOf(of.days),
    hours: () => hoursOf(linesOf(path)),
  };
}
