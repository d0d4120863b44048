/** Holds in the words of the floor; a code nobody has words for is said as it is. Instants are epoch ms. */
import type { SiteFormat } from "../ui/format.ts";
import { codeWords } from "../ui/words.ts";

export type OpenHold = { code: string; until?: number | undefined };

/** `HOLD_ADDRESS` → `Address`, where a mark or a word beside it says that it is a hold. */
export const bareHoldWords = (code: string): string => codeWords(code.replace(/^HOLD_/, ""));

/** `HOLD_ADDRESS` → `Hold address`, `CUSTOMS` → `Hold customs`. */
export const holdWords = (code: string): string => {
  const words = codeWords(code);
  return words.startsWith("Hold ") ? words : `Hold ${words.toLowerCase()}`;
};

/** Its time is over, and nobody has released it: it still holds the order up. */
export const isExpired = ({ until }: OpenHold, now: number): boolean =>
  until !== undefined && until < now;

/** `until 10:20 CET`, `expired since 10:20 CET`; empty where no end was set. */
export function expiryWords(hold: OpenHold, format: SiteFormat, now: number): string {
  if (hold.until === undefined) return "";
  const end = format.near(hold.until, now);
  return isExpired(hold, now) ? `expired since ${end}` : `until ${end}`;
}

/** `Hold address`, `Hold address, expired since 10:20 CET`. */
export const openHoldWords = (hold: OpenHold, format: SiteFormat, now: number): string =>
  isExpired(hold, now)
    ? `${holdWords(hold.code)}, ${expiryWords(hold, format, now)}`
    : holdWords(hold.code);
