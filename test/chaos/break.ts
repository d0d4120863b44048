/**
 * Breaks one script of a process on purpose, for the negative controls: preloaded (`--import`) by the harness, it hands the product another text when
 * it reads its script. Nothing of the product knows of it. `CT_BREAK` names what to break.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

type Break = { file: string; from: string; to: string };

const BREAKS: Readonly<Record<string, Break>> = {
  /** a repeat is taken as new at the door */
  "dedupe off": {
    file: "append.lua",
    from: "elseif before then",
    to: "elseif false then",
  },
  /** one event in fifty, by its id, is acknowledged and never written */
  "ack before write": {
    file: "append.lua",
    from: "local position = redis.call('XADD', KEYS[1], '*', 'e', ARGV[first + 4])",
    to: `local position
      if tonumber(string.sub(redis.sha1hex(field), 1, 8), 16) % 50 == 7 then position = string.format('%.0f', now) .. '-0'
      else position = redis.call('XADD', KEYS[1], '*', 'e', ARGV[first + 4]) end`,
  },
  /** a turn is written whoever had one in between, and takes the next number for itself */
  "compare off": {
    file: "commit.lua",
    from: "if cursor ~= ARGV[1] or seq ~= ARGV[2] or epoch ~= ARGV[3] then",
    to: "if false then",
  },
  /** the cursor moves and nothing else is written, now and then */
  "effect outside the script": {
    file: "commit.lua",
    from: "while at <= #ARGV do",
    to: "while at <= #ARGV and (tonumber(seq) % 20 ~= 19) do",
  },
};

const chosen = BREAKS[process.env["CT_BREAK"] ?? ""];
if (chosen !== undefined) {
  const { readFileSync } = fs;
  const broken = (...args: Parameters<typeof readFileSync>): unknown => {
    const text = readFileSync(...args);
    if (typeof text !== "string" || !String(args[0]).endsWith(chosen.file)) return text;
    if (!text.includes(chosen.from)) throw new Error(`nothing to break in ${chosen.file}`);
    return text.replace(chosen.from, chosen.to);
  };
  fs.readFileSync = broken as typeof readFileSync;
  syncBuiltinESMExports();
}
