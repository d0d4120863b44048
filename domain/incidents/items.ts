/**
 * What many orders in trouble have in common (design page 4.5, after WSARE): values of one attribute, or of two together, that are over-represented among them. Pure statistics.
 *
 * An item is kept when it holds at least `minimumOrders` in trouble, is at least `minimumLift` times as often in trouble as the rest and has at least `minimumExcess` more than the
 * rest would make expected. Its p-value is the hypergeometric tail; Benjamini-Hochberg runs over all items that would have been possible, not over those kept. Of what survives the
 * best by F-score is taken, its orders are removed, and the rest is looked at again. Orders are not independent, so p-values are optimistic: lift and excess carry the weight.
 *
 * Sets of orders are bit sets: ten thousand orders and some hundred values cost milliseconds.
 */

export type ItemPart = { name: string; value: string };
export type Item = { parts: readonly ItemPart[]; key: string };

/** An order as the statistics see it. */
export type Sampled = { id: string; isInTrouble: boolean; parts: readonly ItemPart[] };

export type ItemRules = {
  minimumOrders: number;
  minimumLift: number;
  minimumExcess: number;
  falseDiscoveryRate: number;
  mostCauses: number;
  /** items that have an open incident are preferred by so much */
  isKnown?: (key: string) => boolean;
};

export type Found = {
  item: Item;
  /** orders with the item, and those of them in trouble */
  size: number;
  troubled: readonly string[];
  lift: number;
  excess: number;
  pValue: number;
};

type Bits = Uint32Array;
/** `all`: among all orders; `hit`: among those in trouble, which are numbered apart. */
type Value = { part: ItemPart; attribute: number; all: Bits; hit: Bits };

const WORD = 32;

function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function countBoth(a: Bits, b: Bits): number {
  let count = 0;
  for (let word = 0; word < a.length; word += 1) {
    const both = (a[word] ?? 0) & (b[word] ?? 0);
    if (both !== 0) count += popcount(both);
  }
  return count;
}

function countAll(a: Bits, b: Bits, c: Bits): number {
  let count = 0;
  for (let word = 0; word < a.length; word += 1) {
    const both = (a[word] ?? 0) & (b[word] ?? 0) & (c[word] ?? 0);
    if (both !== 0) count += popcount(both);
  }
  return count;
}

const and = (a: Bits, b: Bits): Bits => a.map((word, place) => word & (b[place] ?? 0));
const set = (bits: Bits, place: number): void => {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
};
const unset = (bits: Bits, place: number): void => {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) & ~(1 << (place & 31));
};
const has = (bits: Bits, place: number): boolean =>
  (((bits[place >>> 5] ?? 0) >>> (place & 31)) & 1) === 1;
const emptyBits = (count: number): Bits => new Uint32Array(Math.ceil(count / WORD));
function fullBits(count: number): Bits {
  const bits = emptyBits(count);
  for (let place = 0; place < count; place += 1) set(bits, place);
  return bits;
}

const logFactorials: number[] = [0, 0];
function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next += 1)
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  return logFactorials[n] ?? 0;
}

const logChoose = (n: number, k: number): number =>
  logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** P(X >= k) when `size` are drawn of `n`, of which `K` are in trouble. */
