/** Ids of what comes by EPCIS: the same event twice has the same id, whether its sender gave it one or not. */
import { hash } from "node:crypto";
import type { EpcisEvent } from "../../domain/contract/epcis.ts";
import { canonical } from "../connectors/canonical.ts";

const MAX_ID = 128;
// eslint-disable-next-line no-control-regex -- exactly those that an id may not have
const CONTROL = /[\u0000-\u001f\u007f]/;

export const sha256 = (text: string): string => hash("sha256", text, "hex");

const hashed = (text: string): string => `ni:///sha-256;${sha256(text)}?ver=CT1`;

/** An id as it may be kept: what is too long becomes its hash. */
export const fitting = (id: string): string =>
  id.length > MAX_ID || CONTROL.test(id) ? hashed(id) : id;

/** The `eventID`, else a hash of the event as the CBV has it: without what says when it was recorded or that it was wrong. */
export function eventIdOf(event: EpcisEvent): string {
  if (event.eventID !== undefined) return fitting(event.eventID);
  const { recordTime: _recorded, errorDeclaration: _wrong, ...rest } = event;
  return hashed(canonical(rest));
}

/** Of the events that one of EPCIS becomes, the first has its id. */
export const partId = (id: string, part: number): string =>
  part === 0 ? id : fitting(`${id}#${part + 1}`);
