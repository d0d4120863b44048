import { defineCommand } from "citty";
import { feedArgs, runFeed } from "./feed-command.ts";
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

export const importCommand = defineCommand({
  meta: {
    name: "import",
    description:
      "Send a file's orders as events with their original times, as fast as they are taken; a CSV file in our own columns may be tried first",
  },
  args: importArgs,
  async run({ args }) {
    const text = await readOurCsv(args.path);
    await (text === undefined ? runFeed(args, Number.POSITIVE_INFINITY) : importCsv(args, text));
  },
});
