/** The audit chain: searched page by page, checked, and exported for keeping outside. */
import { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AuditEntry } from "../../domain/contract/audit.ts";
import { type HttpOperation, type Principal, hasSite } from "../../domain/permissions.ts";
import { entryOf } from "../audit/chain.ts";
import { type AuditFilter, allLinks, matches, readPage, verifyStore } from "../audit/read.ts";
import type { Verdict } from "../audit/verify.ts";
import { csvLine } from "../csv.ts";
import { aboutField, misfitsIn, problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";
import { instantOf } from "../instants.ts";

const text = (most: number) => Type.Optional(Type.String({ minLength: 1, maxLength: most }));
const FILTER = {
  who: text(256),
  what: Type.Optional(Type.String({ pattern: "^[a-z-]{1,40}(\\.[a-z-]{1,40})?$" })),
  site: text(32),
  subject: text(256),
  from: Type.Optional(Type.String({ format: "date-time" })),
  to: Type.Optional(Type.String({ format: "date-time" })),
};
const Filter = Type.Object(FILTER, { additionalProperties: false });
const PageQuery = Type.Object(
  {
    ...FILTER,
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
const DEFAULT_LIMIT = 50;

/** No entry fits a window that ends before it begins: "nobody did anything" would be no answer to it. */
function refuseTurned({ from, to }: Static<typeof Filter>): void {
  if (from === undefined || to === undefined || instantOf(from) <= instantOf(to)) return;
  const field = aboutField("/from", "querystring must not lie after to");
  throw problem("CT_ERR_INVALID", misfitsIn(1, "the request"), field);
}

/** Refuses with 404 for another's site, as everywhere. */
function filterOf(
  app: FastifyInstance,
  request: FastifyRequest,
  query: Static<typeof Filter>,
): AuditFilter {
  const { who, what, site, subject, from, to } = query;
  if (site !== undefined) siteOf(app, request, site);
  refuseTurned(query);
  return {
    ...(who !== undefined && { who }),
    ...(what !== undefined && { what }),
    ...(site !== undefined && { site }),
    ...(subject !== undefined && { subject }),
    ...(from !== undefined && { from: instantOf(from) }),
    ...(to !== undefined && { to: instantOf(to) }),
  };
}

/** What concerns no site (users, keys, logins) is for those who have them all. */
const sight =
  (principal: Principal) =>
  ({ site }: AuditEntry): boolean =>
    site === undefined ? principal.sites === "all" : hasSite(principal, site);

const options = (operation: HttpOperation, summary: string, querystring: object) => ({
  config: { operation },
  schema: { summary, querystring, tags: ["audit"] },
});

/** Instants of keys, before and after: they are written down as they are kept, in milliseconds. */
const INSTANTS: ReadonlySet<string> = new Set(["createdAt", "endsAt", "expiresAt", "revokedAt"]);

const withTexts = (name: string, value: unknown): unknown =>
  typeof value === "number" && INSTANTS.has(name) ? new Date(value).toISOString() : value;

/** As it leaves over HTTP. Exports for checking have entries as they were hashed. */
const toHttp = (entry: AuditEntry): Record<string, unknown> => ({
  ...(JSON.parse(JSON.stringify(entry), withTexts) as object),
  at: new Date(entry.at).toISOString(),
});

const COLUMNS = ["n", "at", "who", "what", "where", "site", "subject", "why", "before", "after"];
const cellsOf = (entry: AuditEntry): unknown[] => {
  const shown = toHttp(entry);
  return COLUMNS.map((name) => shown[name]);
};

type Line = (entry: AuditEntry) => string;

async function* linesOf(
  app: FastifyInstance,
  asked: { until: number; filter: AuditFilter; principal: Principal; line: Line },
): AsyncGenerator<string> {
  const maySee = sight(asked.principal);
  for await (const links of allLinks(app.audit.store, asked.until)) {
    const entries = links.map(entryOf).filter((one) => matches(one, asked.filter) && maySee(one));
    if (entries.length > 0) yield entries.map(asked.line).join("");
  }
}

/** Entries as they were hashed; a whole export ends with the signed head, so that a cut file can be told from a whole one. */
async function* ndjson(
  app: FastifyInstance,
  principal: Principal,
  filter: AuditFilter,
): AsyncGenerator<string> {
  const { head } = await app.audit.store.state();
  if (head === null) return;
  const line: Line = (entry) => `${JSON.stringify(entry)}\n`;
  yield* linesOf(app, { until: head.n, filter, principal, line });
  if (Object.keys(filter).length === 0 && principal.sites === "all")
    yield `${JSON.stringify({ anchor: app.auditSigner.anchor(head) })}\n`;
}

async function* csv(
  app: FastifyInstance,
  principal: Principal,
  filter: AuditFilter,
): AsyncGenerator<string> {
  const { head } = await app.audit.store.state();
  yield csvLine(COLUMNS);
  const line: Line = (entry) => csvLine(cellsOf(entry));
  yield* linesOf(app, { until: head?.n ?? 0, filter, principal, line });
}

const FORMATS = {
  ndjson: { type: "application/x-ndjson", lines: ndjson },
  csv: { type: "text/csv; charset=utf-8", lines: csv },
} as const;

function exportRoute(app: FastifyInstance, format: keyof typeof FORMATS): void {
  const operation = `GET /api/v1/exports/audit.${format}` as const;
  app.get<{ Querystring: Static<typeof Filter> }>(
    `/api/v1/exports/audit.${format}`,
    options(operation, `The audit log as ${format.toUpperCase()}, the oldest first`, Filter),
    async (
      request: FastifyRequest<{ Querystring: Static<typeof Filter> }>,
      reply: FastifyReply,
    ) => {
      const { type, lines } = FORMATS[format];
      const filter = filterOf(app, request, request.query);
      await recordExport(app, request, format);
      return reply
        .type(type)
        .header("content-disposition", `attachment; filename="audit.${format}"`)
        .send(Readable.from(lines(app, request.principal, filter)));
    },
  );
}

const recordExport = (
  app: FastifyInstance,
  { principal, ip, query }: FastifyRequest<{ Querystring: Static<typeof Filter> }>,
  format: string,
) =>
  app.audit.record({
    who: principal.name,
    what: "audit.exported",
    where: ip,
    after: { format, ...query },
  });

const unreadable = (cause: unknown) =>
  problem("CT_ERR_UNAVAILABLE", "The audit log cannot be read now. Try again.", { cause });

/** One check at a time: it reads everything there is. */
function createCheck(app: FastifyInstance): () => Promise<Verdict> {
  let running: Promise<Verdict> | null = null;
  return () => {
    running ??= verifyStore(app.audit.store).finally(() => {
      running = null;
    });
    return running;
  };
}

function verdictToHttp(app: FastifyInstance, verdict: Verdict): object {
  const { entries, head, findings, found } = verdict;
  const anchor = head === null ? null : app.auditSigner.anchor(head);
  return { ok: found === 0, entries, head: anchor, found, findings };
}

export function auditRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Static<typeof PageQuery> }>(
    "/api/v1/audit",
    options("GET /api/v1/audit", "Who did what, the newest first", PageQuery),
    async (request) => {
      const { cursor, limit = DEFAULT_LIMIT, ...asked } = request.query;
      const maySee = sight(request.principal);
      const search = { filter: filterOf(app, request, asked), maySee, limit };
      const page = await readPage(app.audit.store, {
        ...search,
        ...(cursor !== undefined && { cursor }),
      }).catch((cause: unknown) => {
        throw unreadable(cause);
      });
      return { items: page.items.map(toHttp), next: page.next };
    },
  );
  const check = createCheck(app);
  app.get(
    "/api/v1/audit/verify",
    options(
      "GET /api/v1/audit/verify",
      "Check the whole chain; says where it was touched",
      Type.Object({}, { additionalProperties: false }),
    ),
    async () => {
      const verdict = await check().catch((cause: unknown) => {
        throw unreadable(cause);
      });
      return verdictToHttp(app, verdict);
    },
  );
  exportRoute(app, "ndjson");
  exportRoute(app, "csv");
}
