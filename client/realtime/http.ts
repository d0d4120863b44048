/**
 * The one way to the HTTP interface: session cookie, JSON in and out, refusals as a typed error. No answer at all is a refusal too
 * (status 0), so that callers have one road for what went wrong.
 */
import { ASKED_BY, askedByValue } from "../../domain/contract/asked-by.ts";
import type { Problem } from "../../domain/contract/ingest.ts";

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail || problem.title, { cause });
    this.problem = problem;
  }
}

/** Any thrown thing as the problem that is shown. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError ? error.problem : noAnswer(String(error));

export const noAnswer = (detail: string): Problem => ({
  type: "about:blank",
  title: "The server does not answer. Try again in a moment.",
  status: 0,
  detail,
  code: "CT_ERR_UNAVAILABLE",
  retryable: true,
  errors: [],
});

async function problemFrom(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null);
  if (typeof said === "object" && said !== null && "code" in said) return said as Problem;
  const { status, statusText: title } = response;
  return { ...noAnswer(""), title: title || `Status ${status}`, status, retryable: status >= 500 };
}

export type HttpOptions = {
  body?: unknown;
  /** sent as it is, instead of `body` */
  blob?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** who asks for it; whoever is logged in on this page when it is left out */
  by?: string;
};

let person: string | null = null;
/** Who is logged in on this page: from now on its requests say so, and are refused when it is somebody else's session by then. */
export const actAs = (name: string): void => void (person = name);

function askerOf(method: string, by: string | null): Record<string, string> {
  return method === "GET" || !by ? {} : { [ASKED_BY]: askedByValue(by) };
}

/** What goes with a request, and what it is called; null for nothing. */
function sentOf({ body, blob }: HttpOptions): { body: BodyInit; type: string } | null {
  if (blob !== undefined) return { body: blob, type: blob.type };
  return body === undefined ? null : { body: JSON.stringify(body), type: "application/json" };
}

/** Resolves to the parsed body (undefined when there is none); throws `ProblemError`. `path` starts with `/`. */
export async function http<T>(method: string, path: string, options: HttpOptions = {}): Promise<T> {
  const { headers = {}, signal, by = person } = options;
  const sent = sentOf(options);
  const request: RequestInit = {
    method,
    credentials: "same-origin",
    headers: {
      ...(sent === null ? {} : { "content-type": sent.type }),
      ...askerOf(method, by),
      ...headers,
    },
    ...(sent === null ? {} : { body: sent.body }),
    ...(signal === undefined ? {} : { signal }),
  };
  const response = await fetch(path, request).catch((error: unknown) => {
    // what the browser calls it (`TypeError: Failed to fetch`) is for its console
    throw new ProblemError(noAnswer(""), error);
  });
  if (!response.ok) throw new ProblemError(await problemFrom(response));
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

type Page<T> = { items: T[]; next: string | null };

/** All pages of a list, in their order; throws `ProblemError`. */
export async function everyItem<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  const query = new URLSearchParams({ limit: "200" });
  for (let next: string | null = ""; next !== null;) {
    if (next !== "") query.set("cursor", next);
    const page: Page<T> = await http("GET", `${path}?${query}`);
    items.push(...page.items);
    ({ next } = page);
  }
  return items;
}
