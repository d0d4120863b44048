/** Web push: encrypted for the browser by the library, posted by our own guarded request (no address inside, no redirects). */
import { generateRequestDetails } from "web-push-neo";
import { type StoredPush, type StoredPushKeys, PUSH_SEAL } from "../../domain/contract/channels.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { OpenSecret } from "../outbox/opened-secrets.ts";
import type { Post } from "../outbox/post.ts";
import type { Send } from "../redis.ts";
import type { Sent } from "./mail.ts";

const TTL_SECONDS = 3_600;
/** The browser has taken its subscription back. */
const GONE: ReadonlySet<number> = new Set([404, 410]);

export type Pushed = Sent & { isGone?: boolean };
export type PushTo = (to: StoredPush, body: string) => Promise<Pushed>;
type Deps = { send: Send; post: Post; open: OpenSecret; subject: string };

const answered = (status: number): Pushed => {
  if (status >= 200 && status < 300) return { ok: true };
  const isGone = GONE.has(status);
  const final = isGone || (status >= 400 && status < 500 && status !== 429);
  return {
    ok: false,
    final,
    words: isGone ? "the browser took it back" : `answered ${status}`,
    isGone,
  };
};

const KEY_BYTES = 32;
/** One key in 256 begins with a zero, which was not kept of a bare number. */
function ofFullLength(key: string): string {
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length >= KEY_BYTES) return key;
  return Buffer.concat([Buffer.alloc(KEY_BYTES - bytes.length), bytes]).toString("base64url");
}

export function createPush({ send, post, open, subject }: Deps): PushTo {
  return async (to, body) => {
    const text = await send<string | null>("GET", GLOBAL_KEYS.pushKeys);
    if (text === null) return { ok: false, final: true, words: "this tower has no push keys yet" };
    const { publicKey, sealed } = JSON.parse(text) as StoredPushKeys;
    const privateKey = ofFullLength(open(PUSH_SEAL, sealed));
    const details = await generateRequestDetails({ endpoint: to.endpoint, keys: to.keys }, body, {
      vapidDetails: { subject, publicKey, privateKey },
      TTL: TTL_SECONDS,
      urgency: "high",
    });
    const headers = Object.fromEntries(
      Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const encrypted = Buffer.from(details.body ?? []);
    const { status, error } = await post(details.endpoint, headers, encrypted);
    if (status === null) return { ok: false, final: false, words: error ?? "no answer" };
    return answered(status);
  };
}
