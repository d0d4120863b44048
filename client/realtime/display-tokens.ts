/**
 * What opens this wall, kept by the browser over restarts. A refresh token ends with its use, so only one page of this browser uses it at a time; when the answer
 * that carried the next one got lost, the server takes the old one again.
 */
import type { PairingAsk, PairingGrant, TokenGrant } from "../../domain/contract/displays.ts";
import { http } from "./http.ts";

const KEY = "ct-wall";
const PATH = "/api/v1/displays";
/** a token is renewed this long before it ends */
const AHEAD_MS = 10 * 60_000;

export type Kept = Omit<TokenGrant, "expiresIn"> & { endsAt: number };

const keptOf = ({ expiresIn, ...grant }: TokenGrant): Kept => ({
  ...grant,
  endsAt: Date.now() + expiresIn * 1_000,
});

function read(): Kept | null {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? null : (JSON.parse(text) as Kept);
  } catch {
    return null;
  }
}

function keep(grant: TokenGrant): Kept {
  const kept = keptOf(grant);
  localStorage.setItem(KEY, JSON.stringify(kept));
  return kept;
}

const renew = async (refreshToken: string): Promise<Kept> =>
  keep(await http<TokenGrant>("POST", `${PATH}/token`, { body: { refreshToken } }));

/** One page of this browser after the other. Over plain http browsers have no locks: there is one page on a wall. */
const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
  "locks" in navigator ? navigator.locks.request(KEY, work) : work();

export const displayTokens = {
  read,
  clear: (): void => localStorage.removeItem(KEY),
  isEnding: ({ endsAt }: Kept): boolean => endsAt - Date.now() < AHEAD_MS,
  ask: (ask: PairingAsk) => http<PairingGrant>("POST", PATH, { body: ask }),
  poll: async (deviceCode: string): Promise<Kept> =>
    keep(await http<TokenGrant>("POST", `${PATH}/token`, { body: { deviceCode } })),
  /** The next tokens; those that another page just got, when there are some. */
  renew: (known: Kept): Promise<Kept> =>
    inTurn(async () => {
      const now = read() ?? known;
      return now.refreshToken === known.refreshToken ? renew(now.refreshToken) : now;
    }),
};
