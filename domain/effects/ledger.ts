/** What was told of an order: for each cause how often it was told or taken back, kept with its record as `<cause>#<count>`. Odd: told, and standing. */
export type Ledger = Map<string, number>;

/** Beyond that the oldest are forgotten: they are told no second time unless their cause goes and comes back. */
const MAX_SENT = 100;

export function ledgerOf(sent: readonly string[]): Ledger {
  const ledger: Ledger = new Map();
  for (const entry of sent) {
    const cut = entry.lastIndexOf("#");
    ledger.set(entry.slice(0, cut), Number(entry.slice(cut + 1)));
  }
  return ledger;
}

export const sentOf = (ledger: Ledger): string[] =>
  [...ledger].slice(-MAX_SENT).map(([cause, count]) => `${cause}#${count}`);

export const isStanding = (ledger: Ledger, cause: string): boolean =>
  (ledger.get(cause) ?? 0) % 2 === 1;
