/** Writes docs/history.md, the dictionary of history: tables, views and metrics, from the schema and the definitions. `node bin/write-dictionary.ts`; a test holds that it is current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOG } from "../domain/analytics/catalog.ts";
import type { Definition } from "../domain/analytics/definition.ts";
import { TABLES } from "../history/schema.ts";
import { readerStatements, VIEWS, type View } from "../history/views.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (...cells: string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const TYPES = { text: "text", int: "whole number", blob: "bytes" } as const;
type Column = { type: keyof typeof TYPES; isNull?: true; meaning: string };

function tableText(
  name: string,
  {
    meaning,
    key,
    columns,
  }: { meaning: string; key: readonly string[]; columns: Record<string, Column> },
): string {
  const rows = Object.entries(columns).map(([column, { type, isNull, meaning: said }]) =>
    row(`\`${column}\``, `${TYPES[type]}${isNull === true ? ", may be missing" : ""}`, said),
  );
  return [
    `### \`${name}\``,
    "",
    `${meaning} Key: ${key.map((part) => `\`${part}\``).join(", ")}.`,
    "",
    row("column", "type", "meaning"),
    row("---", "---", "---"),
    ...rows,
    "",
  ].join("\n");
}

/** Names of the sums that a metric reads, as `bi_rollups` has them. */
function sumsOf({ read }: Definition): string[] {
  const names = new Set<string>();
  const n = new Proxy<Record<string, number>>(
    {},
    { get: (_sums, name) => names.add(String(name)) && 1 },
  );
  read({ n, h: {} });
  return [...names];
}

const code = (text: string): string => `\`${text}\``;

const metricRows = Object.values(CATALOG)
  .flat()
  .map((one) =>
    row(
      one.id,
      code(one.key),
      one.name,
      one.formula,
      one.window,
      one.rules,
      sumsOf(one).map(code).join(", "),
    ),
  );

function viewText(name: string, { meaning, columns }: View): string {
  return [
    `### ${code(name)}`,
    "",
    meaning,
    "",
    row("column", "meaning"),
    row("---", "---"),
    ...Object.entries(columns).map(([column, said]) => row(code(column), said)),
    "",
  ].join("\n");
}

/** Everything that stands in the file. */
export function dictionaryText(): string {
  return [
    "# The dictionary of history",
    "",
    "Made from the schema by `node bin/write-dictionary.ts`. Instants are epoch milliseconds in the tables and time stamps in the views. No name and no address of a customer is in any of them.",
    "",
    "## Views, for those who ask with SQL",
    "",
    "They stay as they are; the tables may change. A reader of its own in PostgreSQL, which sees them and nothing else (run it as the owner of the tables):",
    "",
    "```sql",
    ...readerStatements("bi", "...").map((statement) => `${statement};`),
    "```",
    "",
    "With SQLite open the file read-only: `sqlite3 -readonly data/history/history.db`.",
    "",
    ...Object.entries(VIEWS).map(([name, view]) => viewText(name, view)),
    "## Metrics",
    "",
    "Shares are kept as numerator and denominator and add up over hours, sites and years. Quantiles from the histograms are off by 5 % at most. The sums are those of `bi_rollups`; `inc.open` and `load.*` are counted when they are asked for and are not kept.",
    "",
    row("", "key", "name", "formula", "window", "rules", "sums"),
    row("---", "---", "---", "---", "---", "---", "---"),
    ...metricRows,
    "",
    "## Tables",
    "",
    ...Object.entries(TABLES).map(([name, table]) => tableText(name, table)),
  ].join("\n");
}

if (import.meta.main)
  writeFileSync(join(import.meta.dirname, "../docs/history.md"), dictionaryText());
