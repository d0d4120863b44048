/** What becomes of a fitting value on its way: nothing, or one thing wrong with it, in the value or in its text. */
import fc from "fast-check";
import { HOSTILE } from "./arbitrary.ts";

export type Sent = { text: string; type: string };

type Path = (string | number)[];

/** Every place inside a value, the value itself first. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const inside = Object.entries(value).flatMap(([name, field]) => places(field, [...at, name]));
  return [at, ...inside];
}

/** A copy with what `change` makes of one place; undefined removes it. */
function changed(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return change(value);
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as never)
    : { ...(value as object) };
  const next = changed(copy[first], rest, change);
  if (next === undefined && !Array.isArray(copy)) delete copy[first];
  else Object.defineProperty(copy, first, { value: next, enumerable: true, configurable: true });
  return copy;
}

const SWAPS: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  [],
  {},
  [[]],
  "1",
  "x".repeat(5_000),
  Array.from({ length: 300 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, at])),
  ...HOSTILE,
];
const NAMES = ["extra", "constructor", "prototype", "toString", "$ref", "", "\u0000", "site", "v"];

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
};

type Change = (value: unknown, pick: (below: number) => number) => unknown;
const CHANGES: Change[] = [
  // type swaps, hostile texts, huge things
  (value, pick) => {
    const all = places(value);
    return changed(value, all[pick(all.length)] ?? [], () => SWAPS[pick(SWAPS.length)]);
  },
  // missing
  (value, pick) => {
    const all = places(value).filter((path) => path.length > 0);
    return all.length === 0 ? value : changed(value, all[pick(all.length)] ?? [], () => undefined);
  },
  // extra
  (value, pick) => {
    const objects = places(value);
    return changed(value, objects[pick(objects.length)] ?? [], (old) =>
      typeof old === "object" && old !== null && !Array.isArray(old)
        ? { ...old, [NAMES[pick(NAMES.length)] ?? ""]: SWAPS[pick(SWAPS.length)] }
        : [old],
    );
  },
  // too deep
  (value, pick) =>
    changed(value, places(value)[0] ?? [], (old) => ({ old, deep: nested(15 + pick(20)) })),
];

const TYPES = ["text/plain", "application/xml", "application/json; charset=utf-16", "x", ""];

type TextChange = (sent: Sent, pick: (below: number) => number) => Sent;
const TEXT_CHANGES: TextChange[] = [
  ({ text, type }, pick) => ({ type, text: text.slice(0, pick(text.length + 1)) }),
  ({ text, type }, pick) => ({ type, text: `${text}${["}", "]", ",", "\u0000", "x"][pick(5)]}` }),
  ({ text, type }) => ({ type, text: text.replace("{", '{"__proto__":{"x":1},') }),
  ({ text, type }) => ({ type, text: text.replace(/"([^"\\]{1,40})":/, '"$1":1,"$1":') }),
  ({ text, type }) => ({ type, text: text.replace(/"(\w)(\w*)":/, '"$1$2":null,"\\u0$1$2":') }),
  ({ text, type }) => ({ type, text: text.replace(/\d+/, "1e999") }),
  ({ text, type }) => ({ type, text: `\ufeff${text}` }),
  ({ text, type }) => ({ type, text: ` \n\t${text}\r\n` }),
  ({ text, type }) => ({ type, text: text.replaceAll('"', "'") }),
  ({ text, type }) => ({ type, text: text.replace(":", ":NaN,") }),
  ({ text }, pick) => ({ text, type: TYPES[pick(TYPES.length)] ?? "" }),
  ({ type }) => ({ type, text: "" }),
];

/** Half of what is sent fits; the other half has one thing wrong. */
export function mutated(value: fc.Arbitrary<unknown>, type: string): fc.Arbitrary<Sent> {
  const dice = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 8, maxLength: 8 });
  return fc.tuple(value, fc.nat({ max: 99 }), dice).map(([fits, way, rolls]) => {
    let used = 0;
    const pick = (below: number): number =>
      below === 0 ? 0 : (rolls[used++ % rolls.length] ?? 0) % below;
    const asText = (one: unknown): Sent => ({ text: JSON.stringify(one) ?? "null", type });
    if (way < 50) return asText(fits);
    if (way < 85) return asText(CHANGES[pick(CHANGES.length)]?.(fits, pick));
    return TEXT_CHANGES[pick(TEXT_CHANGES.length)]?.(asText(fits), pick) ?? asText(fits);
  });
}

/** For payloads that are no text: sockets. */
export function mutatedValue(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const dice = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 8, maxLength: 8 });
  return fc.tuple(value, fc.nat({ max: 99 }), dice).map(([fits, way, rolls]) => {
    let used = 0;
    const pick = (below: number): number =>
      below === 0 ? 0 : (rolls[used++ % rolls.length] ?? 0) % below;
    return way < 50 ? fits : CHANGES[pick(CHANGES.length)]?.(fits, pick);
  });
}
