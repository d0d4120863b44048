/**
 * A refusal as it is thrown anywhere in the server; `plugins/errors.ts` renders it as `application/problem+json` (RFC 9457).
 * Checked by its code, never by class or message.
 */
import { countOf } from "../domain/counted.ts";
import type { ItemError, Problem } from "../domain/contract/ingest.ts";
import { ERRORS, isErrorCode, type ErrorCode } from "../domain/errors.ts";

export type ProblemExtra = {
  errors?: ItemError[];
  retryAfterSeconds?: number;
  /** instead of the status that the code has by itself */
  status?: number;
  /** further members of the document: `owner` and `version` of a conflict, `waiting` of an order to come */
  members?: Record<string, unknown>;
  cause?: unknown;
};

export type ProblemError = Error & {
  code: ErrorCode;
  /** named as Fastify reads it */
  statusCode: number;
  extra: ProblemExtra;
};

/** `detail` is read by whoever sent the request: it names what was wrong and never anything internal. */
export function problem(code: ErrorCode, detail: string, extra: ProblemExtra = {}): ProblemError {
  const error = new Error(detail, { cause: extra.cause });
  return Object.assign(error, { code, statusCode: extra.status ?? ERRORS[code].status, extra });
}

/** What a refusal adds when it is about one field of what was sent. */
export const aboutField = (path: string, message: string): Pick<ProblemExtra, "errors"> => ({
  errors: [{ index: 0, path, message }],
});

/** The detail of a refusal that names each mistake in its `errors`. */
export const misfitsIn = (mistakes: number, what: string): string =>
  `${countOf(mistakes, "thing")} in ${what} ${mistakes === 1 ? "does" : "do"} not fit.`;

/** Throws a refusal, if it is one. */
export function throwIf(refusal: ProblemError | null): void {
  if (refusal !== null) throw refusal;
}

export const isProblem = (error: unknown): error is ProblemError =>
  error instanceof Error && "extra" in error && "code" in error && isErrorCode(error.code);

/** The document of a refusal. */
export function problemDocument(error: ProblemError, instance?: string): Problem {
  const { title, retryable } = ERRORS[error.code];
  return {
    type: `urn:control-tower:error:${error.code}`,
    title,
    status: error.statusCode,
    detail: error.message,
    code: error.code,
    retryable,
    ...(instance !== undefined && { instance }),
    errors: error.extra.errors ?? [],
    ...error.extra.members,
  };
}
