/** Takes a site's inbox batch by batch: read, load, decide, commit, until a read is empty. Draining twice is harmless. */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { inboxTurn } from "../../domain/turn/inbox-turn.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import { type Caution, type Step, nextStep } from "../store/caution.ts";
import { type OrderStore, type Tries, factKeysOf } from "../store/order-store.ts";
import type { Policies } from "../store/opener.ts";
import type { Watchdog } from "../watchdog.ts";

/** `few`: applied, and so little that it pays to let more come together before the next turn. */
export type Drained = "empty" | "few" | "applied" | "refused";

const FEW = 100;

type Deps = {
  store: OrderStore;
  tries: Tries;
  policies: () => Promise<Policies>;
  watchdog: Watchdog;
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

export function createDrain({
  store,
  tries,
  policies,
  watchdog,
  onBatch,
  isToldOutside = () => false,
}: Deps) {
  /** Where this process has counted its try: as long as it lives, the batch there has not killed it. */
  let counted: { at: string; step: Step } | null = null;
  let caution: Caution | null | undefined;

  /** Counts the try and says how many of the entries are to be taken, and whether the first is condemned. */
  async function carefully(cursor: string, entries: readonly InboxEntry[]): Promise<Step> {
    if (counted?.at === cursor) return counted.step;
    if (caution === undefined) caution = await tries.readCaution();
    const count = await tries.count(cursor);
    const last = entries.at(-1)?.position ?? cursor;
    const step = nextStep(cursor, count, { found: entries.length, last }, caution);
    caution = step.caution;
    if (caution !== null) await tries.writeCaution(caution);
    counted = { at: cursor, step };
    return step;
  }

  /** The batch after the one that is being committed, read meanwhile; worth nothing when that commit is refused. */
  let ahead: { after: string; entries: Promise<InboxEntry[]> } | null = null;

  function readAhead(after: string): void {
    const entries = store.readInbox(after, BATCH_SIZE);
    // Whoever awaits it learns of a failure; nobody may.
    entries.catch(() => {});
    ahead = { after, entries };
  }

  async function readBatch(cursor: string): Promise<InboxEntry[]> {
    const early = ahead?.after === cursor ? await ahead.entries : [];
    ahead = null;
    return early.length > 0 ? early : store.readInbox(cursor, BATCH_SIZE);
  }

  async function drainBatch(): Promise<Drained> {
    const at = await store.begin();
    const found = await readBatch(at.cursor);
    if (found.length === 0) return "empty";
    const [rules, step, fetched] = await Promise.all([
      policies(),
      carefully(at.cursor, found),
      store.fetch(orderIdsOf(found), {
        personal: sealedIdsOf(found),
        facts: factKeysOf(found),
        letters: lettersOf(found),
        withRows: isToldOutside(),
      }),
    ]);
    const entries = found.slice(0, step.size);
    const last = entries.at(-1)!.position;
    const turn = watchdog.guard(() => {
      const start = store.startOf(at, last, fetched, orderIdsOf(entries), rules);
      return inboxTurn(start, entries, step.isCondemned ? last : null);
    });
    if (entries.length === BATCH_SIZE) readAhead(last);
    if (!(await store.commit(at, turn, fetched.personal, [at.cursor]))) return "refused";
    onBatch?.(store.site, entries.length, turn.deadLetters.size);
    return entries.length < FEW ? "few" : "applied";
  }

  return drainBatch;
}
