/** Asks a server whether it is ready, and why not. */
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
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

type Answer = { status: number; body: string };

/** The certificate is not checked: it is made for the name that people type, and this asks the address of our own child, and shows it nothing. */
function read(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 2000, agent: false, rejectUnauthorized: false };
    const get = url.startsWith("https:") ? https.get : http.get;
    const request = get(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 2 s")));
    request.on("error", reject);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

async function ask(url: string): Promise<true | string> {
  try {
    const { status, body } = await read(`${url}/readyz`);
    if (status === 200) return true;
    return unreadyParts(parsed(body)) || `status ${status}`;
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
