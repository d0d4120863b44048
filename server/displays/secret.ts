/**
 * What opens a wall display: `ctd_<id>_<secret>` for an hour, and `ctr_<id>_<secret>` for the next one, which ends with its use; 256 random bits each. While a
 * wall is paired it holds a device code of as many. Of all of them only the SHA-256 is kept, and of the eight letters that a person types too.
 */
import { hash, randomBytes } from "node:crypto";
import { codeOf } from "../../domain/walls/code.ts";

const SHAPE = /^ct([dr])_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

export const digestOf = (text: string): string => hash("sha256", text, "hex");
export const makeDisplayId = (): string => randomBytes(6).toString("hex");

type Made = { text: string; sha256: string };
const made = (text: string): Made => ({ text, sha256: digestOf(text) });
const random = (): string => randomBytes(32).toString("base64url");

export const makeDeviceCode = (): Made => made(random());
export const makeAccess = (id: string): Made => made(`ctd_${id}_${random()}`);
export const makeRefresh = (id: string): Made => made(`ctr_${id}_${random()}`);

export function makeUserCode(): Made {
  const code = codeOf(randomBytes(64));
  // 64 bytes hold eight fair ones but for one time in 10^60
  return code === null ? makeUserCode() : made(code);
}

/** The display that a token says it is of; null for what is no such token. */
export function displayIn(token: string, kind: "access" | "refresh"): string | null {
  const [, letter, id] = SHAPE.exec(token) ?? [];
  return id !== undefined && letter === (kind === "access" ? "d" : "r") ? id : null;
}
