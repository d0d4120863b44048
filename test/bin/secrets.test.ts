import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { usersOf } from "../../bin/redis-users.ts";
import { noteAccess, readAccess, sealedIn, secretMark } from "../../bin/secrets.ts";
import { ensureSecret } from "../../server/own-secret.ts";
import { tempDir } from "../support/temp-dir.ts";

test("a secret is made once, for its owner alone", async () => {
  using dir = tempDir();
  const file = join(dir.path, "secret");
  const ensure = () => ensureSecret(file, () => sealedIn(dir.path));
  const made = await ensure();
  expect(readFileSync(file)).toEqual(made);
  expect([made.length, statSync(file).mode & 0o777]).toEqual([32, 0o600]);
  expect(readdirSync(dir.path)).toEqual(["secret"]);
  mkdirSync(join(dir.path, "appendonlydir"));
  expect(await ensure()).toEqual(made);
});

test.each(["appendonlydir", "appendonly.aof"])(
  "none is made beside data that were sealed with another (%s): what to do is said",
  async (name) => {
    using dir = tempDir();
    const file = join(dir.path, "secret");
    mkdirSync(join(dir.path, name));
    const ensured = ensureSecret(file, () => sealedIn(dir.path));
    await expect(ensured).rejects.toThrow(/^There is no secret at .*Put it back/);
    expect(existsSync(file)).toBe(false);
  },
);

test("one that was cut off is none: what to do is said, with nothing and with something sealed", async () => {
  using dir = tempDir();
  const file = join(dir.path, "secret");
  writeFileSync(file, Buffer.alloc(31, 1));
  const ensure = () => ensureSecret(file, () => sealedIn(dir.path));
  await expect(ensure()).rejects.toThrow(/secret holds 31 bytes; .* Remove it/);
  mkdirSync(join(dir.path, "appendonlydir"));
  await expect(ensure()).rejects.toThrow(/secret holds 31 bytes; .* Put it back/);
  expect(readFileSync(file)).toHaveLength(31);
});

test("two secrets are told apart by a mark that is neither", () => {
  using dir = tempDir();
  const [one, other] = [join(dir.path, "one"), join(dir.path, "other")];
  writeFileSync(one, Buffer.alloc(32, 1));
  writeFileSync(other, Buffer.alloc(32, 2));
  expect(secretMark(one)).toMatch(/^[0-9a-f]{16}$/);
  expect(secretMark(one)).not.toBe(secretMark(other));
  expect(secretMark(join(dir.path, "none"))).toBeNull();
});

test("where the tower is is noted for its owner alone, and forgotten", () => {
  using dir = tempDir();
  const forget = noteAccess(dir.path, { url: "http://127.0.0.1:1", key: "k" });
  expect(statSync(join(dir.path, "access.json")).mode & 0o777).toBe(0o600);
  expect(readAccess(dir.path)).toEqual({ url: "http://127.0.0.1:1", key: "k" });
  forget();
  expect(readdirSync(dir.path)).toEqual([]);
  expect(readAccess(dir.path)).toEqual({});
});

test("a torn note is none, and torn passwords of Redis are named with the way out", () => {
  using dir = tempDir();
  writeFileSync(join(dir.path, "access.json"), '{"url":"http://127');
  expect(readAccess(dir.path)).toEqual({});
  writeFileSync(join(dir.path, "redis-users.json"), "{");
  expect(() => usersOf(dir.path)).toThrow(/redis-users\.json cannot be read .*remove it/);
});
