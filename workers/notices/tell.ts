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
import type { Results } from "./results.ts";

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

const stateOf = (sent: Sent) =>
  sent.ok
    ? { state: "sent" as const }
    : { state: sent.final ? ("failed" as const) : ("waiting" as const), words: sent.words };

async function tellPerson(deps: TellDeps, notice: Notice, person: string, way: Way): Promise<Sent> {
  const zone = await deps.zoneOf(notice.site);
  const message = messageOf(notice, zone, deps.links.of(notice, person));
  const sent = await toPerson(deps, person, way, message, notice.id);
  await deps.results.note(notice, { whom: person, way, ...stateOf(sent) });
  return sent;
}

async function tellChannel(deps: TellDeps, notice: Notice, id: string): Promise<Sent> {
  const channel = await deps.people.channel(id);
  const zone = await deps.zoneOf(notice.site);
  const message = messageOf(notice, zone, [deps.links.open(notice)]);
  const isHere = channel !== null && channel.site === notice.site;
  const sent = isHere ? await toChannel(deps, channel, message, notice.id) : NO_CHANNEL;
  await deps.results.note(notice, {
    whom: `#${id}`,
    way: channel?.kind ?? "channel",
    ...stateOf(sent),
  });
  return sent;
}

type Digest = Extract<TellJob, { to: "digest" }>;

/** Takes what is held for this moment away, for this job alone, so that what comes meanwhile is for another. A job that is tried again finds what it took. */
async function takeHeld(send: Send, { person, way, at }: Digest, job: string): Promise<string> {
  const held = GLOBAL_KEYS.heldNotices(person, way, at);
  const taken = GLOBAL_KEYS.takenNotices(held, job);
  await send("RENAMENX", held, taken).catch((error: Error) => {
    if (!error.message.includes("no such key")) throw error;
  });
  return taken;
}

async function tellDigest(deps: TellDeps, digest: Digest, job: string): Promise<Sent> {
  const { person, way } = digest;
  const key = await takeHeld(deps.send, digest, job);
  const notices = (await deps.send<string[]>("HVALS", key)).map(
    (text) => JSON.parse(text) as Notice,
  );
  const [first] = notices;
  if (first === undefined) return { ok: true };
  const zone = await deps.zoneOf(first.site);
  const message =
    notices.length === 1
      ? messageOf(first, zone, deps.links.of(first, person))
      : digestOf(notices, zone, deps.links.inbox(first.site), (notice) =>
          deps.links.of(notice, person),
        );
  const sent = await toPerson(deps, person, way, message, job);
  for (const notice of notices)
    await deps.results.note(notice, { whom: person, way, ...stateOf(sent) });
  if (sent.ok || sent.final) await deps.send("DEL", key);
  return sent;
}

/** `id`: of the job, the same at each try. */
export const createTeller =
  (deps: TellDeps) =>
  (job: TellJob, id: string): Promise<Sent> => {
    if (job.to === "digest") return tellDigest(deps, job, id);
    return job.to === "person"
      ? tellPerson(deps, job.notice, job.person, job.way)
      : tellChannel(deps, job.notice, job.channel);
  };
