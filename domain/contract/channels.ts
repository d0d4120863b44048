/** Where messages go besides people: rooms of Slack and Teams, and mailboxes of teams. And what a browser gives so that it can be pushed to. Addresses of rooms are secrets: whoever has one can write there. */
import { Type, type Static } from "typebox";
import { SiteId, WireInstant } from "../names-and-times.ts";

const strict = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" });
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });
const Url = Type.String({ minLength: 9, maxLength: 2_048, pattern: "^https?://[^\\s]+$" });
const MAILBOX = "^[^\\s@\\u0000-\\u001f]{1,64}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$";
const MailBox = Type.String({ pattern: MAILBOX, maxLength: 254 });

export const CHANNEL_KINDS = ["slack", "teams", "email"] as const;
export const ChannelKind = Type.Enum([...CHANNEL_KINDS]);

/** `to`: an https address of an incoming webhook, or a mailbox. Ladders name a channel by its id. */
export const ChannelCreate = Type.Object(
  { id: Id, name: Name, site: SiteId, kind: ChannelKind, to: Type.Union([Url, MailBox]) },
  strict,
);
export type ChannelCreate = Static<typeof ChannelCreate>;

export const ChannelView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    site: SiteId,
    kind: ChannelKind,
    /** the host of its address, or the mailbox */
    where: Type.String(),
    createdBy: Type.String(),
    createdAt: WireInstant,
  },
  { title: "Channel" },
);
export type ChannelView = Static<typeof ChannelView>;
export const ChannelList = Type.Object({
  items: Type.Array(ChannelView),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type ChannelList = Static<typeof ChannelList>;

/** As it is kept: `sealed` is its address, sealed as the secrets of webhooks are, for `channel <id>`. */
export type StoredChannel = {
  id: string;
  name: string;
  site: string;
  kind: (typeof CHANNEL_KINDS)[number];
  sealed: string;
  where: string;
  createdBy: string;
  createdAt: number;
};
export const channelSeal = (id: string): string => `channel ${id}`;

const Key = Type.String({ minLength: 16, maxLength: 256, pattern: "^[A-Za-z0-9_-]+=*$" });
/** `PushSubscription.toJSON()` of a browser. */
export const PushBody = Type.Object(
  {
    endpoint: Type.String({ minLength: 9, maxLength: 2_048, pattern: "^https://[^\\s]+$" }),
    expirationTime: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    keys: Type.Object({ p256dh: Key, auth: Key }, strict),
  },
  strict,
);
export type PushBody = Static<typeof PushBody>;

/** What a browser needs to subscribe, and how many browsers of this person did. */
export const PushView = Type.Object(
  { publicKey: Type.String(), browsers: Type.Integer() },
  { title: "Push" },
);
export type PushView = Static<typeof PushView>;

export type StoredPush = { endpoint: string; keys: { p256dh: string; auth: string }; at: number };
/** Of one person; the endpoint in short, so that a browser that subscribes again is the same one. */
export const pushField = (name: string, mark: string): string => `${name}\u0000${mark}`;
export const pushPrefix = (name: string): string => `${name}\u0000`;
/** The pair that this tower signs its pushes with; the private one sealed for `push keys`. */
export type StoredPushKeys = { publicKey: string; sealed: string };
export const PUSH_SEAL = "push keys";
export const MOST_PUSHES = 10;
