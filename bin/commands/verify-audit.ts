/** Checks the audit log entry by entry on this side of the wire: the server only hands it over. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { defineCommand } from "citty";
import { countOf } from "../../domain/counted.ts";
import type { AuditEntry } from "../../domain/contract/audit.ts";
import { type Anchor, anchorOf, isSignedWith } from "../../server/audit/anchor.ts";
import { createVerifier, type Verdict } from "../../server/audit/verify.ts";
import { canonical } from "../../server/connectors/canonical.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getJson } from "./connection.ts";

export const verifyAuditArgs = {
  ...connectionArgs,
  file: {
    type: "string",
    description: "an export (NDJSON) to check instead of the running system",
    valueHint: "audit.ndjson",
  },
  anchors: {
    type: "string",
    description: "a log of the server: every anchor in it must be in the chain",
    valueHint: "server.log",
  },
  "anchor-key": {
    type: "string",
    description: "public key that anchors must be signed with; default: that of the running system",
  },
} as const;

export type AuditSource = { lines: AsyncIterable<string>; log?: AsyncIterable<string> };
type Checked = Verdict & { anchors: number; problems: string[] };

async function anchorsIn(lines: AsyncIterable<string>): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  for await (const line of lines) {
    const anchor = anchorOf(line);
    if (anchor !== null) anchors.push(anchor);
  }
  return anchors;
}

const linkOf = ({ hash, ...entry }: AuditEntry) => ({ n: entry.n, text: canonical(entry), hash });

function linkIn(line: string, place: number) {
  try {
    return linkOf(JSON.parse(line) as AuditEntry);
  } catch {
    return { n: place, text: line, hash: "" };
  }
}

function anchorProblem(anchor: Anchor, key: string | undefined, seen: string | undefined) {
  const name = `the anchor of entry ${anchor.n} (${new Date(anchor.at).toISOString()})`;
  if (!isSignedWith(key ?? anchor.key, anchor)) return `${name} is not signed by this installation`;
  if (seen === undefined) return `${name} is of an entry that is not here: the chain was cut`;
  if (seen !== anchor.hash)
    return `${name} is of another entry: the chain was rewritten at or before it`;
  return null;
}

type Read = { verdict: Verdict; end: Anchor | null; hashes: Map<number, string> };

/** Takes the lines in; an anchor at their end is where they must end. Keeps the hashes of the entries in `wanted`. */
async function readEntries(lines: AsyncIterable<string>, wanted: Set<number>): Promise<Read> {
  const verifier = createVerifier();
  const hashes = new Map<number, string>();
  let end: Anchor | null = null;
  let place = 0;
  for await (const line of lines) {
    if (line === "") continue;
    end = anchorOf(line);
    if (end !== null) continue;
    place += 1;
    const link = linkIn(line, place);
    verifier.add(link);
    if (wanted.has(link.n)) hashes.set(link.n, link.hash);
  }
  return { verdict: verifier.end(end), end, hashes };
}

function endProblem({ verdict, end }: Read, key: string | undefined): string[] {
  if (end !== null && !isSignedWith(key ?? end.key, end))
    return ["the head at the end is not signed by this installation"];
  const isOpen = end === null && verdict.entries > 0;
  return isOpen ? ["no signed head at the end: whether the last entries are missing is open"] : [];
}

/** Checks entries, a line each, against themselves and against the anchors of the log. */
export async function checkAudit(source: AuditSource, key?: string): Promise<Checked> {
  const anchors = source.log === undefined ? [] : await anchorsIn(source.log);
  const read = await readEntries(source.lines, new Set(anchors.map(({ n }) => n)));
  const problems = anchors.flatMap((one) => anchorProblem(one, key, read.hashes.get(one.n)) ?? []);
  const all = [...problems, ...endProblem(read, key)];
  return { ...read.verdict, anchors: anchors.length, problems: all };
}

/** Opened when it is first asked for a line: what readline reads before somebody listens is lost, and the end with it. */
export async function* linesOf(open: () => Readable): AsyncGenerator<string> {
  yield* createInterface({ input: open(), crlfDelay: Number.POSITIVE_INFINITY });
}

const linesOfFile = (path: string): AsyncIterable<string> => linesOf(() => createReadStream(path));

async function fromServer(args: { url?: string | undefined; key?: string | undefined }) {
  const connection = await connectionOf(args);
  const { head } = await getJson<{ head: Anchor | null }>(connection, "/api/v1/audit/verify");
  const response = await fetch(`${connection.url}/api/v1/exports/audit.ndjson`, {
    headers: { authorization: `Bearer ${connection.key}` },
  });
  const { body } = response;
  if (!response.ok || body === null)
    throw new Error(`the audit log cannot be read: ${response.status}`);
  return { lines: linesOf(() => Readable.fromWeb(body as never)), key: head?.key };
}

function report({ entries, findings, found, anchors, problems }: Checked): string {
  const lines = [
    ...findings.map(({ n, is, words }) => `entry ${n}: ${is}: ${words}`),
    ...(found > findings.length ? [`and ${found - findings.length} more`] : []),
    ...problems,
  ];
  const kept = `${entries} entries, ${anchors} anchors of a log`;
  if (lines.length === 0) return `the audit log is whole: ${kept}`;
  return `${lines.join("\n")}\nthe audit log was touched: ${countOf(found + problems.length, "finding")} in ${kept}`;
}

export const verifyAuditCommand = defineCommand({
  meta: {
    name: "verify-audit",
    description: "Check that no entry of the audit log was deleted, moved, edited or back-dated",
  },
  args: verifyAuditArgs,
  async run({ args }) {
    const log = args.anchors === undefined ? {} : { log: linesOfFile(args.anchors) };
    const from =
      args.file === undefined
        ? await fromServer(args)
        : { lines: linesOfFile(args.file), key: undefined };
    const key = args["anchor-key"] ?? from.key;
    const checked = await checkAudit({ lines: from.lines, ...log }, key).catch((error: unknown) => {
      if (["ENOENT", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
        throw new UsageError((error as Error).message);
      throw error;
    });
    if (args.anchors !== undefined && checked.anchors === 0)
      throw new UsageError(`${args.anchors} holds no anchor: it is no log of the server`);
    if (args.file !== undefined && checked.entries + checked.found === 0)
      throw new UsageError(`${args.file} holds no entry: it is no export, or nothing of one`);
    const text = report(checked);
    if (checked.found > 0 || checked.problems.length > 0) throw new Error(`\n${text}`);
    console.log(text);
  },
});
