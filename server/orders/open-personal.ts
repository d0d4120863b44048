/** Puts the sealed fields of an order's events together: each field as the event that happened last has it. */
import type { SealedFields } from "../../domain/contract/order-record.ts";

/** Throws when the fields cannot be opened: changed, or their key is gone. */
export type OpenSealed = (sealed: string) => Record<string, unknown>;

const byTime = (a: SealedFields, b: SealedFields): number =>
  a.occurredAt - b.occurredAt || (`${a.source}\u0000${a.id}` < `${b.source}\u0000${b.id}` ? -1 : 1);

function opened(open: OpenSealed, { sealed }: SealedFields): Record<string, unknown>[] {
  try {
    return [open(sealed)];
  } catch {
    return [];
  }
}

/** null when nothing can be opened: its keys are gone, or the secret. */
export function openPersonal(open: OpenSealed, text: string): Record<string, unknown> | null {
  const parts = (JSON.parse(text) as SealedFields[]).toSorted(byTime);
  const fields = parts.flatMap((part) => opened(open, part));
  return fields.length === 0 ? null : Object.assign({}, ...fields);
}
