/**
 * A tar file (POSIX ustar) that any `tar` can list, written and read strictly: every byte is accounted for, so that none can change unseen. Names are short and
 * plain; sizes above 8 GiB use the base-256 form.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from "node:fs";

const BLOCK = 512;
const CHUNK = 1 << 20;
const NAME = /^[a-z0-9][a-z0-9.-]{0,80}$/;

export type Entry = { name: string; size: number; sha256: string };

function sizeField(size: number): Buffer {
  if (size < 8 ** 11) return Buffer.from(`${size.toString(8).padStart(11, "0")}\0`, "latin1");
  const field = Buffer.alloc(12);
  field.writeBigUInt64BE(BigInt(size), 4);
  field[0] = 0x80;
  return field;
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, "latin1");
  header.write("0000600\0" + "0000000\0" + "0000000\0", 100, "latin1");
  sizeField(size).copy(header, 124);
  header.write("00000000000\0", 136, "latin1");
  header.write("        0", 148, "latin1");
  header.write("ustar\0" + "00", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Reads a file in pieces. */
export function eachChunk(handle: number, size: number, take: (chunk: Buffer) => void): void {
  const buffer = Buffer.alloc(CHUNK);
  for (let left = size; left > 0;) {
    const count = readSync(handle, buffer, 0, Math.min(CHUNK, left), null);
    if (count === 0) throw new Error("the file ends too early");
    take(buffer.subarray(0, count));
    left -= count;
  }
}

export function createTar(path: string, onBytes: (count: number) => void = () => undefined) {
  const out = openSync(path, "wx", 0o600);
  const write = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
  };
  return {
    addText(name: string, text: string): Entry {
      const bytes = Buffer.from(text, "utf8");
      write(headerOf(name, bytes.length));
      write(bytes);
      write(Buffer.alloc(paddingOf(bytes.length)));
      return { name, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    },
    addFile(name: string, from: string): Entry {
      const { size } = statSync(from);
      const hash = createHash("sha256");
      write(headerOf(name, size));
      const source = openSync(from, "r");
      eachChunk(source, size, (chunk) => {
        hash.update(chunk);
        write(chunk);
        onBytes(chunk.length);
      });
      closeSync(source);
      write(Buffer.alloc(paddingOf(size)));
      return { name, size, sha256: hash.digest("hex") };
    },
    end(): void {
      write(Buffer.alloc(2 * BLOCK));
      // on disk before it gets its name
      fsyncSync(out);
      closeSync(out);
    },
  };
}

function sizeIn(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString("latin1", 124, 135), 8);
}

/** The header that this name and size have, and no other. */
function nameIn(header: Buffer): { name: string; size: number } {
  const end = header.indexOf(0);
  const name = header.toString("latin1", 0, Math.min(end, 100));
  const size = sizeIn(header);
  if (!NAME.test(name) || !headerOf(name, size).equals(header))
    throw new Error("a header in the file is damaged");
  return { name, size };
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

function readBlock(handle: number, size: number): Buffer {
  const parts: Buffer[] = [];
  eachChunk(handle, size, (chunk) => parts.push(Buffer.from(chunk)));
  return Buffer.concat(parts);
}

/** Walks through all entries; `take` gets the bytes of each. Throws at the first thing that is not as `createTar` writes it. */
export function readTar(
  path: string,
  take: (entry: { name: string; size: number }) => (chunk: Buffer) => void,
): Entry[] {
  const handle = openSync(path, "r");
  const entries: Entry[] = [];
  try {
    let left = statSync(path).size;
    for (;;) {
      const header = readBlock(handle, BLOCK);
      left -= BLOCK;
      if (isZero(header)) break;
      const entry = nameIn(header);
      const hash = createHash("sha256");
      const onChunk = take(entry);
      eachChunk(handle, entry.size, (chunk) => {
        hash.update(chunk);
        onChunk(chunk);
      });
      const padding = paddingOf(entry.size);
      if (!isZero(readBlock(handle, padding)))
        throw new Error(`what follows ${entry.name} is damaged`);
      left -= entry.size + padding;
      entries.push({ ...entry, sha256: hash.digest("hex") });
    }
    if (left !== BLOCK || !isZero(readBlock(handle, BLOCK)))
      throw new Error("the end of the file is damaged");
  } finally {
    closeSync(handle);
  }
  return entries;
}
