import { defineCommand } from "citty";
import { feedArgs, runFeed } from "./feed-command.ts";

export const importCommand = defineCommand({
  meta: {
    name: "import",
    description:
      "Send a file's orders as events with their original times, as fast as they are taken",
  },
  args: feedArgs,
  run: ({ args }) => runFeed(args, Number.POSITIVE_INFINITY),
});
