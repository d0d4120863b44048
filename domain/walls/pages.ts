/** A text in pages that fit: nothing that somebody wrote for a wall is cut off, and no letter of it gets too small. Pure; widths in sizes of the letters (em). */

/** widths of Inter in bold, rounded up */
const NARROW = /[\s.,:;'’!|iIjlftr()[\]]/u;
const WIDE = /[\p{Lu}mw@%&—…]/u;
const FULL =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

function emOf(letter: string): number {
  if (FULL.test(letter)) return 1.1;
  if (NARROW.test(letter)) return 0.4;
  return WIDE.test(letter) ? 0.86 : 0.64;
}
export const widthOf = (text: string): number =>
  Array.from(text).reduce((total, letter) => total + emOf(letter), 0);

/** A word that is longer than a line, in pieces that are not. */
function piecesOf(word: string, em: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const letter of word) {
    if (piece !== "" && widthOf(piece + letter) > em) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return piece === "" ? pieces : [...pieces, piece];
}

export function linesOf(text: string, em: number): string[] {
  const lines: string[] = [];
  for (const piece of text.split(/\s+/u).flatMap((word) => piecesOf(word, em))) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${piece}`) <= em)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

/** The text in as few pages of `most` lines as it needs, about as long as each other. */
export function pagesOf(text: string, em: number, most: number): string[] {
  const lines = linesOf(text, em);
  const count = Math.max(1, Math.ceil(lines.length / Math.max(1, most)));
  const each = Math.ceil(lines.length / count);
  return Array.from({ length: count }, (_, at) =>
    lines.slice(at * each, (at + 1) * each).join(" "),
  ).filter((page, at) => page !== "" || at === 0);
}

/** The largest size up to `largest` at which the text fits into the box as one page; `least` when it does not at any. All in the same unit. */
export function sizeThatFits(
  text: string,
  box: { width: number; height: number; lineHeight: number },
  { least, largest }: { least: number; largest: number },
): number {
  for (let size = largest; size > least; size -= 4)
    if (linesOf(text, box.width / size).length * size * box.lineHeight <= box.height) return size;
  return least;
}
