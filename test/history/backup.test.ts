/** What is called with stands in the list of processes: no password may be in it. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyHistory, restoreDump } from "../../history/backup.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "ct-bk-"));
  // in the place of PostgreSQL's own: they write down how they were called
  for (const tool of ["pg_dump", "pg_restore"]) {
    writeFileSync(
      join(dir, tool),
      `#!/bin/sh\nprintf '%s\\n' "$PGPASSWORD" "$@" > "${dir}/${tool}.said"\n`,
    );
    chmodSync(join(dir, tool), 0o700);
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const address = {
  databaseUrl: "postgres://tower:s%40cret@db.example:5433/tower?sslmode=require",
  file: "",
};
const OPEN = "--dbname=postgres://tower@db.example:5433/tower?sslmode=require";
const saidOf = (tool: string): string[] =>
  readFileSync(join(dir, `${tool}.said`), "utf8")
    .trim()
    .split("\n");

test("PostgreSQL's tools are told the password by their environment", async () => {
  const env = { PATH: `${dir}:/usr/bin:/bin` };
  expect(await copyHistory(address, (name) => join(dir, name), env)).toBe("history.dump");
  restoreDump(address, "history.dump", env);
  for (const tool of ["pg_dump", "pg_restore"]) {
    const [password, ...args] = saidOf(tool);
    expect(password).toBe("s@cret");
    expect(args).toContain(OPEN);
    expect(args.join(" ")).not.toContain("cret");
  }
});

test("a tool that is not there is named, with how to get it", async () => {
  const none = { PATH: join(dir, "nothing") };
  await expect(copyHistory(address, (name) => join(dir, name), none)).rejects.toThrow(
    /^pg_dump of PostgreSQL is not installed here .*postgresql-client/,
  );
});

test("one that fails is named without what it was called with", () => {
  const folder = mkdtempSync(join(dir, "fails-"));
  writeFileSync(join(folder, "pg_restore"), "#!/bin/sh\nexit 1\n");
  chmodSync(join(folder, "pg_restore"), 0o700);
  expect(() => restoreDump(address, "history.dump", { PATH: folder })).toThrow(
    /^pg_restore of PostgreSQL failed; what it said is above$/,
  );
});
