/** Where a command finds the running system, and with which key it speaks to it. */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../adapters/feed.ts";
import { readAccess } from "../secrets.ts";

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
      "machine key; default CT_KEY, CT_BOOTSTRAP_KEY, or the key of the tower that runs on this machine",
  },
} as const;

/** Without the slash at its end. @throws UsageError for what is no address */
export function addressIn(url: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/$/, "");
  throw new UsageError(`"${url}" is no address: --url and CT_URL are like http://127.0.0.1:3000`);
}

/** @throws UsageError when there is no key to be found, or the address is none */
export async function connectionOf(args: {
  url?: string | undefined;
  key?: string | undefined;
}): Promise<Connection> {
  const local = readAccess(process.env["CT_DATA_DIR"] || "data");
  const given = args.url ?? process.env["CT_URL"] ?? local.url ?? "http://127.0.0.1:3000";
  const url = addressIn(given);
  const key = args.key ?? process.env["CT_KEY"] ?? process.env["CT_BOOTSTRAP_KEY"] ?? local.key;
  if (key) return { url, key };
  throw new UsageError(
    "no key: give --key, or set CT_KEY, or start the system here first with `npm run serve`",
  );
}

const NO_CONTENT = 204;
const FORBIDDEN = 403;
const TOO_MANY = 429;
/** from here on it is the server that failed */
const SERVER_FAULT = 500;

type Refusal = {
  title?: string;
  detail?: string;
  code?: string;
  errors?: { path?: string; message?: string }[];
};

/** Why it was refused, in the server's own words; which field, when it says so. */
export function wordsOf(status: number, { title, detail, errors = [] }: Refusal): string {
  const fields = errors.map(({ path = "", message = "" }) =>
    `${path.replace(/^\//, "")} ${message.replace(/^body\S* /, "")}`.trim(),
  );
  const whole = detail ?? title;
  const why = fields.length > 0 ? `${whole?.replace(/\.$/, "")}: ${fields.join("; ")}` : whole;
  return `${why ?? "refused"} (${status})`;
}

/** What a server refused, with the status it gave. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The key is known and may not do this. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof Refused && error.status === FORBIDDEN;

/** No later answer would be another: what was asked is wrong, not the moment. */
export const isLasting = (error: unknown): boolean =>
  error instanceof Refused && error.status !== TOO_MANY && error.status < SERVER_FAULT;

/** What takes longer than this has gone wrong: a large file is taken in some seconds. */
const ANSWER_WITHIN_MS = 120_000;
const SAY_AFTER_MS = 5_000;

/** Says now and then that it is still being waited for. */
async function patiently<T>(url: string, answer: Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const saying = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    console.error(`${url} has not answered for ${seconds} s; still waiting`);
  }, SAY_AFTER_MS);
  return answer.finally(() => clearInterval(saying));
}

/** A body as it is, JSON out. @throws Error with the problem's own words */
export async function sendText<T>(
  { url, key }: Connection,
  method: string,
  path: string,
  sent?: { type: string; body: string },
): Promise<T> {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (sent !== undefined) headers["content-type"] = sent.type;
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const init = { method, headers, signal, ...(sent !== undefined && { body: sent.body }) };
  const response = await patiently(url, fetch(url + path, init)).catch((cause: Error) => {
    throw new Error(
      `${url} does not answer (${(cause.cause as Error | undefined)?.message ?? cause.message}); is it running? \`npm run serve\``,
    );
  });
  const isTold = response.ok && response.status !== NO_CONTENT;
  const answer = (await response.json().catch((cause: Error) => {
    if (isTold) throw new Error(`${url} broke off its answer (${cause.message})`);
    return {};
  })) as T & Refusal;
  if (!response.ok) throw new Refused(response.status, wordsOf(response.status, answer));
  return answer;
}

/** A tower that starts again is back within some seconds; then it reads its sites. */
export const AWAY_AT_MOST_MS = 180_000;
const AGAIN_AFTER_MS = 2_000;

/** Asks again while the tower is away or asks for patience: for what is safe to be asked twice. @throws Error what `ask` throws, at once where no patience helps */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + AWAY_AT_MOST_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (isLasting(error) || performance.now() > giveUpAt) throw error;
      console.error(`${(error as Error).message}\nnothing is lost by asking again: trying again`);
      await sleep(AGAIN_AFTER_MS);
    }
  }
}

/** JSON in, JSON out. @throws Error with the problem's own words */
export const sendJson = <T>(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> =>
  sendText(
    connection,
    method,
    path,
    body === undefined ? undefined : { type: "application/json", body: JSON.stringify(body) },
  );

/** GET of a JSON document. @throws Error with the problem's own words */
export const getJson = <T>(connection: Connection, path: string): Promise<T> =>
  sendJson(connection, "GET", path);

type Page<T> = { items: T[]; next: string | null };

/** All pages of a list. */
export async function getEveryItem<T>(connection: Connection, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let next: string | null = ""; next !== null;) {
    const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
    const page: Page<T> = await getJson(connection, `${path}?limit=200${cursor}`);
    found.push(...page.items);
    ({ next } = page);
  }
  return found;
}
