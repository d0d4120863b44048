import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const passwords = join(import.meta.dirname, "../../../server/passwords.ts");
/** Derives a key, then tells the niceness of each of its threads. */
const program = `
  import { readdirSync, readFileSync } from "node:fs";
  const { hashPassword } = await import(${JSON.stringify(passwords)});
  await hashPassword("a red lorry in the yard");
  const niceOf = (thread) =>
    Number(readFileSync(\`/proc/self/task/\${thread}/stat\`, "utf8").split(") ")[1].split(" ")[16]);
  console.log(JSON.stringify([...new Set(readdirSync("/proc/self/task").map(niceOf))].sort((a, b) => a - b)));
`;

/** Who raises itself above its process fails, unless it is root: then nobody could log in. */
test.skipIf(process.platform !== "linux")(
  "threads for passwords stand behind the process, however low that stands itself",
  () => {
    const args = ["-n", "4", process.execPath, "--input-type=module", "-e", program];
    const own = JSON.parse(execFileSync("nice", args, { encoding: "utf8" })) as number[];
    const base = Math.min(...own);
    expect(own).toEqual([base, base + 3]);
    expect(base).toBeGreaterThanOrEqual(4);
  },
  30_000,
);
