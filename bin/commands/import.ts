import { defineCommand } from "citty";
import { feedArgs, runFeed } from "./feed-command.ts";
import { UsageError } from "../adapters/feed.ts";
import { importCsv, readOurCsv } from "./import-csv.ts";

export const importArgs = {
  ...feedArgs,
  "dry-run": {
    type: "boolean",
    description: "CSV in our own columns: say what would change and write nothing",
  },
  partial: {
    type: "boolean",
    description: "CSV in our own columns: take the rows that are in order and name the rest",
  },
} as const;

/** What only a feed knows, and what only the door for our own columns does: ignored, the first would be sent otherwise than meant, and the second sent at all. */
const OF_FEEDS = ["zone", "shift", "shift-to", "shuffle"] as const;
const OF_OUR_CSV = ["dry-run"] as const;

type Given = Partial<Record<(typeof OF_FEEDS)[number] | (typeof OF_OUR_CSV)[number], unknown>>;

function refuse(args: Given, names: readonly (keyof Given)[], why: string): void {
  const given = names.filter((name) => args[name] !== undefined && args[name] !== false);
  if (given.length > 0) throw new UsageError(`--${given.join(", --")}: ${why}; nothing was sent`);
}

export const importCommand = defineCommand({
  meta: {
    name: "import",
    description:
      "Send a file's orders as events with their original times, as fast as they are taken; a CSV file in our own columns may be tried first",
  },
  args: importArgs,
  async run({ args }) {
    const text = await readOurCsv(args.path);
    if (text === undefined) {
      refuse(args, OF_OUR_CSV, "only a CSV file in our own columns can be tried first");
      return runFeed(args, Number.POSITIVE_INFINITY);
    }
    refuse(args, OF_FEEDS, "a CSV file in our own columns is sent as it stands");
    return importCsv(args, text);
  },
});
