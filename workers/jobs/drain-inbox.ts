/** Takes a site's inbox batch by batch: read, load, decide, commit, until a read is empty. Draining twice is harmless. */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { inboxTurn } from "../../domain/turn/inbox-turn.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import { type Caution, type Step, nextStep } from "../store/caution.ts";
import { type OrderStore, type Tries, factKeysOf } from "../store/order-store.ts";
import type { Policies } from "../store/opener.ts";
import type { Rulebooks } from "../incidents/book.ts";
import { incidentsOf } from "../incidents/loading.ts";
import type { Watchdog } from "../watchdog.ts";
import { createBatchSize } from "./batch-size.ts";

/** `few` and `some`: all that waited was applied, and it pays to let more come together before the next turn. */
export type Drained = "empty" | "few" | "some" | "applied" | "refused";

const FEW = 50;

/** What was asked for, and what was there. */
type Read = { asked: number; found: InboxEntry[] };

type Deps = {
  store: OrderStore;
  tries: Tries;
  policies: () => Promise<Policies>;
  watchdog: Watchdog;
  rulebooks: Rulebooks;
  /** whether anybody wants to be told of anything: then rows are read too, to see what rises */
  isToldOutside?: () => boolean;
  onBatch?: (site: string, events: number, dead: number) => void;
};

const distinct = (ids: string[]): string[] => [...new Set(ids)];

export const orderIdsOf = (entries: readonly InboxEntry[]): string[] =>
  distinct(
    entries.flatMap(({ entry }) =>
      entry !== null && "orderId" in entry.event ? [entry.event.orderId] : [],
    ),
  );

const sealedIdsOf = (entries: readonly InboxEntry[]): string[] =>
  orderIdsOf(entries.filter(({ entry }) => entry?.sealed !== undefined));

/** Ids of the dead letters that this batch may take away or write again. */
const lettersOf = (entries: readonly InboxEntry[]): string[] =>
  distinct(entries.flatMap(({ entry }) => entry?.replayOf ?? []));

/** Counts the try at a cursor, and says how many of the entries are to be taken there, and whether the first is condemned. */
function createCare(tries: Tries) {
  /** Where this process has counted its try: as long as it lives, the batch there has not killed it. */
  let counted: { at: string; step: Step } | null = null;
  let caution: Caution | null | undefined;

  return async (cursor: string, entries: readonly InboxEntry[]): Promise<Step> => {
    if (counted?.at === cursor) return counted.step;
    if (caution === undefined) caution = await tries.readCaution();
    const count = await tries.count(cursor);
    const last = entries.at(-1)?.position ?? cursor;
    const step = nextStep(cursor, count, { found: entries.length, last }, caution);
    caution = step.caution;
    if (caution !== null) await tries.writeCaution(caution);
    counted = { at: cursor, step };
    return step;
  };
}

/** Reads batches, the next one already while one is being committed; that is worth nothing when the commit is refused. */
function createInbox(store: OrderStore) {
  let ahead: { after: string; read: Promise<Read> } | null = null;
  const batchSize = createBatchSize();

  async function readAfter(position: string): Promise<Read> {
    const asked = batchSize.next();
    return { asked, found: await store.readInbox(position, asked) };
  }

  return {
    /** Events come so densely that the next turn may take more than an ordinary batch. */
    isLong: (): boolean => batchSize.next() > BATCH_SIZE,
    /** A batch was decided in `ms`; `last` is its last position when there may be more after it. */
    note({ found, asked }: Read, ms: number, last: string | null): void {
      batchSize.note(found.length, ms);
      if (last === null || found.length < asked) return;
      const read = readAfter(last);
      // Whoever awaits it learns of a failure; nobody may.
      read.catch(() => {});
      ahead = { after: last, read };
    },
    async read(cursor: string): Promise<Read> {
      const begun = ahead?.after === cursor ? ahead.read : null;
      // Put away first: a reading that failed must not be met again and again.
      ahead = null;
      const early = await begun;
      return early !== null && early.found.length > 0 ? early : readAfter(cursor);
    },
  };
}

export function createDrain({
  store,
  tries,
  policies,
  watchdog,
  rulebooks,
  onBatch,
  isToldOutside = () => false,
}: Deps) {
  const carefully = createCare(tries);
  const inbox = createInbox(store);

  async function drainBatch(): Promise<Drained> {
    const at = await store.begin();
    const batch = await inbox.read(at.cursor);
    const { found } = batch;
    if (found.length === 0) return "empty";
    const [rules, step, incidents, fetched] = await Promise.all([
      policies(),
      carefully(at.cursor, found),
      incidentsOf(found, { store, policies, rulebooks }),
      store.fetch(orderIdsOf(found), {
        personal: sealedIdsOf(found),
        facts: factKeysOf(found),
        letters: lettersOf(found),
        withRows: isToldOutside(),
      }),
    ]);
    const entries = found.slice(0, step.size);
    const last = entries.at(-1)!.position;
    const startedAt = performance.now();
    const turn = watchdog.guard(() => {
      const known = store.startOf(at, last, fetched, orderIdsOf(entries), rules);
      const start = incidents === undefined ? known : { ...known, incidents };
      return inboxTurn(start, entries, step.isCondemned ? last : null);
    });
    const isWhole = entries.length === found.length;
    inbox.note(batch, performance.now() - startedAt, isWhole ? last : null);
    if (!(await store.commit(at, turn, fetched.personal, [at.cursor]))) return "refused";
    onBatch?.(store.site, entries.length, turn.deadLetters.size);
    if (entries.length < FEW) return "few";
    return isWhole && found.length < batch.asked ? "some" : "applied";
  }

  return { drainBatch, isBehind: inbox.isLong };
}
