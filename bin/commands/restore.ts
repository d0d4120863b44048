/** `ct restore <file>`: proves a backup and puts it in place; `--verify` proves it alone. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineCommand } from "citty";
import { UsageError } from "../adapters/feed.ts";
import { restoreBackup, verifyBackup, type Proof } from "../backup/restore.ts";
import { findRedis } from "../redis-binary.ts";
import { placeArgs, placesOf } from "./backup.ts";
import { bytesProgress } from "./progress.ts";

export const restoreArgs = {
  ...placeArgs,
  verify: { type: "boolean", description: "only prove that it could be restored; changes nothing" },
} as const;

const wordsOf = ({ at, keys, orders }: Proof): string =>
  `of ${at}, ${keys} keys in Redis${orders === null ? "" : `, ${orders} orders in history`}`;

export const restoreCommand = defineCommand({
  meta: {
    name: "restore",
    description:
      "Prove a backup and put it in place of what is in CT_DATA_DIR, which is kept aside. Stop the tower first",
  },
  args: restoreArgs,
  async run({ args }) {
    if (!existsSync(args.file)) throw new UsageError(`${args.file} is not there`);
    const say = (message: string): void => console.error(message);
    const cacheDir = join(import.meta.dirname, "../../.cache");
    const binary = findRedis({ env: process.env, cacheDir, say });
    const settings = {
      ...placesOf(process.env),
      file: resolve(args.file),
      binary,
      say,
      ...bytesProgress(),
    };
    if (args.verify === true) {
      console.log(`whole: ${wordsOf(await verifyBackup(settings))}`);
      return;
    }
    const done = await restoreBackup(settings);
    console.log(`restored: ${wordsOf(done)}`);
    if (done.aside !== null) console.log(`what was there before is in ${done.aside}`);
  },
});
