/** `ct import` of a CSV file in our own columns: sent to the door for such files, which knows all about them; in pieces where it is too large for one request. */
import { stat } from "node:fs/promises";
import { readText } from "../adapters/feed.ts";
import { type Piece, piecesOf } from "../adapters/csv-pieces.ts";
import type { ImportAnswer } from "../../domain/contract/imports.ts";
import { type Connection, connectionOf, sendText, untilAnswered } from "./connection.ts";
import { siteOf } from "./feed-command.ts";
import { createProgress } from "./progress.ts";

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
  new Set(errors.map(({ index, path }) => /^row \d+/.exec(path)?.[0] ?? index)).size;

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

/** A place in a piece as it is called in the whole file. */
export function inFile(path: string, { rows }: Piece): string {
  return path.replace(/^row (\d+)/, (same, row: string) => {
    const number = rows?.[Number(row) - 2];
    return number === undefined ? same : `row ${number}`;
  });
}

/** What the answers to all pieces come to. */
function together(answers: readonly ImportAnswer[]): ImportAnswer {
  const [first, ...rest] = answers as [ImportAnswer, ...ImportAnswer[]];
  return rest.reduce((sum, one) => {
    const { orders, changes = [] } = one;
    const before = sum.orders;
    return {
      ...sum,
      rows: sum.rows + one.rows,
      accepted: sum.accepted + one.accepted,
      duplicates: sum.duplicates + one.duplicates,
      inbox: { ...sum.inbox, ...one.inbox },
      ...(before &&
        orders && {
          orders: {
            new: before.new + orders.new,
            amended: before.amended + orders.amended,
            unchanged: before.unchanged + orders.unchanged,
          },
        }),
      changes: [...(sum.changes ?? []), ...changes],
      errors: [...sum.errors, ...one.errors],
    };
  }, first);
}

type Mode = { dryRun: boolean; partial: boolean };
type Send = (mode: Mode) => Promise<ImportAnswer>;

/** One piece after the other, with progress where there are several. */
function createSender(connection: Connection, site: string, pieces: readonly Piece[]): Send {
  const total = pieces.reduce((sum, { count }) => sum + count, 0);
  return async ({ dryRun, partial }) => {
    const query = new URLSearchParams({ site });
    if (dryRun) query.set("dryRun", "true");
    if (partial) query.set("partial", "true");
    const path = `/api/v1/imports?${query.toString()}`;
    const progress =
      pieces.length > 1 ? createProgress(dryRun ? "rows looked at" : "rows", total) : undefined;
    const answers: ImportAnswer[] = [];
    let done = 0;
    for (const piece of pieces) {
      const sent = { type: "text/csv", body: piece.text };
      // ids are made of what a row says: the same again is known, wherever the first was cut off
      const answer = await untilAnswered(() =>
        sendText<ImportAnswer>(connection, "POST", path, sent),
      );
      const errors = answer.errors.map((one) => ({ ...one, path: inFile(one.path, piece) }));
      answers.push({ ...answer, errors });
      progress?.at((done += piece.count));
    }
    progress?.end();
    return together(answers);
  };
}

function tell(answer: ImportAnswer): void {
  console.log(summary(answer));
  for (const line of changesOf(answer)) console.log(line);
  for (const { path: place, message } of answer.errors)
    console.error(`refused ${place}: ${message}`);
  if (answer.errors.length > 0) process.exitCode = 1;
}

/** Of a file in pieces nothing may be sent either while there is a mistake in any of them: all of it is looked at first. */
export async function importCsv(args: CsvArgs, text: string): Promise<void> {
  const connection = await connectionOf(args);
  const site = await siteOf(connection, args.site);
  const pieces = piecesOf(text);
  const send = createSender(connection, site, pieces);
  const { "dry-run": dryRun = false, partial = false } = args;
  if (pieces.length > 1 && !dryRun && !partial) {
    const looked = await send({ dryRun: true, partial });
    if (looked.errors.length > 0) return tell(looked);
  }
  tell(await send({ dryRun, partial }));
}
