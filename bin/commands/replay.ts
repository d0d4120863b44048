import { defineCommand } from "citty";
import { UsageError } from "../adapters/feed.ts";
import { feedArgs, runFeed } from "./feed-command.ts";

export const replayArgs = {
  ...feedArgs,
  speed: {
    type: "string",
    description: "times faster than it happened",
    default: "3600",
    valueHint: "3600",
  },
} as const;

export const replayCommand = defineCommand({
  meta: {
    name: "replay",
    description:
      "Send a file's orders as events in the rhythm in which they happened, so many times faster",
  },
  args: replayArgs,
  run: ({ args }) => {
    const speed = Number(args.speed);
    if (!(speed > 0)) throw new UsageError(`--speed ${args.speed}: a number above 0 is needed`);
    return runFeed(args, speed);
  },
});
