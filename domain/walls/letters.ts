/**
 * How large letters must be to be read across a hall, from the screen's size and the farthest reader. Sixteen minutes of arc is what eyes need to read without
 * effort; capitals of Inter are 0.72 of its size. `u` is 1/1080 of the picture's short side, so 1080p, 4K and portrait are the same in u. More distance means fewer
 * things, never smaller ones.
 */
export type Screen = { width: number; height: number; diagonalInch: number; distanceM: number };

export type Letters = {
  /** CSS pixels of one u */
  pxPerU: number;
  mmPerU: number;
  /** room between the side margins, in u, and whether rows need two lines in it */
  width: number;
  isNarrow: boolean;
  /** not even two lines hold a row's numbers: one thing is shown, as tiles */
  isSlim: boolean;
  /** size of text in rows, of numbers in tiles, of labels, in u */
  row: number;
  number: number;
  label: number;
  /** tiles side by side, and the least height of one */
  columns: number;
  tile: number;
  /** what is left between header and footer, in u */
  body: number;
};

export const CAP_HEIGHT = 0.72;
const READABLE_RAD = (8 / 60) * (Math.PI / 180);
const MM_PER_INCH = 25.4;
const MM_PER_M = 1_000;
const SHORT_SIDE_U = 1080;
const MARGINS_U = 80;
/** a row of the widest slide in sizes of its text */
const ROW_LETTERS = 14;
/** and the widest line of one that has two */
const HALF_ROW_LETTERS = 7;
const LEAST_ROW = 64;
const NUMBER = 176;
const LABEL = 56;
/** height of a row in sizes of its text: of one line, and of two where it is narrow */
export const ROW_PITCH = 1.5;
export const TWO_LINE_PITCH = 2.8;
/** what is left of the short side under header and footer; upright the header has two lines */
const BODY_U = 900;
const SECOND_LINE_U = 44;
/** between tiles, and between what stands one under the other */
export const GAP_U = 24;
const TILE_PADDING_U = 64;
/** height of a tile that has rows under it */
const TILE_U = 288;
/** a number as a tile must hold it: `12 h 30`, in sizes of its text */
const TILE_LETTERS = 3.6;
const MOST_COLUMNS = 3;
/** width of a digit in sizes of its text */
const DIGIT = 0.6;
/** the line that counts what is not shown, and the gap above it */
export const MORE_U = 72;
/** line heights of number and label in a tile */
const NUMBER_LINE = 1.06;
const LABEL_LINE = 1.25;

/** The height of capitals, in mm, that is readable at that distance. */
export const readableCapMm = (distanceM: number): number =>
  2 * distanceM * MM_PER_M * Math.tan(READABLE_RAD);

export const mmPerUOf = ({ width, height, diagonalInch }: Omit<Screen, "distanceM">): number =>
  (diagonalInch * MM_PER_INCH * Math.min(width, height)) / Math.hypot(width, height) / SHORT_SIDE_U;

/** The size of text, in u, whose capitals are readable; not yet bounded. */
export const wantedU = (screen: Screen): number =>
  Math.ceil(readableCapMm(screen.distanceM) / (CAP_HEIGHT * mmPerUOf(screen)));

export function lettersOf(screen: Screen): Letters {
  const { width, height } = screen;
  const short = Math.min(width, height);
  const wanted = wantedU(screen);
  const row = Math.max(LEAST_ROW, wanted);
  // a portrait screen has its long side for rows
  const extra = height > width ? ((height - width) / short) * SHORT_SIDE_U - SECOND_LINE_U : 0;
  const room = (width / short) * SHORT_SIDE_U - MARGINS_U;
  const label = Math.max(LABEL, Math.round(row * 0.55));
  const tileWidth = TILE_LETTERS * row + TILE_PADDING_U + GAP_U;
  return {
    width: room,
    isNarrow: room < ROW_LETTERS * row,
    isSlim: room < HALF_ROW_LETTERS * row,
    pxPerU: short / SHORT_SIDE_U,
    mmPerU: mmPerUOf(screen),
    row,
    number: Math.max(NUMBER, wanted),
    label,
    columns: Math.min(MOST_COLUMNS, Math.max(1, Math.floor((room + GAP_U) / tileWidth))),
    tile: Math.ceil(NUMBER_LINE * row + LABEL_LINE * label),
    body: BODY_U + extra,
  };
}

type Room = Pick<Letters, "body" | "columns" | "tile">;

/** Of so many tiles, those that fit when they fill the body but for what is `taken`; whole rows of them. */
export function tilesThatFit({ body, columns, tile }: Room, count: number, taken = 0): number {
  const rows = Math.max(1, Math.floor((body - taken + GAP_U) / (tile + GAP_U)));
  return Math.min(count, rows * columns);
}

/** Whether one tile in the whole width holds such a number at the size of a row. */
export const valueFits = ({ width, row }: Letters, value: string): boolean =>
  value.length * DIGIT * row <= width - TILE_PADDING_U - TILE_PADDING_U / 4;

/** What tiles over rows take from the body. */
export const underTiles = ({ columns, tile }: Room, count: number): number =>
  Math.ceil(count / columns) * (Math.max(TILE_U, tile + TILE_PADDING_U / 2) + GAP_U);

/** Rows of that height that fit when so much of the body is taken. */
export const rowsThatFit = ({ body }: Room, rowU: number, taken = 0): number =>
  Math.max(0, Math.floor((body - taken) / rowU));
