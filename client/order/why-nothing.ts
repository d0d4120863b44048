/** Actions that were taken and changed nothing: the order was past it, or it was so already, when they were applied. */
import type { EventFate } from "../../domain/contract/ingest.ts";

export type Did = Pick<EventFate, "effect" | "reason">;

/** Why it changed nothing, as a sentence; null when it did change something, or is not applied yet. */
export function whyNothing({ effect, reason }: Did): string | null {
  if (effect !== "impossible" && effect !== "duplicate") return null;
  const words = reason ?? "it changed nothing";
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
