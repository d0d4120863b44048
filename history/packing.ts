/** Texts packed one by one into one blob: each can be unpacked without the others. Begins with a mark that no zstd stream has: who does not know it must not guess. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** "CTB1" */
const MARK = 0x31_42_54_43;
const HEAD_BYTES = 8;
const LENGTH_BYTES = 4;

export const unpack = (packed: Uint8Array): string => zstdDecompressSync(packed).toString("utf8");

export function pack(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => zstdCompressSync(text));
  const index = Buffer.alloc(HEAD_BYTES + parts.length * LENGTH_BYTES);
  index.writeUInt32LE(MARK, 0);
  index.writeUInt32LE(parts.length * LENGTH_BYTES, LENGTH_BYTES);
  parts.forEach(({ length }, at) => index.writeUInt32LE(length, HEAD_BYTES + at * LENGTH_BYTES));
  return Buffer.concat([index, ...parts]);
}

/** The texts of a blob, each packed; null for one that was not packed so. */
export function partsOf(blob: Uint8Array): Uint8Array[] | null {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.byteLength < HEAD_BYTES || view.getUint32(0, true) !== MARK) return null;
  const indexEnd = HEAD_BYTES + view.getUint32(LENGTH_BYTES, true);
  const parts: Uint8Array[] = [];
  let from = indexEnd;
  for (let at = HEAD_BYTES; at < indexEnd; at += LENGTH_BYTES) {
    const length = view.getUint32(at, true);
    parts.push(blob.subarray(from, from + length));
    from += length;
  }
  return parts;
}
