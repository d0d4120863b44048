/**
 * What an answer's time tells of a name: wrong and locked-out logins of people who exist and of people who do not, in pairs, one after the other, so that what
 * else the machine does strikes both. The difference of the medians is to stay within 5 %.
 */
import { startTower, type Tower } from "../support/tower.ts";
import { quantile } from "./http-load.ts";
import { type Figure, round } from "./tables.ts";

/** below the ten that lock a name */
const WRONG_A_NAME = 9;
const LOCKED_NAMES = 4;
const MOST = 0.05;

type Times = { known: number[]; unknown: number[] };
type Guess = (name: string) => Promise<number>;

/** From an address of its own each time: addresses have a limit of their own. */
function createGuess(tower: Tower, expected: number): Guess {
  let visits = 0;
  return async (name) => {
    visits += 1;
    const from = `10.${expected % 250}.${visits >> 8}.${visits & 255}`;
    const startedAt = performance.now();
    const answer = await fetch(`${tower.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": from },
      body: JSON.stringify({ name, password: "not-the-password-of-anybody" }),
    });
    await answer.text();
    const ms = performance.now() - startedAt;
    if (answer.status !== expected) throw new Error(`${name} was answered ${answer.status}`);
    return ms;
  };
}

const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${kind}-${at}`);

async function addPeople(tower: Tower, all: readonly string[]): Promise<void> {
  for (const name of all) {
    const answer = await tower.request("/api/v1/users", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, role: "viewer" }),
    });
    if (answer.status !== 201) throw new Error(`${name} was not added: ${answer.status}`);
  }
}

/** Each pair in the other order than the one before. */
async function inPairs(guess: Guess, pairs: readonly [string, string][]): Promise<Times> {
  const times: Times = { known: [], unknown: [] };
  for (const [at, [known, unknown]] of pairs.entries()) {
    const asks = [
      async () => times.known.push(await guess(known)),
      async () => times.unknown.push(await guess(unknown)),
    ];
    for (const ask of at % 2 === 0 ? asks : asks.toReversed()) await ask();
  }
  return times;
}

const median = (times: number[]): number =>
  quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  );

function figureOf(id: string, what: string, times: Times): Figure {
  const [known, unknown] = [median(times.known), median(times.unknown)];
  const ratio = known / unknown;
  return {
    id,
    what: `${what}: median of ${times.known.length} for people who exist, ms`,
    value: round(known, 1),
    against: `for people who do not ${round(unknown, 1)}`,
    ratio,
    goal: `within ${MOST * 100} % of each other`,
    isMet: Math.abs(ratio - 1) <= MOST,
    raw: { known, unknown },
  };
}

export async function benchLoginTimes(scale: number): Promise<Figure[]> {
  const tower = await startTower({ env: { CT_DEMO: "1", CT_TRUSTED_PROXIES: "loopback" } });
  try {
    const people = Math.max(4, Math.round(40 * scale));
    const [known, unknown] = [names("known", people), names("unkwn", people)];
    await addPeople(tower, known);
    const pairs = known.map((name, at): [string, string] => [name, unknown[at] ?? ""]);
    const wrong = createGuess(tower, 401);
    await inPairs(wrong, pairs.slice(0, 2));
    const rounds = Array.from({ length: WRONG_A_NAME - 1 }, () => pairs).flat();
    const first = await inPairs(wrong, rounds);
    // to the tenth, and over it
    const toLock = pairs.slice(2, 2 + LOCKED_NAMES);
    await inPairs(wrong, [...toLock, ...toLock]);
    const locked = Array.from({ length: Math.ceil(rounds.length / LOCKED_NAMES) }, () => toLock);
    const second = await inPairs(createGuess(tower, 429), locked.flat());
    return [
      figureOf("S1a", "a wrong password", first),
      figureOf("S1b", "a locked-out login", second),
    ];
  } finally {
    await tower.stop();
  }
}
