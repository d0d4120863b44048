/** Passwords: argon2id (19 MiB, 2 passes) in PHC text, at most two at a time, so that a flood of logins takes neither memory nor the board's time. */
import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";
import { problem } from "./problem.ts";

const MEMORY_KIB = 19_456;
const PASSES = 2;
const AT_ONCE = 2;
const QUEUE = 20;

const derive = promisify(
  (parameters: Argon2Parameters, done: (error: Error | null, key: Buffer) => void) =>
    argon2("argon2id", parameters, done),
);

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= QUEUE)
    throw problem("CT_ERR_TOO_MANY_REQUESTS", "Too many logins at once. Try again in a moment.");
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

const keyOf = (password: string, nonce: Buffer): Promise<Buffer> =>
  derive({
    message: Buffer.from(password.normalize("NFKC")),
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: MEMORY_KIB,
    passes: PASSES,
  });

const plain = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const key = await inTurn(() => keyOf(password, nonce));
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${plain(nonce)}$${plain(key)}`;
}

/** Compares in constant time; a hash of other parameters counts as wrong. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, kind, version, parameters, nonce, key] = hash.split("$");
  const expected = Buffer.from(key ?? "", "base64");
  const isOurs =
    kind === "argon2id" && version === "v=19" && parameters === `m=${MEMORY_KIB},t=${PASSES},p=1`;
  const found = await inTurn(() => keyOf(password, Buffer.from(nonce ?? "", "base64")));
  return isOurs && expected.length === found.length && timingSafeEqual(expected, found);
}
