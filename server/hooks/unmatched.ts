/**
 * Carrier news that came before anybody knew whose parcel it is: kept, and tried again until an open order of the site has the code. Seven days: a code that no order got by then is
 * of somebody else, as with one account at a tracking service for several houses.
 */
import type { FastifyInstance } from "fastify";
import type { HookStore, KeptUnmatched } from "./store.ts";
import type { Row } from "../../domain/board.ts";
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import type { Tracking } from "../connectors/translation.ts";
import { takeTracking } from "./take.ts";
import { findRows } from "./tracking.ts";

const KEPT_MS = 7 * 86_400_000;
const EVERY_MS = 5_000;

type Deps = { app: FastifyInstance; store: HookStore };

type Known = { found: ReadonlyMap<Tracking, Row>; met: ReadonlyMap<string, string> };

const isKnown = ({ found, met }: Known, tracking: Tracking): boolean =>
  found.has(tracking) || tracking.codes.some((code) => met.has(code));

async function matchOne(
  { app, store }: Deps,
  site: string,
  connector: StoredConnector | undefined,
  one: KeptUnmatched,
  known: Known,
): Promise<boolean> {
  const isOver = connector === undefined || one.at + KEPT_MS < app.now();
  const { tracking } = one;
  if (!isOver && !isKnown(known, tracking)) return false;
  if (connector !== undefined && isKnown(known, tracking)) {
    await takeTracking({ app, store, site, connector }, tracking, known.found);
    const words = `waited for the order of ${tracking.codes[0] ?? ""}, which is known now`;
    const last = { at: app.now(), outcome: "accepted", topic: "", words } as const;
    await store.note(site, connector.id, last);
  } else app.log.warn({ site, connector: one.connector }, "nobody knows whose parcel this is");
  await store.matched(site, one);
  return true;
}

async function matchSite(deps: Deps, site: string, connectors: readonly StoredConnector[]) {
  const { app, store } = deps;
  const board = app.live.board(site);
  const waiting = board === undefined ? [] : await store.unmatched(site);
  if (waiting.length === 0) return 0;
  const all = waiting.map(({ tracking }) => tracking);
  const codes = all.flatMap((one) => one.codes);
  const known = { found: findRows(board, all), met: await store.tracked(site, codes) };
  let left = 0;
  for (const one of waiting) {
    const connector = connectors.find(({ id }) => id === one.connector);
    // one that cannot be taken now keeps none behind it
    const isDone = await matchOne(deps, site, connector, one, known).catch((error: unknown) => {
      app.log.debug({ err: error, site }, "what waited for its order could not be taken");
      return false;
    });
    if (!isDone) left += 1;
  }
  return left;
}

/** Looks once through what waits at all sites; says how many still do. */
export async function matchWaiting(deps: Deps): Promise<number> {
  let left = 0;
  for (const { site, connectors } of await deps.store.all())
    left += await matchSite(deps, site, connectors);
  return left;
}

/** One look after the other, as long as the app is up. */
export function matchAlways(deps: Deps): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  async function look(): Promise<void> {
    // a store that is away is asked again; what waits is in it
    await matchWaiting(deps).catch((error: unknown) =>
      deps.app.log.debug({ err: error }, "what waits for its order could not be looked through"),
    );
    if (!isStopped) timer = setTimeout(() => void look(), EVERY_MS).unref();
  }
  timer = setTimeout(() => void look(), EVERY_MS).unref();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
