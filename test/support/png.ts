/** PNG with a palette of 256 colours: pictures of screens have few, and are a third of the size. */
import { crc32, deflateSync } from "node:zlib";

/** RGBA, as a canvas gives it. */
export type Pixels = { width: number; height: number; data: Uint8Array };

const MOST = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(name: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

type Color = readonly [red: number, green: number, blue: number];

const keyAt = (data: Uint8Array, at: number): number =>
  ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
const colorOf = (key: number): Color => [key >> 16, (key >> 8) & 255, key & 255];

function countColors({ data }: Pixels): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const key = keyAt(data, at);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const distance = (a: Color, b: Color): number =>
  (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

function nearest(color: Color, palette: readonly Color[]): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < palette.length; at += 1) {
    const one = distance(color, palette[at] ?? [0, 0, 0]);
    if (one < least) [best, least] = [at, one];
  }
  return best;
}

/** The commonest colours that are not almost the same as a commoner one: a page's flats stay exact, soft edges take the nearest. */
function paletteOf(counts: ReadonlyMap<number, number>): Color[] {
  const common = [...counts].sort((a, b) => b[1] - a[1]).map(([key]) => colorOf(key));
  for (const apart of [0, 48, 108, 192, 300]) {
    const palette: Color[] = [];
    for (const color of common) {
      if (palette.length > MOST) break;
      const isNew = palette.every((one) => distance(one, color) > apart);
      if (palette.length === 0 || isNew) palette.push(color);
    }
    if (palette.length <= MOST) return palette;
  }
  return common.slice(0, MOST);
}

export function encodePng(pixels: Pixels): Buffer {
  const { width, height, data } = pixels;
  const counts = countColors(pixels);
  const palette = paletteOf(counts);
  const indexes = new Map([...counts.keys()].map((key) => [key, nearest(colorOf(key), palette)]));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      lines[y * (width + 1) + 1 + x] = indexes.get(keyAt(data, (y * width + x) * 4)) ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // eight bits an index into the palette, no interlacing
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}
