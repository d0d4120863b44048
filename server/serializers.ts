/** How answers are written: as Fastify would, but what writes a schema is made once a process, however many routes and servers answer with it. Three of four are another's. */
import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import type { FastifyServerOptions } from "fastify";

type Compilers = NonNullable<
  NonNullable<FastifyServerOptions["schemaController"]>["compilersFactory"]
>;
type Build = NonNullable<Compilers["buildSerializer"]>;
type Writer = ReturnType<ReturnType<Build>>;

const make: Build = SerializerSelector();
/** the schema as text -> what writes it */
const made = new Map<string, Writer>();

export const buildSerializer: Build = (shared, options) => {
  const compile = make(shared, options);
  // what points at schemas that an app shares means something else in another app
  if (Object.keys(shared ?? {}).length > 0) return compile;
  return (route) => {
    const text = JSON.stringify(route.schema);
    const writer = made.get(text) ?? compile(route);
    made.set(text, writer);
    return writer;
  };
};
