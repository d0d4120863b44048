import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configurationTable, renewed } from "../../bin/write-readme.ts";
import { ServerEnvironment } from "../../server/config.ts";

const ROOT = join(import.meta.dirname, "../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

/** The formatter pads tables; what they say is the same. */
const unpadded = (text: string): string => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

test("README's configuration table is what the schemas say", () => {
  expect(unpadded(renewed(readme))).toBe(unpadded(readme));
});

test("the table names every variable the server reads", () => {
  for (const name of Object.keys(ServerEnvironment.properties))
    expect(configurationTable()).toContain(`\`${name}\``);
});

test("every file that README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("every npm script that README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
