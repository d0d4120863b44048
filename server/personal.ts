/**
 * Fields that may identify a person are split off at the door and sealed before anything is stored (architecture, rule 12). Nothing else ever holds them in clear.
 *
 * Each event's fields have a key of their own, made of the installation's secret and of a salt. The salt stands in one place, `personal-keys` of the site, under the
 * order; the append writes it in the same step as the event, so sealing asks nobody. Erasing an order destroys its salts, and what is sealed with them in inbox, log,
 * dead letters and backups is unreadable from then on, also for whoever has the secret.
 */
import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
} from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { EVENT_TEXT, type InboxEvent, PERSONAL_KEY } from "../domain/contract/inbox-event.ts";
import { type AnyEvent } from "../domain/event.ts";
import { canonical } from "./connectors/canonical.ts";
import { splitPersonal } from "./personal/split.ts";
import { SECRET_BYTES, tornSecret } from "../domain/contract/lost-secret.ts";
import { freshKey, keyRecord, saltIn } from "../domain/contract/personal-keys.ts";
import { makeOnce } from "./make-once.ts";

type Fields = Record<string, unknown>;
export type PersonalFields = Fields;

const IV_BYTES = 12;
const SALT_BYTES = 24;
const TAG_BYTES = 16;

/** The secret of this installation; made when missing. Throws when it is too short to be one. */
export function readSecret(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true });
  makeOnce(file, randomBytes(SECRET_BYTES));
  const secret = readFileSync(file);
  if (secret.length < SECRET_BYTES) throw new Error(tornSecret(file, secret.length, null));
  return secret;
}

const BLOCK_BYTES = 64;
const SALT = "control-tower";

/** The key of an HMAC, filled up to a block and mixed with a constant byte. */
const padded = (key: Buffer, constant: number): Buffer => {
  const block = Buffer.alloc(BLOCK_BYTES, constant);
  key.forEach((byte, at) => (block[at] = byte ^ constant));
  return block;
};

/**
 * HKDF-SHA-256 (RFC 5869) of one block: what does not depend on the purpose is made once, and two plain hashes are the HMAC of the rest. The library's own
 * takes 25 us a key, these 3: an order's key is made for every order that comes in.
 */
function createKeys(secret: Buffer): (purpose: string) => Buffer {
  const extracted = createHmac("sha256", SALT).update(secret).digest();
  const [inside, outside] = [padded(extracted, 0x36), padded(extracted, 0x5c)];
  return (purpose) => {
    const expanded = Buffer.from(`${purpose}\u0001`);
    const inner = hash("sha256", Buffer.concat([inside, expanded]), "buffer");
    return hash("sha256", Buffer.concat([outside, inner]), "buffer");
  };
}

const IVS_AT_ONCE = 256;

/** Fresh random bytes, drawn many at a time: asking for twelve costs as much as for thousands. Never used twice. */
function createDraw(bytes: number): () => Buffer {
  let drawn = Buffer.alloc(0);
  return () => {
    if (drawn.length === 0) drawn = randomBytes(bytes * IVS_AT_ONCE);
    const one = drawn.subarray(0, bytes);
    drawn = drawn.subarray(bytes);
    return one;
  };
}

export type Personal = ReturnType<typeof createPersonal>;

export function createPersonal(secret: Buffer, now: () => number = Date.now) {
  const keyOf = createKeys(secret);
  const nextIv = createDraw(IV_BYTES);
  const nextSalt = createDraw(SALT_BYTES);
  const fingerprintKey = keyOf("event-fingerprint").toString("base64url");
  // as a key object: telling that plain bytes are none costs the library more than the cipher itself
  const sealKey = (site: string, orderId: string, salt: string): KeyObject =>
    createSecretKey(keyOf(`personal\u0000${site}\u0000${orderId}\u0000${salt}`));

  /** `key` is what must be kept in `personal-keys` for it to be opened again. */
  function seal(site: string, orderId: string, fields: Fields): { sealed: string; key: string } {
    const fresh = freshKey(nextSalt().toString("base64url"), now());
    const iv = nextIv();
    const cipher = createCipheriv("aes-256-gcm", sealKey(site, orderId, fresh.salt), iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(fields), "utf8"), cipher.final()]);
    const bytes = Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
    return { sealed: `${fresh.id}.${bytes}`, key: keyRecord(fresh) };
  }

  /** `keys`: what `personal-keys` holds of the order. Throws when the key is not there, or it was sealed with another secret or for another order, or was changed. */
  function open(site: string, orderId: string, sealed: string, keys: string): Fields {
    const dot = sealed.indexOf(".");
    const salt = saltIn(keys, sealed.slice(0, dot));
    if (salt === null) throw new Error("the key of these fields was destroyed");
    const bytes = Buffer.from(sealed.slice(dot + 1), "base64");
    const key = sealKey(site, orderId, salt);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = bytes.subarray(IV_BYTES + TAG_BYTES);
    return JSON.parse(
      Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8"),
    ) as Fields;
  }

  /**
   * Fingerprint of an event's whole body, keyed: it tells two bodies apart without telling what is in them. The key stands before the text and half of the digest is kept,
   * which closes what a plain hash leaves open; an HMAC object an event took a fifth of the server's time.
   */
  const fingerprint = (text: string): string =>
    hash("sha256", fingerprintKey + text, "base64url").slice(0, 22);

  /** An event as it may be stored: fingerprint of the whole, personal fields sealed. `text` is its canonical form when that is known already. */
  function entryOf(event: AnyEvent, text: string = canonical(event)): InboxEvent {
    const mark = fingerprint(text);
    const { open: data, personal } = splitPersonal(event.data as Fields);
    if (data === event.data) return { event, hash: mark, [EVENT_TEXT]: text };
    const stored = { ...event, data } as AnyEvent;
    if (Object.keys(personal).length === 0) return { event: stored, hash: mark };
    const orderId = "orderId" in event ? event.orderId : "";
    const { sealed, key } = seal(event.site, orderId, personal);
    return { event: stored, hash: mark, sealed, [PERSONAL_KEY]: key };
  }

  return { entryOf, seal, open, fingerprint };
}
