/** A notice becomes one job for each person and way and for each channel, under ids that are always the same; what is held goes to one job for its moment. */
import { createHash } from "node:crypto";
import type { TellJob } from "../../domain/contract/jobs.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Notice } from "../../domain/incidents/notice.ts";
import { routeTo, type Recipient, type Route } from "../../domain/incidents/routing.ts";
import type { Send } from "../redis.ts";
import type { People } from "./people.ts";
import type { Results } from "./results.ts";

const HELD_SECONDS = 3 * 86_400;
/** What is held so shortly before its moment has a job of its own: the one that all share may have run when it is put there, by the clock of another machine. */
const SHORTLY_MS = 10_000;

export type AddTell = (job: TellJob, jobId: string, delayMs: number) => Promise<void>;
type Deps = {
  send: Send;
  people: People;
  results: Results;
  add: AddTell;
  zoneOf: (site: string) => Promise<string>;
  now: () => number;
};

/** BullMQ takes no `:` in an id, and names may hold anything. */
const idOf = (...parts: string[]): string =>
  `tell-${createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 40)}`;

/** Each in its turn, also when one before it failed; then the whole is tried again. */
async function doAll(works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

export function createSpread({ send, people, results, add, zoneOf, now }: Deps) {
  async function hold(notice: Notice, name: string, { way, at, why }: Route): Promise<void> {
    const key = GLOBAL_KEYS.heldNotices(name, way, at);
    await send("HSET", key, notice.id, JSON.stringify(notice));
    await send("EXPIRE", key, String(Math.ceil((at - now()) / 1_000) + HELD_SECONDS));
    const words = `held for ${why ?? "later"} until ${new Date(at).toISOString()}`;
    await results.begin(notice, { whom: name, way, state: "held", words });
    const job: TellJob = { to: "digest", person: name, way, at };
    const leftMs = at - now();
    const own = leftMs < SHORTLY_MS ? [notice.id] : [];
    await add(job, idOf("digest", name, way, String(at), ...own), Math.max(0, leftMs));
  }

  async function goes(notice: Notice, name: string, { way }: Route): Promise<void> {
    await results.begin(notice, { whom: name, way, state: "waiting" });
    await add({ notice, to: "person", person: name, way }, idOf(notice.id, name, way), 0);
  }

  async function toPerson(notice: Notice, person: Recipient, zone: string): Promise<void> {
    const { routes, none } = routeTo(notice, person, zone, now());
    if (none !== undefined)
      await results.begin(notice, {
        whom: person.name,
        way: "message",
        state: "held",
        words: none,
      });
    for (const route of routes)
      await (route.at > now()
        ? hold(notice, person.name, route)
        : goes(notice, person.name, route));
  }

  async function toChannel(notice: Notice, target: Notice["targets"][number]): Promise<void> {
    if (target.to !== "channel") return;
    const { channel } = target;
    await add({ notice, to: "channel", channel }, idOf(notice.id, "channel", channel), 0);
  }

  return async (notice: Notice): Promise<void> => {
    const [recipients, zone] = await Promise.all([people.recipients(notice), zoneOf(notice.site)]);
    await doAll([
      ...recipients.map((person) => () => toPerson(notice, person, zone)),
      ...notice.targets.map((target) => () => toChannel(notice, target)),
    ]);
  };
}
