import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeOnce } from "../../server/make-once.ts";
import { tempDir } from "../support/temp-dir.ts";

const urlOf = (module: string): string => new URL(`../../${module}`, import.meta.url).href;

/** A process that may write no byte to any file, as on a full disk; what it says. */
function withoutRoom(script: string): string {
  const given = ["-c", 'ulimit -f 0; exec "$0" --input-type=module -e "$1"'];
  const done = spawnSync("sh", [...given, process.execPath, script], {
    encoding: "utf8",
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  return done.stdout + done.stderr;
}

test("is made whole, for its owner alone, and stays as it is", () => {
  using dir = tempDir();
  const file = join(dir.path, "once");
  makeOnce(file, "first");
  makeOnce(file, "second");
  expect(readFileSync(file, "utf8")).toBe("first");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir.path)).toEqual(["once"]);
});

test("an empty one that somebody put there is theirs", () => {
  using dir = tempDir();
  const file = join(dir.path, "once");
  writeFileSync(file, "");
  makeOnce(file, "second");
  expect(statSync(file).size).toBe(0);
});

test.each([
  ["server/personal.ts", "readSecret", "secret"],
  ["bin/redis-users.ts", "usersOf", "redis-users.json"],
])("on a full disk %s leaves nothing, and says what cannot be made", (module, make, name) => {
  using dir = tempDir();
  const given = make === "usersOf" ? dir.path : join(dir.path, name);
  const said = withoutRoom(
    `import { ${make} } from ${JSON.stringify(urlOf(module))};
     try { ${make}(${JSON.stringify(given)}); } catch (error) { console.log(error.message); }`,
  );
  expect(said).toMatch(new RegExp(`${name} cannot be made: E`));
  expect(readdirSync(dir.path)).toEqual([]);
});
