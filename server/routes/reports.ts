/**
 * What browsers report about the content security policy. A report is written by whoever sends it and may quote a page: only which rule was broken and by
 * what kind of thing is logged, and no more than a few lines a minute.
 */
import { Type } from "typebox";
import type { FastifyInstance } from "fastify";
import { CSP_REPORTS } from "../plugins/headers.ts";
import { bodyOf, bytesOptions } from "../interchange.ts";

const LARGEST = 16 * 1024;
const LINES_A_MINUTE = 20;
const MOST_REPORTS = 20;

/** the directives there are: anything else is not a word of ours to write down */
const DIRECTIVE = /^[a-z]{2,12}(?:-[a-z]{2,12}){1,4}$/;
const KEYWORD = /^(?:inline|eval|wasm-eval|data|blob|trusted-types-policy|trusted-types-sink)$/;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Of both formats: `{"csp-report": {...}}` and `[{"type": "csp-violation", "body": {...}}]`. */
function violationsIn(body: unknown): Fields[] {
  const list: unknown[] = Array.isArray(body) ? body.slice(0, MOST_REPORTS) : [body];
  return list.flatMap((one) => {
    const report = isFields(one) ? (one["csp-report"] ?? one["body"]) : undefined;
    return isFields(report) ? [report] : [];
  });
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Which rule, and what broke it: a keyword, or only that it was an address. */
function factsOf(report: Fields): { directive: string; blocked: string } {
  const directive = textOf(report["effectiveDirective"] ?? report["effective-directive"]);
  const blocked = textOf(report["blockedURL"] ?? report["blocked-uri"]);
  return {
    directive: DIRECTIVE.test(directive) ? directive : "unknown",
    blocked: KEYWORD.test(blocked) ? blocked : "an address",
  };
}

function createLog(app: FastifyInstance) {
  let minute = 0;
  let lines = 0;
  return (facts: object): void => {
    const now = Math.floor(app.now() / 60_000);
    if (now !== minute) [minute, lines] = [now, 0];
    lines += 1;
    if (lines <= LINES_A_MINUTE) app.log.warn(facts, "a page broke the content security policy");
  };
}

const REPORTS = ["application/csp-report", "application/reports+json"];

const schema = {
  summary: "What a browser reports about the content security policy",
  tags: ["health"],
  body: bodyOf(REPORTS, Type.Unknown({ description: "as browsers send it" })),
  response: { 204: Type.Null({ description: "taken" }) },
};

export function reportRoutes(app: FastifyInstance): void {
  const log = createLog(app);
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<string>(
      REPORTS,
      { parseAs: "string", bodyLimit: LARGEST },
      scope.getDefaultJsonParser("error", "error"),
    );
    scope.post(
      CSP_REPORTS,
      // a report comes from the browser itself, with no origin or a null one, and changes nothing
      {
        ...bytesOptions(app),
        config: { operation: "POST /api/v1/csp-reports", isFromAnywhere: true },
        schema,
        bodyLimit: LARGEST,
      },
      async (request, reply) => {
        for (const report of violationsIn(request.body)) log(factsOf(report));
        return reply.code(204).send();
      },
    );
  });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** no page of ours has to stand behind it, because it changes nothing */
    isFromAnywhere?: boolean;
  }
}
