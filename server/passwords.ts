/**
 * Passwords as PHC text: argon2id (19 MiB, 2 passes), or scrypt (N = 2^17, r = 8, p = 1) where Node has no argon2. Verified with the parameters they were made
 * with. At most two at a time, in threads of their own, so that a flood of logins takes neither memory nor the board's time.
 */
import * as crypto from "node:crypto";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { deriveKey, type Scheme } from "./people/hash-threads.ts";
import { createTurns } from "./people/turns.ts";

const KEY_BYTES = 32;
/** A flood of logins holds nobody longer than this in a queue, however busy the machine is. */
const inTurn = createTurns({ atOnce: 2, mostWaiting: 20, waitMs: 5_000 });

let derived = 0;
/** How many keys this process has derived: what a test counts instead of time. */
export const derivedCount = (): number => derived;

const ARGON2: Scheme = { kind: "argon2id", memory: 19_456, passes: 2, parallelism: 1 };
const SCRYPT: Scheme = { kind: "scrypt", logN: 17, r: 8, p: 1 };
const hasArgon2 = typeof crypto.argon2 === "function";
/** What passwords are kept with from now on. */
export const CURRENT_SCHEME: Scheme = hasArgon2 ? ARGON2 : SCRYPT;

const parametersOf = (scheme: Scheme): string =>
  scheme.kind === "argon2id"
    ? `argon2id$v=19$m=${scheme.memory},t=${scheme.passes},p=${scheme.parallelism}`
    : `scrypt$ln=${scheme.logN},r=${scheme.r},p=${scheme.p}`;

const derive = (password: string, salt: Buffer, scheme: Scheme): Promise<Buffer> =>
  inTurn(() => {
    derived += 1;
    const message = Buffer.from(password.normalize("NFKC"));
    return deriveKey({ message, salt, scheme, bytes: KEY_BYTES });
  });

const plain = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
const phcOf = (scheme: Scheme, salt: Buffer, key: Buffer): string =>
  `$${parametersOf(scheme)}$${plain(salt)}$${plain(key)}`;

export async function hashPassword(password: string, scheme = CURRENT_SCHEME): Promise<string> {
  const salt = randomBytes(16);
  return phcOf(scheme, salt, await derive(password, salt, scheme));
}

/** A text that no password fits, and that costs as much to find that out. */
export const impossibleHash = (): string =>
  phcOf(CURRENT_SCHEME, randomBytes(16), randomBytes(KEY_BYTES));

type Parsed = { scheme: Scheme; salt: Buffer; key: Buffer };
const FORMS = [
  /^\$argon2id\$v=19\$m=(?<memory>\d{1,7}),t=(?<passes>\d{1,2}),p=(?<parallelism>\d{1,2})\$(?<salt>[\w+/]{11,86})\$(?<key>[\w+/]{43})$/,
  /^\$scrypt\$ln=(?<logN>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$(?<salt>[\w+/]{11,86})\$(?<key>[\w+/]{43})$/,
];
const base64 = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64");

function parse(hash: string): Parsed | null {
  const { salt, key, ...numbers } =
    FORMS.map((form) => form.exec(hash)).find(Boolean)?.groups ?? {};
  const parameter = (name: string): number => Number(numbers[name]);
  const both = { salt: base64(salt), key: base64(key) };
  if (numbers["logN"] !== undefined)
    return {
      scheme: { kind: "scrypt", logN: parameter("logN"), r: parameter("r"), p: parameter("p") },
      ...both,
    };
  if (numbers["memory"] === undefined) return null;
  const [memory, passes, parallelism] = ["memory", "passes", "parallelism"].map(parameter);
  return {
    scheme: { kind: "argon2id", memory, passes, parallelism } as Scheme,
    ...both,
  };
}

/** Compares in constant time. A text that is none of ours, or that this Node cannot derive, costs the same and is wrong. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const known = parse(hash);
  const canDerive = known !== null && (known.scheme.kind === "scrypt" || hasArgon2);
  const { scheme, salt, key } = (canDerive ? known : parse(impossibleHash())) as Parsed;
  const found = await derive(password, salt, scheme);
  return timingSafeEqual(key, found) && canDerive;
}

/** True when it was made with other parameters than new ones are. */
export const isOutdated = (hash: string): boolean =>
  !hash.startsWith(`$${parametersOf(CURRENT_SCHEME)}$`);
