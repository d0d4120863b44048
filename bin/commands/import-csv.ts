/** `ct import` of a CSV file in our own columns: sent whole to the door for such files, which knows all about them. */
import { stat } from "node:fs/promises";
import { readText } from "../adapters/feed.ts";
import type { ImportAnswer } from "../../domain/contract/imports.ts";
import { connectionOf, sendText, untilAnswered } from "./connection.ts";
import { siteOf } from "./feed-command.ts";

export type CsvArgs = {
  path: string;
  site?: string | undefined;
  url?: string | undefined;
  key?: string | undefined;
  "dry-run"?: boolean | undefined;
  partial?: boolean | undefined;
};

const namesIn = (header: string): string[] =>
  header.split(/[,;\t]/).map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ""));

/** Whether a file has columns of orders or events as the door names them. */
export function isOurCsv(text: string): boolean {
  const names = namesIn(/^.*/.exec(text)?.[0] ?? "");
  return names.includes("orderid") && (names.includes("sku") || names.includes("type"));
}

/** Its text, when `path` is a file of ours. */
export async function readOurCsv(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || !/\.csv(\.gz)?$/i.test(path)) return undefined;
  const text = await readText(path);
  return isOurCsv(text) ? text : undefined;
}

const shown = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");

function changesOf({ changes = [] }: ImportAnswer): string[] {
  return changes.flatMap(({ orderId, fields }) =>
    fields.map(
      ({ field, was, wouldBe }) =>
        `${orderId} ${field}: ${shown(was ?? "nothing")} -> ${shown(wouldBe)}`,
    ),
  );
}

/** A row with several mistakes is one row. */
const refusedRows = (errors: ImportAnswer["errors"]): number =>
  new Set(errors.map(({ index }) => index)).size;

export function summary({
  dryRun,
  form,
  rows,
  accepted,
  duplicates,
  orders,
  errors,
}: ImportAnswer): string {
  const count = (value: number): string => value.toLocaleString("en");
  const kinds =
    orders === undefined
      ? ""
      : `; orders: ${count(orders.new)} new, ${count(orders.amended)} amended, ${count(orders.unchanged)} as they are`;
  return `${dryRun ? "Nothing was written. " : ""}${count(rows)} rows of ${form}: ${count(accepted)} ${dryRun ? "to be " : ""}accepted, ${count(duplicates)} known already, ${count(refusedRows(errors))} refused${kinds}`;
}

export async function importCsv(args: CsvArgs, text: string): Promise<void> {
  const connection = await connectionOf(args);
  const query = new URLSearchParams({ site: await siteOf(connection, args.site) });
  if (args["dry-run"] === true) query.set("dryRun", "true");
  if (args.partial === true) query.set("partial", "true");
  const path = `/api/v1/imports?${query.toString()}`;
  const sent = { type: "text/csv", body: text };
  // ids are made of what a row says: the same again is known, wherever the first was cut off
  const answer = await untilAnswered(() => sendText<ImportAnswer>(connection, "POST", path, sent));
  console.log(summary(answer));
  for (const line of changesOf(answer)) console.log(line);
  for (const { path: place, message } of answer.errors)
    console.error(`refused ${place}: ${message}`);
  if (answer.errors.length > 0) process.exitCode = 1;
}
