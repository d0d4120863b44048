/**
 * How requests are checked. Bodies strictly: nothing coerced, nothing dropped, no defaults. What comes in an address is text, so numbers and booleans
 * in queries and paths are read from it; everything else is the same.
 */
import { Ajv, type Options } from "ajv";
import addFormats from "ajv-formats";
import type { FastifySchemaCompiler } from "fastify";
import { plugin } from "../plugin.ts";

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
  return ajv;
}

const strict = createAjv(STRICT);
const fromText = createAjv({ ...STRICT, coerceTypes: true, useDefaults: true });

/** The compiler of everything that arrives on sockets and in bodies. */
export const compileStrict = strict.compile.bind(strict);

/** For routes that check their body themselves, because its shape depends on the address; the schema is documentation then. */
export const leaveBody: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  httpPart === "body" ? () => true : fromText.compile(schema);

const compiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === "body" ? strict : fromText).compile(schema);

export const validationPlugin = plugin("validation", [], (app) => {
  app.setValidatorCompiler(compiler);
  // JSON or what a route names itself: plain text is what a form of another page can send
  app.removeContentTypeParser("text/plain");
});
