/**
 * How requests are checked. Bodies strictly: nothing coerced, nothing dropped, no defaults. What comes in an address is text, so numbers and booleans
 * in queries and paths are read from it; everything else is the same.
 */
import { isUtf8 } from "node:buffer";
import { Ajv, type Options } from "ajv";
import addFormats from "ajv-formats";
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from "fastify";
import { excessIn } from "../connectors/limits.ts";
import { repeatedName } from "../connectors/repeated-names.ts";
import { instantOf } from "../instants.ts";
import { plugin } from "../plugin.ts";
import { problem } from "../problem.ts";

const STRICT: Options = {
  allErrors: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  strict: false,
};

function createAjv(options: Options): Ajv {
  const ajv = new Ajv(options);
  addFormats.default(ajv);
  const { validate } = ajv.formats["date-time"] as { validate: (text: string) => boolean };
  // what the standard can write and no clock shows (a leap second) is refused here, and is NaN nowhere
  const exists = (text: string): boolean => validate(text) && !Number.isNaN(instantOf(text));
  return ajv.addFormat("date-time", { validate: exists });
}

const strict = createAjv(STRICT);
const fromText = createAjv({ ...STRICT, coerceTypes: true, useDefaults: true });

/** The compiler of everything that arrives in bodies. */
export const compileStrict = strict.compile.bind(strict);

/** For routes that check their body themselves, because its shape depends on the address; the schema is documentation then. */
export const leaveBody: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  httpPart === "body" ? () => true : fromText.compile(schema);

/** For routes that ask for nothing: no body is an empty one. `null` is a body, and a wrong one. */
export async function nothingIsEmpty(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

const compiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === "body" ? strict : fromText).compile(schema);

const LONGEST_ADDRESS = 8_192;
const JSON_TYPE = "application/json";
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;

const unsupported = (detail: string) => problem("CT_ERR_UNSUPPORTED_MEDIA_TYPE", detail);

/** Before a byte of the body is read: text in UTF-8, as it is. A packed body could be any size when it is unpacked. */
function checkHead({ url, headers }: FastifyRequest): void {
  if (url.length > LONGEST_ADDRESS)
    throw problem("CT_ERR_TOO_LARGE", "The address is longer than 8 KiB.", { status: 414 });
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity")
    throw unsupported("Send the body as it is, without a content encoding.");
  const type = headers["content-type"];
  if (type === undefined || type === JSON_TYPE) return;
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw unsupported("Send the body in UTF-8.");
}

/** JSON that is not too deep, not too wide, names nothing twice and reaches for no prototype. Event bodies come as bytes and are checked item by item. */
function checkShape(body: unknown): void {
  if (typeof body !== "object" || body === null || Buffer.isBuffer(body)) return;
  const excess = excessIn(body);
  if (excess === null) return;
  const errors = [{ index: 0, path: excess.path, message: `body ${excess.message}` }];
  throw problem("CT_ERR_INVALID", "The body passes a limit.", { errors });
}

/** Fastify's own reading, and no name twice in an object: `JSON.parse` would keep the last of two and say nothing. */
function readJson(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<Buffer>(JSON_TYPE, { parseAs: "buffer" }, (request, bytes, done) => {
    // read as text they would be kept, with U+FFFD in the place of what was meant
    if (!isUtf8(bytes)) return done(problem("CT_ERR_NOT_JSON", "The body is not UTF-8."));
    const text = bytes.toString();
    // clients that name the type of every request send none where none is asked for
    if (text === "" && request.routeOptions.schema?.body === undefined) return done(null);
    void read(request, text, (error, value: unknown) => {
      const name = error ? null : repeatedName(text, value);
      if (name === null) return done(error, value);
      const shown = JSON.stringify(name.slice(0, 128));
      return done(problem("CT_ERR_NOT_JSON", `The body names ${shown} twice.`));
    });
  });
}

export const validationPlugin = plugin("validation", [], (app) => {
  app.setValidatorCompiler(compiler);
  // JSON or what a route names itself: plain text is what a form of another page can send
  app.removeAllContentTypeParsers();
  readJson(app);
  // With `done` rather than async: a promise a hook and request is what waits for nothing here
  app.addHook("onRequest", (request, _reply, done) => done(void checkHead(request)));
  app.addHook("preValidation", ({ body }, _reply, done) => done(void checkShape(body)));
});
