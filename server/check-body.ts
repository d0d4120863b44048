/** Checks a body whose schema depends on its address, with the refusal that Fastify's own checking gives. */
import type { TSchema } from "typebox";
import type { ValidateFunction } from "ajv";
import { compileStrict } from "./plugins/validation.ts";
import { misfitsIn, problem } from "./problem.ts";
import { schemaFaults } from "./schema-faults.ts";

const compiled = new Map<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema) ?? compileStrict(schema);
  compiled.set(schema, known);
  return known;
}

/** Throws CT_ERR_INVALID with every mistake and its place. */
export function checkBody<T>(schema: TSchema, body: unknown): T {
  const validate = validatorOf(schema);
  if (validate(body)) return body as T;
  const errors = schemaFaults(validate.errors ?? [], "body");
  throw problem("CT_ERR_INVALID", misfitsIn(errors.length, "the request"), {
    errors,
  });
}
