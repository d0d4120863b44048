/** Lets something happen at once, but never twice within `gapMs` for the same site: what comes in between happens together when the gap is over. */
export function createPace(gapMs: number, happen: (site: string) => void) {
  const lastAt = new Map<string, number>();
  const waiting = new Map<string, NodeJS.Timeout>();

  function leave(site: string): void {
    waiting.delete(site);
    lastAt.set(site, performance.now());
    happen(site);
  }

  return {
    note(site: string): void {
      if (waiting.has(site)) return;
      const last = lastAt.get(site);
      const wait = last === undefined ? 0 : Math.max(0, last + gapMs - performance.now());
      waiting.set(
        site,
        setTimeout(() => leave(site), wait),
      );
    },
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
