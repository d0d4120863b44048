/**
 * How a screen becomes a wall (RFC 8628; promise S6). It asks for a code and shows it; a person, who is told what asks and from where, claims it; it polls until
 * then and gets its tokens. A code is for ten minutes and for the first who claims it; whoever types five wrong ones waits. A display gets its first tokens again
 * as long as none of them was used: the answer that carried them may have been lost.
 */
import {
  PAIRING_MS,
  PAIRING_POLL_S,
  WRONG_CODES,
  type PairingAsk,
  type PairingGrant,
  type TokenGrant,
} from "../../domain/contract/displays.ts";
import { shownCode, typedCode } from "../../domain/walls/code.ts";
import type { PeopleStore } from "../people/store.ts";
import { problem } from "../problem.ts";
import type { DisplayBook } from "./book.ts";
import {
  digestOf,
  displayIn,
  makeAccess,
  makeDeviceCode,
  makeRefresh,
  makeUserCode,
} from "./secret.ts";
import type { DisplayStore, Pairing } from "./store.ts";

const ACCESS_MS = 3_600_000;
const SECOND_MS = 1_000;
const MOST_TRIES = 20;

export type PairingDeps = {
  store: DisplayStore;
  guesses: Pick<PeopleStore, "addGuess" | "dropGuess">;
  book: DisplayBook;
  now: () => number;
  /** a refresh token came a second time: the display ends */
  onReused: (display: string) => Promise<void>;
};
export type Asking = { ask: PairingAsk; device: string; address: string; origin: string };
export type Waiting = { pairing: Pairing; deviceId: string; code: string };

export type Pairings = ReturnType<typeof createPairings>;

const over = () =>
  problem("CT_ERR_PAIRING_EXPIRED", "Nobody claimed this screen in time. Ask for a new code.");
const ended = () => problem("CT_ERR_DISPLAY_ENDED", "Pair this screen again.");
const noSuchCode = () =>
  problem("CT_ERR_PAIRING_CODE", "Look at the screen again: the code is not one of those shown.");

const pairingOf = ({ ask, device, address }: Asking, code: string, now: number): Pairing => ({
  code,
  name: ask.name ?? "Wall display",
  device,
  address,
  width: ask.width ?? null,
  height: ask.height ?? null,
  askedAt: now,
  polledAt: 0,
  intervalMs: PAIRING_POLL_S * SECOND_MS,
  display: null,
});

