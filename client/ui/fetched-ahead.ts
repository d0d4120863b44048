/**
 * Parts of a page that come when they are first used, and before that as soon as nothing else is to be done: whoever opens an order while the server is away must
 * not find that the drawer for it was never fetched.
 */
import { watchOnce } from "@vueuse/core";

/** Browsers without idle time (Safari) wait a little instead. */
const SOON_MS = 1_000;

function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(run);
  else setTimeout(run, SOON_MS);
}

/** One that cannot be had is asked for again when it is used. */
const fetchAll = (parts: readonly (() => Promise<unknown>)[]): void => {
  for (const part of parts) void part().catch(() => {});
};

/** @param isReady what the page is for is there: only then comes what it may need */
export function useFetchedAhead(
  isReady: () => boolean,
  parts: readonly (() => Promise<unknown>)[],
): void {
  const begin = () => whenIdle(() => fetchAll(parts));
  if (isReady()) begin();
  else watchOnce(isReady, begin);
}
