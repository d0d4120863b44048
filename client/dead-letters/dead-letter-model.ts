/** A dead letter as the page shows it. Pure; instants are epoch ms. */
import type { DeadLetter } from "../../domain/contract/stored.ts";

export type DeadLetterView = Omit<DeadLetter, "at"> & { at: number };
/** As it comes over HTTP: its instant is RFC 3339. */
export type DeadLetterWire = Omit<DeadLetter, "at"> & { at: string | number };

export const readDeadLetter = (wire: DeadLetterWire): DeadLetterView => ({
  ...wire,
  at: typeof wire.at === "number" ? wire.at : Date.parse(wire.at),
});

/** What it is about, in words: its order, or the site. */
export const subjectOf = (letter: DeadLetterView): string => {
  const order =
    letter.orderId ?? (letter.event && "orderId" in letter.event ? letter.event.orderId : null);
  return order ?? "the site";
};

/** Groups of `size` at most, in order: replays go out in steps, so that progress is true and one refusal does not undo the rest. */
export function inSteps<T>(items: readonly T[], size: number): T[][] {
  const steps: T[][] = [];
  for (let at = 0; at < items.length; at += size) steps.push(items.slice(at, at + size));
  return steps;
}
