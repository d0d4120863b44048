/** Hold codes in the words of the floor; a code nobody has words for is said as it is. */
import { codeWords } from "../ui/words.ts";

/** `HOLD_ADDRESS` → `Hold address`, `CUSTOMS` → `Hold customs`. */
export const holdWords = (code: string): string => {
  const words = codeWords(code);
  return words.startsWith("Hold ") ? words : `Hold ${words.toLowerCase()}`;
};
