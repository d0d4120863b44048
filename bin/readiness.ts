/** Asks a server whether it is ready, and why not. */
import { setTimeout as sleep } from "node:timers/promises";

type Parts = Record<string, { state?: string } | undefined>;

/** The parts of a `/readyz` answer that are not well, in a few words. */
export function unreadyParts(body: unknown): string {
  const parts = (body as { parts?: Parts; checks?: Parts } | null)?.parts ?? {};
  const bad = Object.entries(parts).filter(
    ([, part]) => part?.state !== "ok" && part?.state !== "up",
  );
  return bad.map(([name, part]) => `${name} ${part?.state ?? "unknown"}`).join(", ");
}

async function ask(url: string): Promise<true | string> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    if (answer.status === 200) return true;
    return unreadyParts(await answer.json().catch(() => null)) || `status ${answer.status}`;
  } catch {
    return "server not listening yet";
  }
}

/** Resolves true when `/readyz` answers 200, false when `signal` ends the waiting. Says every five seconds what is missing. */
export async function untilReady(
  url: string,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<boolean> {
  let saidAt = Date.now();
  while (!signal.aborted) {
    const answer = await ask(url);
    if (answer === true) return true;
    if (Date.now() - saidAt > 5000) {
      saidAt = Date.now();
      say(`waiting: ${answer}`);
    }
    await sleep(50, undefined, { signal }).catch(() => {});
  }
  return false;
}
