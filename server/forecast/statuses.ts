/** What each site's forecaster said last, looked up every ten seconds: how each process goes, for the trucks. */
import type { ForecastStatus } from "../../domain/contract/stored.ts";
import type { Paces } from "../../domain/truck-outlook.ts";

const EVERY_MS = 10_000;
/** An older word is not believed: then the site file's stations count. */
const BELIEVED_MS = 5 * 60_000;

export type Statuses = {
  /** null when nothing was said for five minutes */
  fresh(site: string): ForecastStatus | null;
  paces(site: string): Paces;
  start(): void;
  stop(): void;
};

type Deps = {
  sites: () => readonly string[];
  read: (site: string) => Promise<string | null>;
  now: () => number;
};

export function decodeStatus(text: string | null): ForecastStatus | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as ForecastStatus;
  } catch {
    return null;
  }
}

export function createStatuses({ sites, read, now }: Deps): Statuses {
  const known = new Map<string, ForecastStatus>();
  let timer: NodeJS.Timeout | undefined;

  async function look(site: string): Promise<void> {
    // a store that does not answer: what was said last counts until it is too old
    const text = await read(site).catch(() => undefined);
    if (text === undefined) return;
    const status = decodeStatus(text);
    if (status === null) known.delete(site);
    else known.set(site, status);
  }

  const lookAll = (): void => {
    for (const site of sites()) void look(site);
  };
  const fresh = (site: string): ForecastStatus | null => {
    const status = known.get(site);
    return status === undefined || now() - status.at > BELIEVED_MS ? null : status;
  };
  return {
    fresh,
    paces: (site) => fresh(site)?.paces ?? {},
    start() {
      lookAll();
      timer = setInterval(lookAll, EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
