/**
 * How long orders stayed in a stage, as histograms kept in counters: by the hour in which a stage was left, in bins 10 % wide, so that hours can be added
 * and a quantile is off by 5 % at most.
 */

/** UTC day (days since 1970) -> counter field -> number */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** ms of dwell -> bin: 0 below a second, then each bin 1.1 times the one before. */
const BIN_RATIO = Math.log(1.1);
export const binOf = (ms: number): number =>
  ms < 1_000 ? 0 : 1 + Math.floor(Math.log(ms / 1_000) / BIN_RATIO);
/** The middle of a bin, in ms. */
export const middleOf = (bin: number): number =>
  bin === 0 ? 500 : Math.round(1_000 * Math.exp((bin - 0.5) * BIN_RATIO));

export type Histogram = Map<number, number>;
/** hour since 1970 -> stage -> bins */
export type Dwells = Map<number, Map<string, Histogram>>;

type DwellField = { hour: number; stage: string; bin: number };
const parsed = new Map<string, DwellField | null>();
const KEPT_FIELDS = 100_000;

/** Field names repeat by the second: what one means is remembered. */
function parseField(field: string): DwellField | null {
  const known = parsed.get(field);
  if (known !== undefined) return known;
  if (parsed.size >= KEPT_FIELDS) parsed.clear();
  const [hour = "", kind = "", stage = "", bin = ""] = field.split("|");
  const meaning = kind === "dwell" ? { hour: Number(hour), stage, bin: Number(bin) } : null;
  parsed.set(field, meaning);
  return meaning;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Dwell histograms of the hours `[fromHour, toHour]`, hours counted since 1970. */
export function dwellsBetween(counters: Counters, fromHour: number, toHour: number): Dwells {
  const dwells: Dwells = new Map();
  for (let day = Math.floor(fromHour / 24); day <= Math.floor(toHour / 24); day += 1) {
    for (const [name, count] of counters.get(String(day)) ?? []) {
      const field = parseField(name);
      if (field === null || count <= 0) continue;
      const hour = day * 24 + field.hour;
      if (hour < fromHour || hour > toHour) continue;
      const stages = getOrMake(dwells, hour, () => new Map<string, Histogram>());
      const bins = getOrMake(stages, field.stage, (): Histogram => new Map());
      bins.set(field.bin, (bins.get(field.bin) ?? 0) + count);
    }
  }
  return dwells;
}

export function mergeHours(dwells: Dwells, stage: string): Histogram {
  const sum: Histogram = new Map();
  for (const stages of dwells.values()) {
    for (const [bin, count] of stages.get(stage) ?? []) sum.set(bin, (sum.get(bin) ?? 0) + count);
  }
  return sum;
}

/** Quantile `q` of a histogram in ms (nearest rank, middle of its bin); null when it is empty. */
export function quantile(bins: ReadonlyMap<number, number>, q: number): number | null {
  let total = 0;
  for (const count of bins.values()) total += count;
  if (total === 0) return null;
  let seen = 0;
  for (const [bin, count] of [...bins].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= q * total) return middleOf(bin);
  }
  return null;
}
