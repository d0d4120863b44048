/**
 * Fields that may identify a person are split off at the door and sealed with a key of their order, before anything is stored (architecture, rule 12).
 * Nothing else ever holds them in clear; without the secret they are gone.
 */
import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { InboxEvent } from "../domain/contract/keys.ts";
import { type AnyEvent, SHIP_TO_OPEN_FIELDS } from "../domain/event.ts";
import { canonical } from "./connectors/canonical.ts";

type Fields = Record<string, unknown>;
export type PersonalFields = Fields;

const OPEN: ReadonlySet<string> = new Set(SHIP_TO_OPEN_FIELDS);
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MIN_SECRET_BYTES = 32;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The secret of this installation; made when missing. Throws when it is too short to be one. */
export function readSecret(file: string): Buffer {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(MIN_SECRET_BYTES), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const secret = readFileSync(file);
  if (secret.length < MIN_SECRET_BYTES)
    throw new Error(`CT_SECRET_FILE must hold at least ${MIN_SECRET_BYTES} bytes`);
  return secret;
}

type Split = { open: Fields; personal: Fields };

/** Divides a `shipTo`: what is not known to be harmless is personal. A `shipTo` that is no object is personal altogether. */
function splitShipTo(value: unknown): { open: unknown; personal: Fields } {
  if (!isFields(value)) return { open: {}, personal: { shipTo: value } };
  const split: { open: Fields; personal: Fields } = { open: {}, personal: {} };
  for (const field of Object.keys(value))
    split[OPEN.has(field) ? "open" : "personal"][field] = value[field];
  return split;
}

function splitFields(data: Fields): Split {
  if (data["shipTo"] === undefined) return { open: data, personal: {} };
  const { open, personal } = splitShipTo(data["shipTo"]);
  return { open: { ...data, shipTo: open }, personal };
}

/** Splits `data`, and what a correction puts in its place. */
export function splitPersonal(data: Fields): Split {
  const outer = splitFields(data);
  const replacement = outer.open["replacement"];
  if (!isFields(replacement)) return outer;
  const beside = splitFields(replacement);
  const inner = isFields(beside.open["data"]) ? splitFields(beside.open["data"]) : null;
  const open = {
    ...outer.open,
    replacement: inner === null ? beside.open : { ...beside.open, data: inner.open },
  };
  return { open, personal: { ...outer.personal, ...beside.personal, ...inner?.personal } };
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

/** Fresh initialization vectors, drawn many at a time: asking for twelve random bytes costs as much as for thousands. Never used twice. */
function createIvs(): () => Buffer {
  let drawn = Buffer.alloc(0);
  return () => {
    if (drawn.length === 0) drawn = randomBytes(IV_BYTES * IVS_AT_ONCE);
    const iv = drawn.subarray(0, IV_BYTES);
    drawn = drawn.subarray(IV_BYTES);
    return iv;
  };
}

export type Personal = ReturnType<typeof createPersonal>;

export function createPersonal(secret: Buffer) {
  const keyOf = createKeys(secret);
  const nextIv = createIvs();
  const fingerprintKey = keyOf("event-fingerprint").toString("base64url");
  const orderKey = (site: string, orderId: string): Buffer =>
    keyOf(`personal\u0000${site}\u0000${orderId}`);

  function seal(site: string, orderId: string, fields: Fields): string {
    const iv = nextIv();
    const cipher = createCipheriv("aes-256-gcm", orderKey(site, orderId), iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(fields), "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  }

  /** Throws when it was sealed with another secret or for another order, or was changed. */
  function open(site: string, orderId: string, sealed: string): Fields {
    const bytes = Buffer.from(sealed, "base64");
    const key = orderKey(site, orderId);
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
    if (data === event.data) return { event, hash: mark };
    const stored = { ...event, data } as AnyEvent;
    if (Object.keys(personal).length === 0) return { event: stored, hash: mark };
    const orderId = "orderId" in event ? event.orderId : "";
    return { event: stored, hash: mark, sealed: seal(event.site, orderId, personal) };
  }

  return { entryOf, seal, open };
}
