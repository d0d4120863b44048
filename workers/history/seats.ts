/** Who copies which site: a lease each, and what this process last said of it for everybody to read. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import { createLease, type Lease } from "../forecast/lease.ts";
import type { Send } from "../redis.ts";
import type { Archiving } from "./archive.ts";
import type { Copier, Step } from "./copier.ts";

const SAID_EVERY_MS = 2_000;

export type Seat = {
  lease: Lease;
  copier: Copier | null;
  archiving: Archiving | null;
  forgotAt: number;
  /** monotonic ms: when it failed by itself, -Infinity while it does not */
  failedAt: number;
  last: Step["status"];
  saidAt: number;
  /** epoch ms: when it was last told that nothing is behind */
  wholeAt: number;
};

const NOTHING: Step["status"] = { state: "failing", epoch: "", seq: 0, behind: 0, gaps: 0 };

type Deps = { send: Send; time: () => Promise<number>; store: HistoryStatus["store"] };

export function createSeats({ send, time, store }: Deps) {
  const seats = new Map<string, Seat>();

  function seatOf(site: string): Seat {
    const known = seats.get(site);
    if (known !== undefined) return known;
    const lease = createLease(send, keysOf(site).historian);
    const seat: Seat = {
      lease,
      copier: null,
      archiving: null,
      forgotAt: -Infinity,
      failedAt: -Infinity,
      last: NOTHING,
      saidAt: -Infinity,
      wholeAt: 0,
    };
    seats.set(site, seat);
    return seat;
  }

  /** Tells the others how far it is; upkeep keeps the log until then. */
  async function say(site: string, seat: Seat, status: Step["status"]): Promise<void> {
    const now = performance.now();
    const isNews =
      status.state !== seat.last.state || (status.behind === 0 && status.seq !== seat.last.seq);
    seat.last = status;
    if (!isNews && now - seat.saidAt < SAID_EVERY_MS) return;
    seat.saidAt = now;
    const at = await time();
    if (status.state === "current" && status.behind === 0) seat.wholeAt = at;
    const upTo = Math.max(seat.wholeAt, status.upTo ?? 0);
    const said: HistoryStatus = { ...status, upTo, at, store };
    await send("SET", keysOf(site).history, JSON.stringify(said));
  }

  return {
    /** The seat when this process is the one that copies the site. */
    async take(site: string): Promise<Seat | null> {
      const seat = seatOf(site);
      return (await seat.lease.hold()) ? seat : null;
    },
    say,
    /** Of all sites that are ours: what holds for the store as a whole. */
    async sayAll(of: Pick<Step["status"], "state"> & { error: string }): Promise<void> {
      for (const [site, seat] of seats) {
        seat.copier = null;
        if (await seat.lease.hold()) await say(site, seat, { ...seat.last, ...of });
      }
    },
    async giveUp(): Promise<void> {
      await Promise.allSettled([...seats.values()].map(({ lease }) => lease.giveUp()));
    },
  };
}
