/** X12 text to segments. Its delimiters are what the interchange header says they are, so no more than splitting is needed, and no library. */

import { problem } from "../problem.ts";

export type Segment = {
  /** `W06` */
  id: string;
  /** element 1 stands at 1; what is left out is an empty text */
  elements: readonly string[];
  /** in the body, from 1 */
  place: number;
};
export type Delimiters = { element: string; terminator: string };

const ISA_ELEMENTS = 16;

/** Latin-1 where it is no UTF-8: the older systems that speak X12 write that. */
export function ediText(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body).trim();
  } catch {
    return new TextDecoder("latin1").decode(body).trim();
  }
}

/** Not by position: headers whose elements were not filled up with blanks are common. */
function afterHeader(text: string): Delimiters | null {
  const element = text[3] ?? "";
  let at = 2;
  for (let count = 0; count < ISA_ELEMENTS; count += 1) {
    at = text.indexOf(element, at + 1);
    if (at < 0) return null;
  }
  // element 16 is the separator of components, one character; then the segment ends
  const terminator = text[at + 2] ?? "";
  return terminator === "" ? null : { element, terminator };
}

const isInName = (sign: string): boolean => /[A-Za-z0-9]/.test(sign);

/** A transaction set without its envelope: after its control number the segment ends. */
function afterSet(text: string): Delimiters | null {
  const element = text[2] ?? "";
  const control = text.indexOf(element, 3) + 1;
  let at = control;
  while (at < text.length && isInName(text[at] ?? "")) at += 1;
  const terminator = text[at] ?? "";
  return control === 0 || at === control || terminator === "" || terminator === element
    ? null
    : { element, terminator };
}

/** null when the text begins like no X12. */
export function delimitersOf(text: string): Delimiters | null {
  if (isInName(text[3] ?? "a") && isInName(text[2] ?? "a")) return null;
  if (text.startsWith("ISA")) return afterHeader(text);
  return text.startsWith("ST") ? afterSet(text) : null;
}

const MAX_SEGMENTS = 100_000;

/** Throws CT_ERR_TOO_LARGE for more segments than a body may hold. */
export function segmentsOf(text: string, { element, terminator }: Delimiters): Segment[] {
  const segments: Segment[] = [];
  const parts = text.split(terminator, MAX_SEGMENTS + 2);
  if (parts.length > MAX_SEGMENTS + 1)
    throw problem("CT_ERR_TOO_LARGE", `A body holds at most ${MAX_SEGMENTS} segments.`);
  for (const part of parts) {
    const trimmed = part.trim();
    if (trimmed === "") continue;
    const elements = trimmed.split(element).map((one) => one.trim());
    segments.push({ id: (elements[0] ?? "").toUpperCase(), elements, place: segments.length + 1 });
  }
  return segments;
}

/** Element `number` of a segment, from 1; an empty text when it is not there. */
export const at = (segment: Segment | undefined, number: number): string =>
  segment?.elements[number] ?? "";
