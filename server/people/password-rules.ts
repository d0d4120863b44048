/** Which passwords may be chosen: long enough, not among the known ones, not one's own name. Nothing about kinds of characters. */
import { randomInt } from "node:crypto";
import { PASSWORD_MAX, PASSWORD_MIN } from "../../domain/people.ts";
import { aboutField, problem } from "../problem.ts";

const NAME_MIN = 4;
/** So much must be there besides the own name. */
const REST_MIN = 6;
let common: Promise<ReadonlySet<string>> | undefined;

const isText = (value: unknown): value is string => typeof value === "string";

/** Those that are long enough to be chosen at all; read when the first password is. */
async function readCommon(): Promise<ReadonlySet<string>> {
  const list = await import("@zxcvbn-ts/language-common/src/passwords.json", {
    with: { type: "json" },
  });
  const words: unknown = list.default;
  if (!Array.isArray(words)) throw new Error("the list of common passwords is no list");
  return new Set(words.filter(isText).filter(({ length }) => length >= PASSWORD_MIN));
}

const commonPasswords = (): Promise<ReadonlySet<string>> => (common ??= readCommon());

/** `aaaaaaaa`, `abababab`: a short thing again and again is as easy to guess as the short thing. */
const isRepetition = (text: string): boolean => /^(.{1,3})\1+$/su.test(text);

/** Why this password may not be chosen, in words for the person; null when it may. */
export async function objectionTo(password: string, name: string): Promise<string | null> {
  const text = password.normalize("NFKC");
  const length = [...text].length;
  if (length < PASSWORD_MIN) return `It needs ${PASSWORD_MIN} characters or more.`;
  if (length > PASSWORD_MAX) return `It may have ${PASSWORD_MAX} characters at most.`;
  const lower = text.toLowerCase();
  if ((await commonPasswords()).has(lower) || isRepetition(lower))
    return "It is one of the passwords that are tried first. Choose another one; a sentence is good.";
  const own = name.toLowerCase();
  const rest = own.length >= NAME_MIN ? lower.replaceAll(own, "") : lower;
  if (lower === own || (rest !== lower && [...rest].length < REST_MIN))
    return "It is little more than the name it belongs to.";
  return null;
}

/** @throws problem CT_ERR_PASSWORD that names the field of the body in which it stands */
export async function requireGoodPassword(
  password: string,
  name: string,
  field: string,
): Promise<void> {
  const why = await objectionTo(password, name);
  if (why !== null)
    throw problem("CT_ERR_PASSWORD", why, aboutField(field, "body is not good enough"));
}

/** Without letters that look alike: it is read aloud and typed by hand. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

/** 100 bits in four groups: `k7wq9-hm3xa-...`. */
export function oneTimePassword(): string {
  const group = (): string =>
    Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return Array.from({ length: 4 }, group).join("-");
}
