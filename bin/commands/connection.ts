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

/** The key that the supervisor of this data directory made for commands on the same machine. */
async function localKey(): Promise<string | undefined> {
  const path = join(process.env["CT_DATA_DIR"] ?? "data", "local-key");
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** @throws UsageError when there is no key to be found */
export async function connectionOf(args: {
  url?: string | undefined;
  key?: string | undefined;
}): Promise<Connection> {
  const port = process.env["PORT"] ?? "3000";
  const url = (args.url ?? process.env["CT_URL"] ?? `http://127.0.0.1:${port}`).replace(/\/$/, "");
  const key =
    args.key ?? process.env["CT_KEY"] ?? process.env["CT_BOOTSTRAP_KEY"] ?? (await localKey());
  if (!key)
    throw new UsageError(
      "no key: give --key, or set CT_KEY, or start the system here first with `npm start`",
    );
  return { url, key };
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