export function hypergeometricTail(k: number, n: number, K: number, size: number): number {
  const most = Math.min(K, size);
  const least = Math.max(0, size + K - n);
  if (k <= least) return 1;
  if (k > most) return 0;
  let term = Math.exp(logChoose(K, k) + logChoose(n - K, size - k) - logChoose(n, size));
  let sum = 0;
  for (let x = k; x <= most; x += 1) {
    sum += term;
    term *= ((K - x) * (size - x)) / ((x + 1) * (n - K - size + x + 1));
    if (term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}

export const itemKey = (parts: readonly ItemPart[]): string =>
  parts
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join("|");

/** What does not change while causes are taken out one after the other. */
type Table = {
  orders: readonly Sampled[];
  /** places of the orders in trouble */
  troubled: readonly number[];
  /** values that may still make an item */
  values: readonly Value[];
  /** all single values plus all pairs of values of two attributes */
  possible: number;
};

type Tally = Map<string, Map<string, { count: number; troubled: number }>>;

function tallyOf(orders: readonly Sampled[]): Tally {
  const names: Tally = new Map();
  for (const { parts, isInTrouble } of orders)
    for (const { name, value } of parts) {
      const values = names.get(name) ?? new Map<string, { count: number; troubled: number }>();
      names.set(name, values);
      const known = values.get(value);
      const troubled = isInTrouble ? 1 : 0;
      if (known === undefined) values.set(value, { count: 1, troubled });
      else {
        known.count += 1;
        known.troubled += troubled;
      }
    }
  return names;
}

/** Of an attribute with many values only those of most orders: a rare one is never a cause by itself. */
const MOST_VALUES = 300;

function mostFrequent(tally: Tally): Tally {
  return new Map(
    [...tally].map(([name, values]) => {
      if (values.size <= MOST_VALUES) return [name, values];
      const sorted = [...values].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1));
      return [name, new Map(sorted.slice(0, MOST_VALUES))];
    }),
  );
}

function possibleOf(tally: Tally): number {
  let [singles, pairs] = [0, 0];
  for (const values of tally.values()) {
    pairs += singles * values.size;
    singles += values.size;
  }
  return singles + pairs;
}

type Kept = ReadonlyMap<string, ReadonlyMap<string, Value>>;

/** Values that enough orders in trouble have. */
function keptOf(tally: Tally, orders: number, troubled: number, least: number): Kept {
  const kept = new Map<string, Map<string, Value>>();
  [...tally].forEach(([name, counts], attribute) => {
    const values = [...counts].filter(([, count]) => count.troubled >= least);
    const made = values.map(([value]): [string, Value] => {
      const part = { name, value };
      return [value, { part, attribute, all: emptyBits(orders), hit: emptyBits(troubled) }];
    });
    kept.set(name, new Map(made));
  });
  return kept;
}

function tableOf(orders: readonly Sampled[], { minimumOrders }: ItemRules): Table {
  const tally = mostFrequent(tallyOf(orders));
  const troubled: number[] = [];
  for (const [place, { isInTrouble }] of orders.entries()) if (isInTrouble) troubled.push(place);
  const kept = keptOf(tally, orders.length, troubled.length, minimumOrders);
  let hits = 0;
  for (const [place, { parts, isInTrouble }] of orders.entries()) {
    for (const { name, value } of parts) {
      const one = kept.get(name)?.get(value);
      if (one === undefined) continue;
      set(one.all, place);
      if (isInTrouble) set(one.hit, hits);
    }
    if (isInTrouble) hits += 1;
  }
  const values = [...kept.values()].flatMap((byValue) => [...byValue.values()]);
  return { orders, troubled, values, possible: possibleOf(tally) };
}

type Tried = Omit<Found, "troubled" | "item"> & {
  parts: readonly Value[];
  k: number;
  score: number;
};

/** The orders that are still to be explained (numbered as those in trouble are), and all that are left. */
type Left = { troubled: Bits; K: number; present: Bits; n: number };

type Measured = { size: number; k: number };

function rated(
  parts: readonly Value[],
  { size, k }: Measured,
  left: Left,
  rules: ItemRules,
): Tried | null {
  const { n, K } = left;
  const inside = (k + 0.5) / (size + 1);
  const outside = (K - k + 0.5) / (n - size + 1);
  const lift = inside / outside;
  const excess = k - size * outside;
  if (k < rules.minimumOrders || lift < rules.minimumLift || excess < rules.minimumExcess)
    return null;
  const pValue = hypergeometricTail(k, n, K, size);
  return { parts, k, size, lift, excess, pValue, score: scoreOf(parts, { size, k }, K, rules) };
}

