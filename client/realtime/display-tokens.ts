/**
 * What opens this wall, kept by the browser over restarts. A refresh token ends with its use, so only one page of this browser uses it at a time; when the answer
 * that carried the next one got lost, the server takes the old one again.
 *
 * A browser may refuse to keep anything (its policy, a private window, a full disk): then the page alone has it, as long as it stands.
 */
import type { PairingAsk, PairingGrant, TokenGrant } from "../../domain/contract/displays.ts";
import { http } from "./http.ts";

const KEY = "ct-wall";
const TRIAL = "ct-wall-trial";
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

/** Nothing rather than what was kept before: that opens nothing any more, and whoever came with it would be taken for a copy. */
function clear(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // it was never kept
  }
}

function keep(grant: TokenGrant): Kept {
  const kept = keptOf(grant);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    clear();
  }
  return kept;
}

/** Whether this browser will know after a restart what it is given now. */
function keepsNothing(): boolean {
  try {
    localStorage.setItem(TRIAL, TRIAL);
    localStorage.removeItem(TRIAL);
    return false;
  } catch {
    return true;
  }
}

const renew = async (refreshToken: string): Promise<Kept> =>
  keep(await http<TokenGrant>("POST", `${PATH}/token`, { body: { refreshToken } }));

/**
 * One page of this browser after the other. Over plain http browsers have no locks: there is one page on a wall. Pages that share nothing need none either, and where storage is refused
 * browsers refuse these too.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager | null };
  return locks == null || keepsNothing() ? work() : locks.request(KEY, work);
}

export const displayTokens = {
  read,
  clear,
  keepsNothing,
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
