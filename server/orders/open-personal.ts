/** Puts the sealed fields of an order's events together: each field as the event that happened last has it. */
import type { SealedFields } from "../../domain/contract/keys.ts";

export type OpenSealed = (site: string, orderId: string, sealed: string) => Record<string, unknown>;

const byTime = (a: SealedFields, b: SealedFields): number =>
  a.occurredAt - b.occurredAt || (`${a.source}\u0000${a.id}` < `${b.source}\u0000${b.id}` ? -1 : 1);

/** null when nothing can be opened: sealed with a secret that is gone. */
export function openPersonal(
  open: OpenSealed,
  site: string,
  orderId: string,
  text: string,
): Record<string, unknown> | null {
  try {
    const parts = (JSON.parse(text) as SealedFields[]).toSorted(byTime);
    return Object.assign({}, ...parts.map(({ sealed }) => open(site, orderId, sealed)));
  } catch {
    return null;
  }
}
