/** How well a text answers what was typed: whole pieces before scattered letters, beginnings of words before their middles. Pure. */
const WHOLE = 100;
const AT_WORD = 40;
const SCATTERED = 20;

const isWordStart = (text: string, at: number) =>
  at === 0 || /[\s\-_/:.·]/.test(text[at - 1] ?? "");

function wholeScore(term: string, text: string): number | null {
  const first = text.indexOf(term);
  if (first < 0) return null;
  for (let at = first; at >= 0; at = text.indexOf(term, at + 1))
    if (isWordStart(text, at)) return WHOLE + AT_WORD - Math.min(at, AT_WORD - 1);
  return WHOLE - Math.min(first, AT_WORD);
}

/** Letters in their order with gaps between; each gap costs, letters that begin words cost nothing. */
function scatteredScore(term: string, text: string): number | null {
  let at = -1;
  let score = SCATTERED;
  for (const letter of term) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next !== at + 1 && !isWordStart(text, next)) score -= 2;
    at = next;
  }
  return score > 0 ? score : null;
}

/** Null when a term is not in the text at all. Nothing typed answers everything alike. */
export function fuzzyScore(typed: string, text: string): number | null {
  const terms = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const low = text.toLowerCase();
  let sum = 0;
  for (const term of terms) {
    const score = wholeScore(term, low) ?? scatteredScore(term, low);
    if (score === null) return null;
    sum += score;
  }
  return sum;
}
