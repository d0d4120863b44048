/**
 * Carrier news that came before anybody knew whose parcel it is: kept, and tried again until an open order of the site has the code. Seven days: a code that no order got by then is
 * of somebody else, as with one account at a tracking service for several houses.
 */
import type { FastifyInstance } from "fastify";
import type { HookStore, KeptUnmatched } from "./store.ts";
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import { takeTracking } from "./take.ts";
import { findRows } from "./tracking.ts";

const KEPT_MS = 7 * 86_400_000;
const EVERY_MS = 5_000;

type Deps = { app: FastifyInstance; store: HookStore };

async function matchOne(
  { app, store }: Deps,
  site: string,
  connectors: readonly StoredConnector[],
  one: KeptUnmatched,
  found: ReturnType<typeof findRows>,
): Promise<void> {
  const connector = connectors.find(({ id }) => id === one.connector);
  const isOver = connector === undefined || one.at + KEPT_MS < app.now();
  if (!isOver && !found.has(one.tracking)) return;
  if (connector !== undefined && found.has(one.tracking)) {
    await takeTracking({ app, store, site, connector }, one.tracking, found);
    const words = `waited for the order of ${one.tracking.codes[0] ?? ""}, which is known now`;
    const last = { at: app.now(), outcome: "accepted", topic: "", words } as const;
    await store.note(site, connector.id, last);
  } else app.log.warn({ site, connector: one.connector }, "nobody knows whose parcel this is");
  await store.matched(site, one);
}

/** Looks once through what waits at all sites; says how many still do. */
export async function matchWaiting({ app, store }: Deps): Promise<number> {
  const all = await store.all();
  let left = 0;
  for (const { site, connectors } of all) {
    const board = app.live.board(site);
    const waiting = board === undefined ? [] : await store.unmatched(site);
    if (waiting.length === 0) continue;
    const found = findRows(
      board,
      waiting.map(({ tracking }) => tracking),
    );
    for (const one of waiting) await matchOne({ app, store }, site, connectors, one, found);
    left += waiting.length - found.size;
  }
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
