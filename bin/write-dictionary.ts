/** Writes docs/history.md, the dictionary of history: tables, views and metrics, from the schema and the definitions. `node bin/write-dictionary.ts`; a test holds that it is current. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOG } from "../domain/analytics/catalog.ts";
import { TABLES } from "../history/schema.ts";

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

const metricRows = Object.values(CATALOG)
  .flat()
  .map(({ id, key, name, formula, window, rules }) =>
    row(id, `\`${key}\``, name, formula, window, rules),
  );

const VIEWS = [
  [
    "bi_orders",
    "an order a row, instants as time stamps, and whether it shipped and arrived in time",
  ],
  ["bi_events", "an event a row, taken from the orders' records: type, when, source, station"],
  ["bi_legs", "a completed stage a row: how long, of which work, hold, night and waiting, in ms"],
  [
    "bi_incidents",
    "an incident a row: kind, severity, when it was raised, taken and over, whether it was escalated",
  ],
  ["bi_rollups", "sums by site, hour or day, dimension, value and name"],
] as const;

/** Everything that stands in the file. */
export function dictionaryText(): string {
  return [
    "# The dictionary of history",
    "",
    "Made from the schema by `node bin/write-dictionary.ts`. Instants are epoch milliseconds in the tables and time stamps in the views. No name and no address of a customer is in any of them.",
    "",
    "## Views, for those who ask with SQL",
    "",
    "They stay as they are; the tables may change. For a reader of its own in PostgreSQL: `create role bi login password '...'; grant select on bi_orders, bi_events, bi_legs, bi_incidents, bi_rollups to bi;`. With SQLite open the",
    "file read-only: `sqlite3 -readonly data/history/history.db`.",
    "",
    row("view", "what"),
    row("---", "---"),
    ...VIEWS.map(([name, what]) => row(`\`${name}\``, what)),
    "",
    "## Metrics",
    "",
    "Shares are kept as numerator and denominator and add up over hours, sites and years. Quantiles from the histograms are off by 5 % at most.",
    "",
    row("", "key", "name", "formula", "window", "rules"),
    row("---", "---", "---", "---", "---", "---"),
    ...metricRows,
    "",
    "## Tables",
    "",
    ...Object.entries(TABLES).map(([name, table]) => tableText(name, table)),
  ].join("\n");
}

if (import.meta.main)
  writeFileSync(join(import.meta.dirname, "../docs/history.md"), dictionaryText());
