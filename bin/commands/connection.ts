/** Where a command finds the running system, and with which key it speaks to it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../adapters/feed.ts";

export type Connection = { url: string; key: string };

export const connectionArgs = {
  url: {
    type: "string",
    description: "address of the running system",
    valueHint: "http://127.0.0.1:3000",
  },
  key: {
    type: "string",
    description:
      "machine key; default CT_KEY, CT_BOOTSTRAP_KEY, or the key of `npm start` on this machine",
  },
} as const;

/** The note that a running supervisor leaves in its data directory for commands on the same machine. */
async function localAccess(): Promise<Partial<Connection>> {
  const path = join(process.env["CT_DATA_DIR"] ?? "data", "access.json");
  return readFile(path, "utf8").then(
    (text) => JSON.parse(text) as Connection,
    () => ({}),
  );
}

/** @throws UsageError when there is no key to be found */
export async function connectionOf(args: {
  url?: string | undefined;
  key?: string | undefined;
}): Promise<Connection> {
  const local = await localAccess();
  const url = args.url ?? process.env["CT_URL"] ?? local.url ?? "http://127.0.0.1:3000";
  const key = args.key ?? process.env["CT_KEY"] ?? process.env["CT_BOOTSTRAP_KEY"] ?? local.key;
  if (key) return { url: url.replace(/\/$/, ""), key };
  throw new UsageError(
    "no key: give --key, or set CT_KEY, or start the system here first with `npm start`",
  );
}

/** GET of a JSON document. @throws Error with the problem's own words */
export async function getJson<T>({ url, key }: Connection, path: string): Promise<T> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } }).catch(
    (cause: Error) => {
      throw new UsageError(
        `${url} does not answer (${(cause.cause as Error | undefined)?.message ?? cause.message}); is it running? \`npm start\``,
      );
    },
  );
  const body = (await response.json().catch(() => ({}))) as T & { title?: string; detail?: string };
  if (!response.ok)
    throw new Error(`${path}: ${response.status} ${body.title ?? ""} ${body.detail ?? ""}`.trim());
  return body;
}
