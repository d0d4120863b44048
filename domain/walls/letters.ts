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
  /** size of text in rows, of numbers in tiles, of labels, in u */
  row: number;
  number: number;
  label: number;
  /** rows that fit under three tiles, and under the header alone */
  rowsUnderTiles: number;
  rows: number;
  /** what is left under the header, in u */
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
const LEAST_ROW = 64;
const NUMBER = 176;
const LABEL = 56;
/** height of a row in sizes of its text */
const ROW_PITCH = 1.55;
/** what is left of the short side under header and footer, and of that under tiles */
const BODY_U = 906;
const UNDER_TILES_U = 618;

/** The height of capitals, in mm, that is readable at that distance. */
export const readableCapMm = (distanceM: number): number =>
  2 * distanceM * MM_PER_M * Math.tan(READABLE_RAD);

export const mmPerUOf = ({ width, height, diagonalInch }: Omit<Screen, "distanceM">): number =>
  (diagonalInch * MM_PER_INCH * Math.min(width, height)) / Math.hypot(width, height) / SHORT_SIDE_U;

const rowsIn = (space: number, row: number): number =>
  Math.max(1, Math.floor(space / (ROW_PITCH * row)));

/** The size of text, in u, whose capitals are readable; not yet bounded. */
export const wantedU = (screen: Screen): number =>
  Math.ceil(readableCapMm(screen.distanceM) / (CAP_HEIGHT * mmPerUOf(screen)));

export function lettersOf(screen: Screen): Letters {
  const { width, height } = screen;
  const short = Math.min(width, height);
  const wanted = wantedU(screen);
  const row = Math.max(LEAST_ROW, wanted);
  // a portrait screen has its long side for rows
  const extra = height > width ? ((height - width) / short) * SHORT_SIDE_U : 0;
  const room = (width / short) * SHORT_SIDE_U - MARGINS_U;
  return {
    width: room,
    isNarrow: room < ROW_LETTERS * row,
    pxPerU: short / SHORT_SIDE_U,
    mmPerU: mmPerUOf(screen),
    row,
    number: Math.max(NUMBER, wanted),
    label: Math.max(LABEL, Math.round(row * 0.55)),
    rowsUnderTiles: rowsIn(UNDER_TILES_U + extra, row),
    rows: rowsIn(BODY_U + extra, row),
    body: BODY_U + extra,
  };
}
