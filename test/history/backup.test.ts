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
