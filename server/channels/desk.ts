/** Making, trying and ending channels; keys for pushes. A channel of another's site does not exist. */
import { randomUUID } from "node:crypto";
import { generateVAPIDKeys } from "web-push-neo";
import {
  channelSeal,
  PUSH_SEAL,
  type ChannelCreate,
  type ChannelView,
  type StoredChannel,
  type StoredPushKeys,
} from "../../domain/contract/channels.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { hasSite } from "../../domain/permissions.ts";
import { targetObjection } from "../../domain/webhook-target.ts";
import type { Audit } from "../audit.ts";
import { writeAudited, type Asker } from "../audit/write-audited.ts";
import { aboutField, problem } from "../problem.ts";
import type { SealSecret } from "../webhooks/seal.ts";
import type { ChannelStore } from "./store.ts";

const MOST_CHANNELS = 100;
/** The schema says the rest. */
const IS_MAILBOX = /^[^\s@]{1,64}@[A-Za-z0-9.-]+$/;

export type { Asker } from "../audit/write-audited.ts";
type Deps = {
  store: ChannelStore;
  seal: SealSecret;
  audit: () => Pick<Audit, "change" | "record">;
  sites: () => string[];
  allowed: ReadonlySet<string>;
  now: () => number;
};

const noSuchChannel = () => problem("CT_ERR_NOT_FOUND", "There is no such channel for you.");
const invalid = (path: string, message: string) =>
  problem("CT_ERR_INVALID", `${path.slice(1)} ${message}`, {
    errors: [{ index: 0, path, message }],
  });

export const viewOf = ({ sealed: _sealed, createdAt, ...rest }: StoredChannel): ChannelView => ({
  ...rest,
  createdAt: new Date(createdAt).toISOString(),
});

/** What is shown of where it leads; throws when nothing may be sent there. */
function whereOf({ kind, to }: ChannelCreate, allowed: ReadonlySet<string>): string {
  if (kind === "email") {
    if (IS_MAILBOX.test(to)) return to;
    throw invalid("/to", "must be a mailbox for a channel of kind email");
  }
  const url = URL.parse(to);
  if (url === null) throw invalid("/to", "must be an https address");
  const objection = targetObjection(url, allowed);
  if (objection === null) return url.host;
  const hint = "To reach a room inside your network, allow its origin in CT_WEBHOOK_ALLOW.";
  throw problem(
    "CT_ERR_WEBHOOK_ADDRESS",
    `It ${objection}. ${hint}`,
    aboutField("/to", `body ${objection}`),
  );
}

async function checkRoom(store: ChannelStore, id: string): Promise<void> {
  const all = await store.all();
  if (all.some((one) => one.id === id))
    throw problem("CT_ERR_EXISTS", `There is a channel ${id} already.`);
  if (all.length >= MOST_CHANNELS)
    throw problem("CT_ERR_CONFLICT", `There are ${MOST_CHANNELS} channels. Delete some first.`);
}

/** Without what is sealed, and without the mailbox of anybody. */
const auditView = ({ id, name, site, kind }: StoredChannel) => ({ id, name, site, kind });

type Work = {
  find: (asker: Asker, id: string) => Promise<StoredChannel>;
  write: (
    asker: Asker,
    what: string,
    before: StoredChannel | null,
    after: StoredChannel | null,
  ) => Promise<void>;
};

function createWork({ store, audit }: Deps): Work {
  return {
    async find({ principal }, id) {
      const channel = await store.get(id);
      if (channel === null || !hasSite(principal, channel.site)) throw noSuchChannel();
      return channel;
    },
    write: (asker, what, before, after) =>
      writeAudited(audit(), asker, what, {
        key: GLOBAL_KEYS.channels,
        before,
        after,
        view: auditView,
      }),
  };
}

/** A notice that only this channel gets. */
const trialOf = (channel: StoredChannel, now: number) => ({
  id: `trial-${randomUUID()}`,
  site: channel.site,
  incident: "INC-0",
  why: "mentioned" as const,
  at: now,
  targets: [{ to: "channel" as const, channel: channel.id }],
  people: [],
  important: false,
  title: "A message to try this channel",
  severity: "S4" as const,
  kind: "manual" as const,
  actBy: null,
  orders: 0,
  doThis: null,
  words: "Nothing happened. Somebody tried whether messages arrive here.",
  generation: 0,
});

async function createPushKeys({ store, seal }: Deps): Promise<StoredPushKeys> {
  const known = await store.pushKeys();
  if (known !== null) return known;
  const { publicKey, privateKey } = await generateVAPIDKeys();
  return store.keepPushKeys({ publicKey, sealed: seal(PUSH_SEAL, privateKey) });
}

export function createChannelDesk(deps: Deps) {
  const { store, seal, sites, allowed, now, audit } = deps;
  const { find, write } = createWork(deps);
  return {
    find,
    all: async ({ principal }: Asker): Promise<StoredChannel[]> =>
      (await store.all())
        .filter(({ site }) => hasSite(principal, site))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)),
    async create(asker: Asker, wish: ChannelCreate): Promise<StoredChannel> {
      const { id, name, site, kind, to } = wish;
      if (!sites().includes(site) || !hasSite(asker.principal, site))
        throw invalid("/site", `there is no site ${site} for you`);
      const where = whereOf(wish, allowed);
      await checkRoom(store, id);
      const rest = { createdBy: asker.principal.name, createdAt: now() };
      const channel = { id, name, site, kind, sealed: seal(channelSeal(id), to), where, ...rest };
      await write(asker, "channel.created", null, channel);
      return channel;
    },
    async remove(asker: Asker, id: string): Promise<void> {
      await write(asker, "channel.deleted", await find(asker, id), null);
    },
    async trial(asker: Asker, id: string): Promise<string> {
      const channel = await find(asker, id);
      const { principal, where } = asker;
      await audit().record({
        who: principal.name,
        what: "channel.tried",
        where,
        site: channel.site,
        subject: id,
      });
      const notice = trialOf(channel, now());
      await store.tell(channel.site, { notice });
      return notice.id;
    },
    pushKeys: (): Promise<StoredPushKeys> => createPushKeys(deps),
  };
}
export type ChannelDesk = ReturnType<typeof createChannelDesk>;
