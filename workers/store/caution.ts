/**
 * Finding an event that ends or blocks the process (architecture, rule 3). Rules that merely throw are found within their turn; here it is about
 * those after which nobody is left to write it down, so the tries are counted in Redis before deciding.
 *
 * A batch that failed three times is cut to an eighth, and again at each further failure, until its end is passed; an event that alone failed three
 * times is condemned. Eighths rather than halves: each failure costs a restart.
 */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { comparePositions } from "../../domain/contract/keys.ts";

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

const smaller = (size: number): number => Math.max(1, Math.floor(size / 8));

function tighten(caution: Caution, cursor: string): Caution {
  if (caution.cursor !== cursor) return { ...caution, cursor, tries: 1 };
  if (caution.size > 1) return { ...caution, size: smaller(caution.size), tries: 1 };
  return { ...caution, tries: caution.tries + 1 };
}

/**
 * How the batch after `cursor` is to be taken.
 * `tries` counts this one too; `last` is the position of its last entry; `known` is what was kept of earlier failures.
 */
export function nextStep(cursor: string, tries: number, last: string, known: Caution | null): Step {
  const inForce = known !== null && comparePositions(known.until, cursor) > 0 ? known : null;
  if (inForce === null && tries <= TRIES)
    return { size: BATCH_SIZE, caution: null, isCondemned: false };
  const caution =
    inForce === null
      ? { size: smaller(BATCH_SIZE), until: last, cursor, tries: 1 }
      : tighten(inForce, cursor);
  return { size: caution.size, caution, isCondemned: caution.size === 1 && caution.tries > TRIES };
}

export const decodeCaution = (text: string | null): Caution | null =>
  text === null ? null : (JSON.parse(text) as Caution);
