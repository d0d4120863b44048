/**
 * A column of values as PostgreSQL takes an array in its binary form. As text each value would be quoted and escaped, read again by the server, and the whole of it put together
 * as one string of many megabytes: that cost more than all else of writing.
 */
type Type = "text" | "int" | "blob";

const OIDS: Readonly<Record<Type, number>> = { text: 25, int: 20, blob: 17 };
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const INT_BYTES = 8;
const NULL = -1;
const WORD = 2 ** 32;

const isNull = (value: unknown): boolean => value === null || value === undefined;

function sizeOf(type: Type, value: unknown): number {
  if (isNull(value)) return 0;
  if (type === "int") return INT_BYTES;
  return type === "text" ? Buffer.byteLength(String(value)) : (value as Uint8Array).byteLength;
}

function writeInt(into: Buffer, value: unknown, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${String(value)} is no whole number`);
  const number = value as number;
  const high = Math.floor(number / WORD);
  into.writeInt32BE(high, at);
  into.writeUInt32BE(number - high * WORD, at + LENGTH_BYTES);
}

function writeValue(into: Buffer, type: Type, value: unknown, at: number): void {
  if (type === "int") writeInt(into, value, at);
  else if (type === "text") into.write(String(value), at);
  else into.set(value as Uint8Array, at);
}

export function binaryArray(type: Type, values: readonly unknown[]): Buffer {
  const sizes = values.map((value) => sizeOf(type, value));
  const bytes = sizes.reduce((sum, size) => sum + LENGTH_BYTES + size, HEAD_BYTES);
  const into = Buffer.allocUnsafe(bytes);
  // dimensions, whether there are nulls, type; of the one dimension length and first index
  const head = [1, values.some(isNull) ? 1 : 0, OIDS[type], values.length, 1];
  head.forEach((number, place) => into.writeInt32BE(number, place * LENGTH_BYTES));
  let at = HEAD_BYTES;
  values.forEach((value, place) => {
    const size = sizes[place] ?? 0;
    into.writeInt32BE(isNull(value) ? NULL : size, at);
    at += LENGTH_BYTES;
    if (!isNull(value)) writeValue(into, type, value, at);
    at += size;
  });
  return into;
}
