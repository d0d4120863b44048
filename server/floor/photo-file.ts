/**
 * A photo as somebody sent it: known by its own bytes, not by what it calls itself, read part by part to its end, and left without what cameras write beside the picture:
 * where it was taken, by which phone, when. JPEG and PNG; anything else is refused. Pure.
 */
import { crc32 } from "node:zlib";

export const PHOTO_BYTES = 6 * 1024 * 1024;
export const PHOTO_TYPES = ["image/jpeg", "image/png"] as const;
const LONGEST_SIDE = 12_000;

export type Photo = {
  type: (typeof PHOTO_TYPES)[number];
  width: number;
  height: number;
  bytes: Buffer;
};

type Size = { width: number; height: number };

const isSize = ({ width, height }: Size): boolean =>
  width > 0 && height > 0 && width <= LONGEST_SIDE && height <= LONGEST_SIDE;

const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;

/** A frame header: C0 to CF but for tables (C4), extensions (C8) and conditions (CC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Application segments hold EXIF, XMP and the like; JFIF (E0) and Adobe's colours (EE) belong to the picture. */
const isBeside = (marker: number): boolean =>
  (marker > 0xe0 && marker <= 0xef && marker !== 0xee) || marker === COMMENT;

/** Where the picture ends: behind it anything could stand. */
const endOfJpeg = (bytes: Buffer, from: number): number => {
  const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
  return end < from ? -1 : end + 2;
};

type Segment = { marker: number; end: number };

/** The segment that begins there; null when it is none or does not end. */
function segmentAt(bytes: Buffer, at: number): Segment | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff) return null;
  const end = at + 2 + bytes.readUInt16BE(at + 2);
  return end > bytes.length || end < at + 4 ? null : { marker: bytes[at + 1] ?? 0, end };
}

function sizeAt(bytes: Buffer, at: number, { marker, end }: Segment): Size | null {
  if (!isFrame(marker) || at + 9 > end) return null;
  return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
}

function readJpeg(bytes: Buffer): Photo | null {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let size: Size | null = null;
  let at = 2;
  let segment = segmentAt(bytes, at);
  while (segment !== null && segment.marker !== START_OF_SCAN) {
    size = sizeAt(bytes, at, segment) ?? size;
    if (!isBeside(segment.marker)) kept.push(bytes.subarray(at, segment.end));
    at = segment.end;
    segment = segmentAt(bytes, at);
  }
  const last = segment === null ? -1 : endOfJpeg(bytes, segment.end);
  if (last === -1 || size === null || !isSize(size)) return null;
  kept.push(bytes.subarray(at, last));
  return { type: "image/jpeg", ...size, bytes: Buffer.concat(kept) };
}

const PNG_SIGN = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BESIDE_PNG = new Set(["tEXt", "zTXt", "iTXt", "eXIf", "tIME"]);

function readPng(bytes: Buffer): Photo | null {
  const kept: Buffer[] = [bytes.subarray(0, 8)];
  let size: Size | null = null;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    const end = at + 12 + length;
    if (end > bytes.length) return null;
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null;
    if (size === null) {
      if (name !== "IHDR" || length !== 13) return null;
      size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
      if (!isSize(size)) return null;
    }
    if (!BESIDE_PNG.has(name)) kept.push(bytes.subarray(at, end));
    if (name === "IEND") return { type: "image/png", ...size, bytes: Buffer.concat(kept) };
    at = end;
  }
  return null;
}

/** null for what is no whole picture of a kind that is taken. */
export function readPhoto(bytes: Buffer): Photo | null {
  if (bytes.length < 64) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  return bytes.subarray(0, 8).equals(PNG_SIGN) ? readPng(bytes) : null;
}
