/**
 * One request to somebody else's machine (promise S16): every address that a name resolves to is checked, and the connection goes to one of those that were, so a name that
 * means something else a moment later leads nowhere. No redirects, no proxies, no waiting beyond 10 s, no more than 64 KiB read, and nothing of what it says is kept.
 */
import { lookup as systemLookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { isInside, literalOf, targetObjection } from "../../domain/webhook-target.ts";

export const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** `status` null: there was no answer, `error` says why. */
export type Answer = { status: number | null; error?: string; durationMs: number };
export type Post = (
  url: string,
  headers: Record<string, string>,
  body: string | Buffer,
) => Promise<Answer>;

type Address = { address: string; family: number };
type Deps = {
  /** origins of receivers inside */
  allowed: ReadonlySet<string>;
  resolve?: (name: string) => Promise<Address[]>;
  timeoutMs?: number;
};

const resolveAll = (name: string): Promise<Address[]> =>
  systemLookup(name, { all: true, verbatim: true });

class Refused extends Error {}

/** Whatever is asked for, the answer is what was checked. */
const pinnedTo =
  (addresses: readonly Address[]): LookupFunction =>
  (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };

async function checkedAddresses(url: URL, isAllowed: boolean, deps: Deps): Promise<Address[]> {
  const literal = literalOf(url.hostname);
  const family = literal?.includes(":") === true ? 6 : 4;
  const found =
    literal === null
      ? await (deps.resolve ?? resolveAll)(url.hostname)
      : [{ address: literal, family }];
  if (found.length === 0) throw new Refused("its name has no address");
  if (!isAllowed && found.some(({ address }) => isInside(address)))
    throw new Refused("its name leads to an address that is not on the public internet");
  return found;
}

/** Until it has said enough. */
async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) break;
  }
  response.destroy();
}

const wordsOf = (error: unknown): string => {
  if (error instanceof Refused) return error.message;
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError") return "no answer within 10 s";
  return code ?? "the connection failed";
};

function statusOf(
  url: URL,
  addresses: readonly Address[],
  headers: Record<string, string>,
  body: string | Buffer,
  signal: AbortSignal,
): Promise<number> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: "POST",
      headers: { ...headers, ...length },
      // no agent: no proxy from the environment, and no connection that was made before the check
      agent: false,
      lookup: pinnedTo(addresses),
      signal,
    });
    asked.on("error", reject);
    asked.on("response", (response) => {
      const status = response.statusCode ?? 0;
      // what comes after the status changes nothing, not even by failing
      void drain(response)
        .catch(() => undefined)
        .then(() => resolve(status));
    });
    asked.end(body);
  });
}

/** DNS has no signal of its own. */
const inTime = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    }),
  ]);

export function createPost(deps: Deps): Post {
  async function send(url: URL, headers: Record<string, string>, body: string | Buffer) {
    const objection = targetObjection(url, deps.allowed);
    if (objection !== null) throw new Refused(`its address ${objection}`);
    const signal = AbortSignal.timeout(deps.timeoutMs ?? TIMEOUT_MS);
    const isAllowed = deps.allowed.has(url.origin);
    const addresses = await inTime(checkedAddresses(url, isAllowed, deps), signal);
    return statusOf(url, addresses, headers, body, signal);
  }
  return async (text, headers, body) => {
    const startedAt = performance.now();
    const spent = () => Math.round(performance.now() - startedAt);
    try {
      const status = await send(new URL(text), headers, body);
      return { status, durationMs: spent() };
    } catch (error) {
      return { status: null, error: wordsOf(error), durationMs: spent() };
    }
  };
}
