/** `ct backup <file>`: Redis, history and configuration of a running tower in one file, with checksums. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { UsageError } from "../adapters/feed.ts";
import { makeBackup } from "../backup/make.ts";
import { bytesProgress } from "./progress.ts";

export const placeArgs = {
  file: { type: "positional", description: "the backup", valueHint: "tower.tar", required: true },
} as const;

/** Where everything is, by the same environment that starts the tower. */
export function placesOf(env: NodeJS.ProcessEnv) {
  const dataDir = resolve(env["CT_DATA_DIR"] || "data");
  const databaseUrl = env["DATABASE_URL"] || undefined;
  const file = join(dataDir, "history", "history.db");
  const secretFile = resolve(env["CT_SECRET_FILE"] || join(dataDir, "secret"));
  return {
    dataDir,
    secretFile,
    history: { file, ...(databaseUrl !== undefined && { databaseUrl }) },
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

export const backupCommand = defineCommand({
  meta: {
    name: "backup",
    description:
      "Back a running tower up: Redis, history and configuration in one file with checksums. The secret is not in it: keep it elsewhere",
  },
  args: placeArgs,
  async run({ args }) {
    const out = resolve(args.file);
    if (existsSync(out)) throw new UsageError(`${args.file} is there already`);
    if (!existsSync(dirname(out))) throw new UsageError(`there is no folder ${dirname(out)}`);
    const startedAt = performance.now();
    const sitesFile = process.env["CT_SITES_FILE"] || undefined;
    const say = (message: string): void => console.error(message);
    const places = placesOf(process.env);
    const manifest = await makeBackup({ ...places, sitesFile, out, say, ...bytesProgress() });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const { content } = manifest.history;
    const orders = content === null ? "" : `, ${content.orders} orders in history`;
    console.log(`${args.file}: ${megabytes(statSync(out).size)}${orders}, in ${seconds} s`);
  },
});
