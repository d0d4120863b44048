/**
 * Finding an event that ends or blocks the process (architecture, rule 3). Rules that merely throw are found within their turn; here it is about
 * those after which nobody is left to write it down, so the tries are counted in Redis before deciding.
 *
 * Of a batch that failed three times half is taken, and half of that at each further failure, until its end is passed; an event that alone failed three
 * times is condemned. Halves of what there is, not of what there might be: a short batch is halved at once.
 */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { comparePositions } from "../../domain/contract/positions.ts";

const TRIES = 3;

export type Caution = {
  size: number;
  /** last position of the batch that failed */
  until: string;
  /** where the batch of this size began, and how often it was tried there */
  cursor: string;
  tries: number;
};

export type Step = { size: number; caution: Caution | null; isCondemned: boolean };

const half = (size: number): number => Math.max(1, Math.floor(size / 2));

function tighten(caution: Caution, cursor: string, found: number): Caution {
  if (caution.cursor !== cursor) return { ...caution, cursor, tries: 1 };
  if (caution.size > 1) return { ...caution, size: half(Math.min(caution.size, found)), tries: 1 };
  return { ...caution, tries: caution.tries + 1 };
}

/**
 * How the batch after `cursor` is to be taken.
 * `tries` counts this one too; `found` says how many entries there are, `last` is the position of their last; `known` is what was kept of earlier failures.
 */
export function nextStep(
  cursor: string,
  tries: number,
  { found, last }: { found: number; last: string },
  known: Caution | null,
): Step {
  const inForce = known !== null && comparePositions(known.until, cursor) > 0 ? known : null;
  if (inForce === null && tries <= TRIES)
    return { size: Math.max(BATCH_SIZE, found), caution: null, isCondemned: false };
  const caution =
    inForce === null
      ? { size: half(found), until: last, cursor, tries: 1 }
      : tighten(inForce, cursor, found);
  return { size: caution.size, caution, isCondemned: caution.size === 1 && caution.tries > TRIES };
}

export const decodeCaution = (text: string | null): Caution | null =>
  text === null ? null : (JSON.parse(text) as Caution);
