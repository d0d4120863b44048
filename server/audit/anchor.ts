/**
 * Anchors: the chain's head, signed, written where the tower cannot reach back to (the log, an export). Whoever keeps them can tell later whether the
 * chain was rewritten or cut behind them. Ed25519, so that checking needs no secret.
 */
import {
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import type { AuditHead } from "./chain.ts";

export type Anchor = AuditHead & {
  /** base64url over `n|at|hash` */
  signature: string;
  /** public key, base64url of its 32 bytes */
  key: string;
};

const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PURPOSE = "control-tower audit anchor: ";

const signedText = ({ n, at, hash }: AuditHead): Buffer =>
  Buffer.from(`${PURPOSE}${n}|${at}|${hash}`);

function publicText(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return der.subarray(PUBLIC_PREFIX.length).toString("base64url");
}

export type Signer = { key: string; anchor(head: AuditHead): Anchor };

/** The key follows from the installation's secret: the same after every start, and never stored. */
export function createSigner(secret: Buffer): Signer {
  const seed = Buffer.from(hkdfSync("sha256", secret, "control-tower", "audit-anchor", 32));
  const der = Buffer.concat([PRIVATE_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const key = publicText(privateKey);
  return {
    key,
    anchor: (head) => ({
      ...head,
      signature: sign(null, signedText(head), privateKey).toString("base64url"),
      key,
    }),
  };
}

/** Whether the anchor was signed with that key (base64url), whatever key it names itself. */
export function isSignedWith(key: string, anchor: Anchor): boolean {
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length !== 32) return false;
  const der = Buffer.concat([PUBLIC_PREFIX, bytes]);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  return verify(null, signedText(anchor), publicKey, Buffer.from(anchor.signature, "base64url"));
}

/** The anchor in a line of JSON: of the log, or the last line of an export. Null for every other line. */
export function anchorOf(line: string): Anchor | null {
  if (!line.includes('"anchor":{')) return null;
  try {
    const { anchor } = JSON.parse(line) as { anchor?: Partial<Anchor> };
    const { n, at, hash, signature, key } = anchor ?? {};
    if (typeof n !== "number" || typeof at !== "number") return null;
    if (typeof hash !== "string" || typeof signature !== "string" || typeof key !== "string")
      return null;
    return { n, at, hash, signature, key };
  } catch {
    return null;
  }
}
