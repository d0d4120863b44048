/**
 * The code that a wall shows and a person types: eight letters of twenty, no vowels and nothing that looks like a digit, so that no word comes out and nothing
 * is misread across a hall. 20^8 is some 34 bits: enough for ten minutes and five tries (promise S6). Pure: the random bytes are handed in.
 */
export const CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
export const CODE_LENGTH = 8;
/** bytes above this would make some letters likelier than others */
const FAIR_BELOW = 240;

/** A code of these bytes; null when too many of them had to be thrown away. */
export function codeOf(bytes: Iterable<number>): string | null {
  let code = "";
  for (const byte of bytes) {
    if (byte >= FAIR_BELOW) continue;
    code += CODE_LETTERS[byte % CODE_LETTERS.length];
    if (code.length === CODE_LENGTH) return code;
  }
  return null;
}

/** `BCDF-GHJK`, as it is shown. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What somebody typed, as a code; null when it cannot be one. */
export function typedCode(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, "");
  const isCode =
    plain.length === CODE_LENGTH && [...plain].every((letter) => CODE_LETTERS.includes(letter));
  return isCode ? plain : null;
}
