/** The loop of a screen that is not paired: a code, polls as slowly as told, a new code when nobody claimed it. Goes on for ever and ends with tokens. */
import type { PairingGrant } from "../../domain/contract/displays.ts";
import { useWall } from "../stores/wall.ts";
import { displayTokens, type Kept } from "./display-tokens.ts";
import { problemOf } from "./http.ts";

const AGAIN_MS = 3_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** Never all screens of a hall in the same moment. */
const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);

type Polled = Kept | "waiting" | "over" | "unanswered";

/** Longer intervals that the server asks for hold for the rest of this code. */
function createPolling({ deviceCode, interval }: PairingGrant) {
  let seconds = interval;
  return async (): Promise<Polled> => {
    await sleep(seconds * 1_000);
    try {
      return await displayTokens.poll(deviceCode);
    } catch (error) {
      const problem = problemOf(error) as { code: string; interval?: number };
      seconds = problem.interval ?? seconds;
      if (problem.code === "CT_ERR_PAIRING_EXPIRED") return "over";
      return problem.code.startsWith("CT_ERR_PAIRING") ? "waiting" : "unanswered";
    }
  };
}

async function askCode(): Promise<PairingGrant | null> {
  const { width, height } = window.screen;
  const ask = { name: `Wall ${width}x${height}`, width, height };
  return displayTokens.ask(ask).catch(() => null);
}

/** Shows one code until it was claimed or is over. */
async function showCode(grant: PairingGrant): Promise<Kept | null> {
  const wall = useWall();
  const endsAt = Date.now() + grant.expiresIn * 1_000;
  const poll = createPolling(grant);
  const show = (isUnanswered: boolean): void => {
    wall.phase = { kind: "pairing", grant, endsAt, isUnanswered };
  };
  show(false);
  while (Date.now() < endsAt) {
    const polled = await poll();
    if (typeof polled === "object") return polled;
    if (polled === "over") return null;
    show(polled === "unanswered");
  }
  return null;
}

export async function pairWall(): Promise<Kept> {
  const wall = useWall();
  for (;;) {
    const grant = await askCode();
    if (grant === null) {
      wall.phase = { kind: "pairing", grant: null, endsAt: 0, isUnanswered: true };
      await sleep(jittered(AGAIN_MS));
      continue;
    }
    const kept = await showCode(grant);
    if (kept !== null) return kept;
  }
}
