/** One message to one person by one way, or to a room: sent, and its result written down. */
import { channelSeal, type StoredChannel } from "../../domain/contract/channels.ts";
import type { TellJob } from "../../domain/contract/jobs.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { digestOf, messageOf, pushBody, type Message } from "../../domain/incidents/message.ts";
import type { Notice } from "../../domain/incidents/notice.ts";
import type { Way } from "../../domain/incidents/routing.ts";
import type { OpenSecret } from "../outbox/opened-secrets.ts";
import type { Post } from "../outbox/post.ts";
import type { Send } from "../redis.ts";
import { postToRoom } from "./chat.ts";
import type { Links } from "./links.ts";
import type { Mail, Sent } from "./mail.ts";
import type { People } from "./people.ts";
import type { PushTo } from "./push.ts";
import type { Result, Results } from "./results.ts";

export type TellDeps = {
  send: Send;
  people: People;
  results: Results;
  links: Links;
  mail: Mail;
  push: PushTo;
  post: Post;
  open: OpenSecret;
  zoneOf: (site: string) => Promise<string>;
};

const NOBODY: Sent = { ok: false, final: true, words: "this person is not here any more" };
const NO_CHANNEL: Sent = { ok: false, final: true, words: "there is no such channel" };
const NO_ADDRESS: Sent = { ok: false, final: true, words: "they gave no address" };
const NO_BROWSER: Sent = { ok: false, final: true, words: "no browser of theirs takes pushes" };

/** To every browser of a person: one that took it is enough; those that are gone are forgotten. */
async function pushAll({ people, push }: TellDeps, person: string, body: string): Promise<Sent> {
  const browsers = await people.pushesOf(person);
  const results = await Promise.all(
    browsers.map(async ({ field, push: to }) => {
      const sent = await push(to, body);
      if (sent.isGone === true) await people.dropPush(field);
      return sent;
    }),
  );
  return (
    results.find(({ ok }) => ok) ??
    results.find((one) => !one.ok && !one.final) ??
    results[0] ??
    NO_BROWSER
  );
}

async function toPerson(
  deps: TellDeps,
  person: string,
  way: Way,
  message: Message,
  id: string,
): Promise<Sent> {
  if (way === "push") return pushAll(deps, person, pushBody(message, id));
  const preferences = await deps.people.preferences(person);
  if (preferences === null) return NOBODY;
  if (preferences.email === null) return NO_ADDRESS;
  return deps.mail.send(preferences.email, message, id);
}

function toChannel(
  deps: TellDeps,
  channel: StoredChannel,
  message: Message,
  id: string,
): Promise<Sent> {
  const to = deps.open(channelSeal(channel.id), channel.sealed);
  if (channel.kind === "email") return deps.mail.send(to, message, id);
  return postToRoom(deps.post, channel.kind, to, message);
}

/** What becomes of a message with one try, as it is noted. */
type Outcome = Pick<Result, "state" | "words">;
const OWN_FAULT: Outcome = {
  state: "failed",
  words: "the tower could not send it: its log says why",
};

function outcomeOf(sent: Sent, isLast: boolean): Outcome {
  if (sent.ok) return { state: "sent" };
  return { state: sent.final || isLast ? "failed" : "waiting", words: sent.words };
}

/** Tries, and notes what came of it; after the last try nothing waits any more. */
async function tried(
  isLast: boolean,
  note: (outcome: Outcome) => Promise<void>,
  work: () => Promise<Sent>,
): Promise<Sent> {
  try {
    const sent = await work();
    await note(outcomeOf(sent, isLast));
    return sent;
  } catch (error) {
    if (isLast) await note(OWN_FAULT);
    throw error;
  }
}

type Told<Kind extends TellJob["to"]> = Extract<TellJob, { to: Kind }>;

async function tellPerson(
  deps: TellDeps,
  { notice, person, way }: Told<"person">,
  isLast: boolean,
): Promise<Sent> {
  const note = (outcome: Outcome) => deps.results.note(notice, { whom: person, way, ...outcome });
  return tried(isLast, note, async () => {
    const zone = await deps.zoneOf(notice.site);
    const message = messageOf(notice, zone, deps.links.of(notice, person));
    return toPerson(deps, person, way, message, notice.id);
  });
}

async function tellChannel(
  deps: TellDeps,
  { notice, channel: id }: Told<"channel">,
  isLast: boolean,
): Promise<Sent> {
  const channel = await deps.people.channel(id);
  const whom = { whom: `#${id}`, way: channel?.kind ?? "channel" };
  const note = (outcome: Outcome) => deps.results.note(notice, { ...whom, ...outcome });
  return tried(isLast, note, async () => {
    const zone = await deps.zoneOf(notice.site);
    const message = messageOf(notice, zone, [deps.links.open(notice)]);
    const isHere = channel !== null && channel.site === notice.site;
    return isHere ? toChannel(deps, channel, message, notice.id) : NO_CHANNEL;
  });
}

type Digest = Told<"digest">;

/** Takes what is held for this moment away, for this job alone, so that what comes meanwhile is for another. A job that is tried again finds what it took. */
async function takeHeld(send: Send, { person, way, at }: Digest, job: string): Promise<string> {
  const held = GLOBAL_KEYS.heldNotices(person, way, at);
  const taken = GLOBAL_KEYS.takenNotices(held, job);
  await send("RENAMENX", held, taken).catch((error: Error) => {
    if (!error.message.includes("no such key")) throw error;
  });
  return taken;
}

/** Of each site that somebody is told of. */
async function zonesOf(
  { zoneOf }: TellDeps,
  notices: readonly Notice[],
): Promise<ReadonlyMap<string, string>> {
  const sites = [...new Set(notices.map(({ site }) => site))];
  return new Map(await Promise.all(sites.map(async (site) => [site, await zoneOf(site)] as const)));
}

/** One message of all of them, each in the time of its site. */
async function messageOfAll(
  deps: TellDeps,
  notices: readonly [Notice, ...Notice[]],
  person: string,
): Promise<Message> {
  const { links } = deps;
  const [first, ...others] = notices;
  const zones = await zonesOf(deps, notices);
  const zoneOf = (site: string): string => zones.get(site) ?? "UTC";
  const of = (notice: Notice) => links.of(notice, person);
  return others.length === 0
    ? messageOf(first, zoneOf(first.site), of(first))
    : digestOf(notices, zoneOf, [...zones.keys()].map(links.inbox), of);
}

async function tellDigest(
  deps: TellDeps,
  digest: Digest,
  job: string,
  isLast: boolean,
): Promise<Sent> {
  const { person, way } = digest;
  const key = await takeHeld(deps.send, digest, job);
  const texts = await deps.send<string[]>("HVALS", key);
  const [first, ...others] = texts.map((text) => JSON.parse(text) as Notice);
  if (first === undefined) return { ok: true };
  const notices = [first, ...others] as const;
  const note = async (outcome: Outcome): Promise<void> => {
    for (const notice of notices)
      await deps.results.note(notice, { whom: person, way, ...outcome });
  };
  const sent = await tried(isLast, note, async () =>
    toPerson(deps, person, way, await messageOfAll(deps, notices, person), job),
  );
  if (sent.ok || sent.final) await deps.send("DEL", key);
  return sent;
}

/** `id`: of the job, the same at each try; `isLast`: none comes after this one. */
export const createTeller =
  (deps: TellDeps) =>
  (job: TellJob, id: string, isLast = false): Promise<Sent> => {
    if (job.to === "digest") return tellDigest(deps, job, id, isLast);
    return job.to === "person" ? tellPerson(deps, job, isLast) : tellChannel(deps, job, isLast);
  };
