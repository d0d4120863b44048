/** Looks once a minute whether people are flooded with alarms, by the calls of the last day; calls the next role once, and says what rang most when it is over. */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import { floodNews, floodsAt } from "../../domain/incidents/alarm-budget.ts";
import type { Floods } from "../../domain/incidents/flood-mode.ts";
import type { Who } from "../../domain/incidents/alarm-load.ts";
import type { Call } from "../../domain/incidents/call.ts";
import { floodTurn } from "../../domain/turn/incident-flood.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";
import type { Drained } from "../jobs/drain-inbox.ts";
import type { Lane } from "../lane.ts";
import type { Send } from "../redis.ts";
import type { Watchdog } from "../watchdog.ts";
import { callsSince } from "./calls.ts";
import { currentBook, type IncidentDeps } from "./loading.ts";
import { untilWritten } from "./passing.ts";

/** Whoever is called by role alone, where no account is known here: single sign-on, or one of the environment. */
const ANYBODY: readonly Who[] = [
  { name: "", role: "coordinator" },
  { name: "", role: "lead" },
];

type Deps = IncidentDeps & { site: string; send: Send; lane: Lane; watchdog: Watchdog };
/** Of an account, as the server keeps it. */
type Kept = { name: string; role: Who["role"]; sites?: "all" | string[]; disabled?: boolean };

export function createFloodWatch(deps: Deps) {
  const { site, send, store, policies, lane, watchdog } = deps;
  const keys = keysOf(site);

  /** Whoever works at this site. */
  async function people(): Promise<Who[]> {
    const texts = await send<string[]>("HVALS", GLOBAL_KEYS.users);
    const accounts = texts.map((text) => JSON.parse(text) as Kept);
    const here = accounts
      .filter(({ disabled }) => disabled !== true)
      .filter(({ sites = "all" }) => sites === "all" || sites.includes(site))
      .map(({ name, role }) => ({ name, role }));
    return [...here, ...ANYBODY];
  }

  const known = async (): Promise<Floods> =>
    JSON.parse((await send<string | null>("GET", keys.floods)) ?? "{}") as Floods;

  async function writeOnce(of: readonly Call[], who: readonly Who[]): Promise<Drained> {
    const at = await store.begin();
    const [before, now] = await Promise.all([known(), store.time()]);
    const after = floodsAt(of, who, now);
    if (floodNews(before, after).length === 0) return "empty";
    const [rules, from, fetched] = await Promise.all([
      policies(),
      currentBook(deps).then((book) => store.incidents.start(book, { all: true, bare: true })),
      store.fetch([]),
    ]);
    const turn = watchdog.guard(() => {
      const start = store.startOf(at, at.cursor, fetched, [], rules);
      return floodTurn(start, from, { before, after }, of);
    });
    return (await store.commit(at, turn)) ? "applied" : "refused";
  }

  return async (): Promise<void> => {
    const since = (await store.time()) - DAY_MS;
    const [of, who] = await Promise.all([callsSince(send, keys.annunciations, since), people()]);
    await untilWritten(lane, () => writeOnce(of, who));
  };
}