const EXTRA_ATTRIBUTE = 0.02;
const KNOWN_ITEM = 0.05;

function scoreOf(
  parts: readonly Value[],
  { size, k }: Measured,
  K: number,
  { isKnown }: ItemRules,
): number {
  const fScore = (2 * k) / (size + K);
  const known = isKnown?.(itemKey(parts.map(({ part }) => part))) === true ? KNOWN_ITEM : 0;
  return fScore - EXTRA_ATTRIBUTE * (parts.length - 1) + known;
}

type Live = { value: Value; hit: Bits; k: number };

function liveOf({ values }: Table, left: Left, least: number): Live[] {
  return values.flatMap((value) => {
    const k = countBoth(value.hit, left.troubled);
    return k < least ? [] : [{ value, hit: and(value.hit, left.troubled), k }];
  });
}

/** Every value, and every pair of values of two attributes, that fits the rules. */
function tryAll(table: Table, left: Left, rules: ItemRules): Tried[] {
  const tried: Tried[] = [];
  const take = (one: Tried | null): void => void (one !== null && tried.push(one));
  const live = liveOf(table, left, rules.minimumOrders);
  for (const [place, { value, hit, k }] of live.entries()) {
    take(rated([value], { k, size: countBoth(value.all, left.present) }, left, rules));
    for (let next = place + 1; next < live.length; next += 1) {
      const other = live[next];
      if (other === undefined || other.value.attribute === value.attribute) continue;
      const both = countBoth(hit, other.hit);
      if (both < rules.minimumOrders) continue;
      const size = countAll(value.all, other.value.all, left.present);
      take(rated([value, other.value], { k: both, size }, left, rules));
    }
  }
  return tried;
}

/** Those that stay significant among so many possible ones. */
function survivors(tried: readonly Tried[], possible: number, rate: number): Tried[] {
  const sorted = tried.toSorted((a, b) => a.pValue - b.pValue);
  let last = -1;
  sorted.forEach(({ pValue }, place) => {
    if (pValue <= (rate * (place + 1)) / possible) last = place;
  });
  return sorted.slice(0, last + 1);
}

/** The causes, the one that explains most first; each order in trouble belongs to one of them or to none. */
export function findItems(orders: readonly Sampled[], rules: ItemRules): Found[] {
  const table = tableOf(orders, rules);
  const K = table.troubled.length;
  const left: Left = {
    troubled: fullBits(K),
    present: fullBits(orders.length),
    K,
    n: orders.length,
  };
  const found: Found[] = [];
  while (found.length < rules.mostCauses && left.K >= rules.minimumOrders) {
    const tried = tryAll(table, left, rules);
    const [best] = survivors(tried, table.possible, rules.falseDiscoveryRate).sort(
      (a, b) => b.score - a.score || a.pValue - b.pValue,
    );
    if (best === undefined) break;
    found.push(foundOf(best, takeOut(table, left, best)));
  }
  return found;
}

/** Its orders are explained: neither they nor their trouble count for the next. Their ids. */
function takeOut({ orders, troubled }: Table, left: Left, { parts }: Tried): string[] {
  const taken = parts.reduce((bits, { hit }) => and(bits, hit), left.troubled);
  const ids: string[] = [];
  for (const [number, place] of troubled.entries()) {
    if (!has(taken, number)) continue;
    unset(left.troubled, number);
    unset(left.present, place);
    ids.push(orders[place]?.id ?? "");
  }
  left.K -= ids.length;
  left.n -= ids.length;
  return ids;
}

function foundOf({ parts, size, lift, excess, pValue }: Tried, troubled: string[]): Found {
  const plain = parts.map(({ part }) => part);
  return { item: { parts: plain, key: itemKey(plain) }, size, troubled, lift, excess, pValue };
}