const grantOf = (deviceCode: string, code: string, origin: string): PairingGrant => {
  const userCode = shownCode(code);
  const verificationUri = `${origin}/link`;
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?code=${userCode}`,
    expiresIn: PAIRING_MS / SECOND_MS,
    interval: PAIRING_POLL_S,
  };
};

/** Fresh tokens of a display, of which only fingerprints are kept. */
function createIssuing({ store, book, now, onReused }: PairingDeps) {
  return async (id: string, presented: string): Promise<TokenGrant> => {
    const display = book.get(id);
    if (display === undefined || display.revokedAt !== null) throw ended();
    const [access, refresh] = [makeAccess(id), makeRefresh(id)];
    const renewed = await store.renew({
      display: id,
      presented,
      access: access.sha256,
      endsAt: now() + ACCESS_MS,
      refresh: refresh.sha256,
      now: now(),
    });
    if (renewed === "reused") await onReused(id);
    if (renewed !== "ok") throw ended();
    const { name, site } = display;
    return {
      token: access.text,
      expiresIn: ACCESS_MS / SECOND_MS,
      refreshToken: refresh.text,
      display: { id, name, site },
    };
  };
}

/** Wrong codes are counted for a person, however many sessions they begin. */
function createGuessing({ store, guesses, now }: PairingDeps) {
  return async (typed: string, who: string): Promise<Waiting> => {
    const of = `pairing:${who}`;
    const id = String(now()) + Math.random();
    const { count, oldestAt } = await guesses.addGuess(of, id, now(), PAIRING_MS);
    if (count > WRONG_CODES) {
      await guesses.dropGuess(of, id);
      const retryAfterSeconds = Math.ceil((oldestAt + PAIRING_MS - now()) / SECOND_MS);
      throw problem("CT_ERR_TOO_MANY_REQUESTS", "Too many wrong codes. Wait, then look again.", {
        retryAfterSeconds: Math.max(1, retryAfterSeconds),
      });
    }
    const plain = typedCode(typed);
    const code = plain === null ? null : digestOf(plain);
    const deviceId = code === null ? null : await store.pairingOf(code);
    const pairing = deviceId === null ? null : await store.pairing(deviceId);
    if (code === null || deviceId === null || pairing === null) throw noSuchCode();
    await guesses.dropGuess(of, id);
    return { pairing, deviceId, code };
  };
}

/** What the wall hears when it polls again; it may be polling right now. */
async function tellWall(store: DisplayStore, deviceId: string, display: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const current = await store.pairing(deviceId);
    if (current === null) return;
    if (await store.changePairing(deviceId, current, { ...current, display })) return;
  }
  throw problem("CT_ERR_UNAVAILABLE", "The screen could not be told. Try again.");
}

export function createPairings(deps: PairingDeps) {
  const { store, now } = deps;
  const issue = createIssuing(deps);
  const guess = createGuessing(deps);

  async function ask(asking: Asking): Promise<PairingGrant> {
    const device = makeDeviceCode();
    const code = makeUserCode();
    const pairing = pairingOf(asking, code.sha256, now());
    const isNew = await store.addPairing(device.sha256, pairing, PAIRING_MS);
    return isNew ? grantOf(device.text, code.text, asking.origin) : ask(asking);
  }

  /** What a wall gets that waits to be claimed. */
  async function poll(deviceCode: string): Promise<TokenGrant> {
    const deviceId = digestOf(deviceCode);
    const pairing = await store.pairing(deviceId);
    if (pairing === null) throw over();
    const isTooSoon = now() - pairing.polledAt < pairing.intervalMs - SECOND_MS / 2;
    const intervalMs = pairing.intervalMs + (isTooSoon ? PAIRING_POLL_S * SECOND_MS : 0);
    const polled = { ...pairing, polledAt: now(), intervalMs };
    // claimed at this very moment
    if (!(await store.changePairing(deviceId, pairing, polled))) return poll(deviceCode);
    const interval = intervalMs / SECOND_MS;
    if (isTooSoon)
      throw problem("CT_ERR_PAIRING_SLOW_DOWN", `Ask every ${interval} seconds.`, {
        members: { interval },
      });
    if (pairing.display === null)
      throw problem("CT_ERR_PAIRING_PENDING", "Ask again in a moment.", { members: { interval } });
    await deps.book.reload();
    return issue(pairing.display, "").catch((error: unknown) => {
      throw error instanceof Error && "code" in error && error.code === "CT_ERR_DISPLAY_ENDED"
        ? over()
        : error;
    });
  }

  async function refresh(token: string): Promise<TokenGrant> {
    const id = displayIn(token, "refresh");
    if (id === null) throw ended();
    // paired on another server a moment ago
    if (deps.book.get(id) === undefined) await deps.book.reload(true);
    return issue(id, digestOf(token));
  }

  /** `make` turns it into a display; when that fails somebody may claim it again. */
  async function claim(
    { pairing, deviceId, code }: Waiting,
    make: () => Promise<string>,
  ): Promise<void> {
    if ((await store.takeCode(code)) === null) throw noSuchCode();
    const endsAt = pairing.askedAt + PAIRING_MS;
    try {
      const display = await make();
      await tellWall(store, deviceId, display);
    } catch (error) {
      await store.putCodeBack(code, deviceId, endsAt - now()).catch(() => undefined);
      throw error;
    }
  }

  return { ask, poll, refresh, look: guess, claim };
}
