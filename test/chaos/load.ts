/** Sends events at a rate, each batch in the ledger first; what stays without an answer is sent again with the same ids. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Tower } from "../support/tower.ts";
import type { Ledger, Sent } from "./ledger.ts";
import { type Random, below } from "./random.ts";

export const SITE = "BER1";
export const SOURCE = "chaos/load";
const TICK_MS = 50;
const DUPLICATES = 0.1;
const LEFT_UNKNOWN = 0.05;

export type Load = {
  /** waits until nothing is on its way any more, and sends nothing until `go` */
  rest: () => Promise<void>;
  go: () => void;
  /** ends, after what has no answer was sent again (a part is left unknown on purpose) */
  end: () => Promise<void>;
  counts: () => Counts;
  /** sends nothing more, also when a run fails in the middle: its ledger is closed next */
  [Symbol.asyncDispose]: () => Promise<void>;
};
export type Counts = {
  sent: number;
  acked: number;
  repeats: number;
  /** repeats of acknowledged events that the door took as new */
  undetected: number;
  noAnswer: number;
};

type Deps = {
  tower: Tower;
  ledger: Ledger;
  next: () => Sent;
  random: Random;
  perSecond: number;
};

const wire = (event: Sent) => ({
  id: event.id,
  source: SOURCE,
  type: event.type,
  site: SITE,
  orderId: event.orderId,
  occurredAt: new Date(event.occurredAt).toISOString(),
  data: event.data,
});

export function startLoad({ tower, ledger, next, random, perSecond }: Deps): Load {
  const counts: Counts = { sent: 0, acked: 0, repeats: 0, undetected: 0, noAnswer: 0 };
  const acked: Sent[] = [];
  const unanswered: Sent[][] = [];
  const underWay = new Set<Promise<void>>();
  let isResting = false;

  async function post(events: Sent[]): Promise<Response | null> {
    const body = events.map((event) => JSON.stringify(wire(event))).join("\n");
    const headers = { "content-type": "application/x-ndjson" };
    const signal = AbortSignal.timeout(8_000);
    return tower
      .request("/api/v1/events", { method: "POST", headers, body, signal })
      .catch(() => null);
  }

  /** Sends and settles. False when nobody knows what became of it. */
  async function send(events: Sent[]): Promise<boolean> {
    const known = ledger.lines();
    const repeats = events.filter(({ id }) => known.get(id)?.state === "acked").length;
    ledger.intend(events);
    const response = await post(events);
    const answer = response === null ? null : await response.text().catch(() => null);
    if (response === null || answer === null || response.status >= 500) {
      counts.noAnswer++;
      return false;
    }
    const ids = events.map(({ id }) => id);
    if (response.status !== 202) {
      ledger.settle(ids, "refused");
      return true;
    }
    const { duplicates } = JSON.parse(answer) as { duplicates: number };
    counts.repeats += repeats;
    counts.undetected += Math.max(0, repeats - duplicates);
    ledger.settle(ids, "acked");
    counts.acked += ids.length;
    acked.push(...events.slice(0, 1));
    return true;
  }

  function sendLater(events: Sent[]): void {
    const work = send(events).then((isKnown) => {
      if (!isKnown) unanswered.push(events);
    });
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  function batch(size: number): Sent[] {
    counts.sent += size;
    const events = Array.from({ length: size }, next);
    const repeats = Math.round(size * DUPLICATES + random() - 0.5);
    for (let i = 0; i < repeats && acked.length > 0; i++)
      events.push(acked[below(random, acked.length)]!);
    return events;
  }

  // At most so many requests at once: a server that is away must not find a flood when it is back.
  const tick = (): void => {
    if (isResting || underWay.size > 40) return;
    const again = unanswered.shift();
    if (again !== undefined) sendLater(again);
    else sendLater(batch(Math.max(1, Math.round((perSecond * TICK_MS) / 1_000))));
  };
  const timer = setInterval(tick, TICK_MS);

  async function rest(): Promise<void> {
    isResting = true;
    while (underWay.size > 0) await Promise.all(underWay);
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    await rest();
  }

  async function end(): Promise<void> {
    await stop();
    const leave = Math.floor(unanswered.length * LEFT_UNKNOWN);
    const giveUpAt = Date.now() + 60_000;
    while (unanswered.length > leave && Date.now() < giveUpAt) {
      const events = unanswered.shift()!;
      if (!(await send(events))) {
        unanswered.push(events);
        await sleep(200);
      }
    }
  }

  return {
    rest,
    go: () => {
      isResting = false;
    },
    end,
    counts: () => counts,
    [Symbol.asyncDispose]: stop,
  };
}
