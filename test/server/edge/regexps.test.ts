/**
 * Promise S15: no pattern of ours takes long over a text that somebody else chose. Every literal of the running code is tried with texts that make a pattern go
 * back and forth. Time grows with the length of the text, never with its square: that is what is measured, so that a slow machine fails nothing.
 */
import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const FOLDERS = "{server,domain,client,workers,bin}";
const LONG = 64 * 1024;
const SHORT = 1024;
/** a pattern that starts anew at each character needs time by the square of the length; over 64 times the length that is 4,096 times the time */
const MOST_MS = 40;

type Found = { file: string; source: string; flags: string };

/** Literals after what cannot end an expression; a division has something before it that can. */
const LITERAL =
  /(?:[=(,:[!&|?{};\n]|return|=>)\s*\/((?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+)\/([dgimsuvy]*)/g;
const BUILT = /pattern: "((?:[^"\\]|\\.)*)"/g;

function patternsOf(file: string): Found[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const literals = [...text.matchAll(LITERAL)].map(([, source = "", flags = ""]) => ({
    file,
    source,
    flags,
  }));
  const schemas = [...text.matchAll(BUILT)].map(([, source = ""]) => ({
    file,
    source: JSON.parse(`"${source}"`) as string,
    flags: "u",
  }));
  return [...literals, ...schemas].filter(isPattern);
}

/** A text with two slashes in it may look like one. */
function isPattern({ source, flags }: Found): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

const files = globSync(`${FOLDERS}/**/*.{ts,vue,js}`, { cwd: ROOT });
const patterns = files.flatMap(patternsOf);

/** Characters that the pattern itself speaks of, and some of each class. */
const alphabetOf = (source: string): string[] => [
  ...new Set([...source.replaceAll(/[\\^$*+?()[\]{}|]/g, ""), ..."a0 _-./:,\"'=T\n\u00e4"]),
];

function attacksOn(source: string, length: number): string[] {
  const alphabet = alphabetOf(source).slice(0, 24);
  const single = alphabet.map((sign) => sign.repeat(length));
  const pairs = alphabet.slice(0, 8).map((sign) => `${sign}a`.repeat(length / 2));
  const words = source.match(/[A-Za-z]{3,}/g) ?? [];
  const repeated = words
    .slice(0, 4)
    .map((word) => word.repeat(Math.ceil(length / word.length)).slice(0, length));
  const begun = words.slice(0, 4).map((word) => word + " ".repeat(length - word.length));
  const plain = [...single, ...pairs, ...repeated, ...begun];
  return plain.flatMap((text) => [text, `${text}!`, `!${text}`, `${text}\u0000`]);
}

/** The slowest of all texts, each the better of two tries. */
function slowest(pattern: RegExp, texts: string[]): number {
  const times = texts.map((text) => {
    const tries = [0, 1].map(() => {
      pattern.lastIndex = 0;
      const began = performance.now();
      pattern.test(text);
      return performance.now() - began;
    });
    return Math.min(...tries);
  });
  return Math.max(...times);
}

/** What one walk over as long a text costs here and now. */
const walk = (): number => slowest(/^[a-z]*!$/, ["a".repeat(LONG)]);

const distinct = [...Map.groupBy(patterns, ({ source, flags }) => `${source} ${flags}`).values()];

test("the patterns of the code are found", () => {
  expect(distinct.length).toBeGreaterThan(80);
  expect(distinct.filter(([one]) => one?.file.startsWith("server/")).length).toBeGreaterThan(20);
});

describe("over 64 KiB that were chosen to be slow", () => {
  test.each(
    distinct.map((found) => [found[0]?.file ?? "", found[0]?.source ?? "", found[0]] as const),
  )("%s: /%s/ takes as long as reading them", (_file, source, found) => {
    const pattern = new RegExp(source, (found?.flags ?? "").replaceAll(/[gy]/g, ""));
    // most show with a short text what they are; only those that are quick there are given the long one
    const quick = slowest(pattern, attacksOn(source, SHORT));
    expect(quick).toBeLessThan(MOST_MS);
    expect(slowest(pattern, attacksOn(source, LONG))).toBeLessThan(MOST_MS + 20 * walk());
  });
});

test("a pattern that goes back and forth would be seen", () => {
  expect(slowest(/^(a+)+$/, [`${"a".repeat(26)}!`])).toBeGreaterThan(MOST_MS);
  // half as long is a quarter of the time: at full length nobody would wait for it
  expect(slowest(/\s+$/, [`${" ".repeat(LONG / 4)}x`])).toBeGreaterThan(MOST_MS);
});

test("no pattern is made of what somebody asks for", () => {
  const made = files.flatMap((file) =>
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .flatMap((line) => (/(?:new )?\bRegExp\(/.test(line) ? [`${file}: ${line.trim()}`] : [])),
  );
  // route patterns, names of our own, and the same pattern with another flag
  const known = [
    "bin/adapters/olist.ts",
    "bin/backup/make.ts",
    "client/ui/visible-text.ts",
    "server/plugins/errors.ts",
  ];
  expect(made.filter((line) => !known.some((file) => line.startsWith(file)))).toEqual([]);
});
