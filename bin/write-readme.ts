/** Writes README's configuration table from the schemas that check the environment. `node bin/write-readme.ts`; a test holds that it is current. */
import { readFileSync, writeFileSync } from "node:fs";
import { ServerEnvironment } from "../server/config.ts";
import { WorkersEnvironment } from "../workers/config.ts";

const README = new URL("../README.md", import.meta.url);
const MARKS = [
  "<!-- configuration: made by bin/write-readme.ts -->",
  "<!-- /configuration -->",
] as const;

type Variable = { default?: unknown; description?: string };
type Variables = Record<string, Variable | undefined>;
const READERS: Record<string, Variables> = {
  server: ServerEnvironment.properties as Variables,
  workers: WorkersEnvironment.properties as Variables,
};

const shownDefault = ({ default: value }: Variable): string =>
  value === undefined || value === "" ? "" : `\`${String(value)}\``;

export function configurationTable(): string {
  const names = [...new Set(Object.values(READERS).flatMap((variables) => Object.keys(variables)))];
  const rows = names.toSorted().map((name) => {
    const readers = Object.keys(READERS).filter((reader) => READERS[reader]?.[name]);
    const variable = READERS[readers[0] ?? ""]?.[name] ?? {};
    const cells = [
      `\`${name}\``,
      shownDefault(variable),
      readers.join(", "),
      variable.description ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| variable | default | read by | meaning |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** README with its table renewed. */
export function renewed(readme: string): string {
  const [before = "", rest = ""] = readme.split(MARKS[0]);
  const [, after = ""] = rest.split(MARKS[1]);
  return `${before}${MARKS[0]}\n\n${configurationTable()}\n\n${MARKS[1]}${after}`;
}

if (import.meta.main) writeFileSync(README, renewed(readFileSync(README, "utf8")));
