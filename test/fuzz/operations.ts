/** What can be asked, read from the document that the server itself publishes. */
import fc from "fast-check";
import {
  EVENT_TYPES,
  EventEnvelope,
  isSiteEventType,
  wireDataSchemas,
} from "../../domain/event.ts";
import { ACTION_BODIES } from "../../server/orders/action-event.ts";
import { fitting, HOSTILE, type JsonSchema } from "./arbitrary.ts";
import { mutated, type Sent } from "./mutations.ts";

type Parameter = { name: string; in: string; required?: boolean; schema: JsonSchema };
type Described = {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
};
export type Document = { paths: Record<string, Record<string, Described>> };

export type Operation = {
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** of the JSON body; undefined when there is none */
  body: JsonSchema | undefined;
};

export type Input = {
  operation: Operation;
  /** by place and name, as it stands in the address before it is encoded */
  given: { in: string; name: string; text: string }[];
  sent: Sent | undefined;
};

const EVENTS = "POST /api/v1/events";

/** A header would have to be sent as one: only what stands in the address is made up. */
const inAddress = ({ in: place }: Parameter): boolean => place === "path" || place === "query";

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: parameters.filter(inAddress),
      body: requestBody?.content["application/json"]?.schema,
    })),
  );

/** Things that exist, so that not everything ends at a 404. What begins with `@` stands for what was made or listed last (`run.ts`). */
const POOLS: Readonly<Record<string, string[]>> = {
  site: ["BER1", "BER1", "BER1", "NYC1", "OTHER"],
  id: ["SO-1", "SO-2", "SO-3", "@event"],
  eventId: ["@action"],
  name: ["note", "hold", "release", "assign", "expedite", "cancel", "correct", "viewer"],
  source: ["fuzz", "ui/admin"],
};

/** What this path made or listed last, under the address that the parameter stands behind; where its last page ended. */
function lastOf(path: string, { name, in: place }: Parameter): string[] {
  if (place === "path") return [`@${path.split(`/{${name}}`)[0] ?? ""}`];
  return name === "cursor" ? [`@next ${path}`] : [];
}

function textFor(path: string, parameter: Parameter): fc.Arbitrary<string> {
  const { name, schema } = parameter;
  const fits = fitting(schema).map((value) =>
    typeof value === "string" ? value : JSON.stringify(value),
  );
  const pool = [...(POOLS[name] ?? []), ...lastOf(path, parameter)];
  const odd = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 600 }));
  const known = pool.length === 0 ? fits : fc.constantFrom(...pool);
  return fc.oneof(
    { weight: 4, arbitrary: known },
    { weight: 3, arbitrary: fits },
    { weight: 1, arbitrary: odd },
  );
}

/** Each required one, most of the others, and now and then one twice. */
function givenFor(path: string, parameters: Parameter[]): fc.Arbitrary<Input["given"]> {
  const each = parameters.map((parameter) => {
    const once = textFor(path, parameter).map((text) => [
      { in: parameter.in, name: parameter.name, text },
    ]);
    if (parameter.in === "path") return once;
    const never = fc.constant([]);
    const twice = once.map((one) => [...one, ...one]);
    const weight = parameter.name === "site" ? 40 : 10;
    return fc.oneof(
      { weight, arbitrary: once },
      { weight: 15, arbitrary: never },
      { weight: 1, arbitrary: twice },
    );
  });
  return each.length === 0 ? fc.constant([]) : fc.tuple(...each).map((lists) => lists.flat());
}

const eventOf = (type: (typeof EVENT_TYPES)[number]): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      fitting(EventEnvelope as unknown as JsonSchema),
      fitting(wireDataSchemas[type] as unknown as JsonSchema),
      fc.constantFrom(...(POOLS["id"] ?? [])),
      fc.constantFrom("BER1", "NYC1"),
    )
    .map(([envelope, data, orderId, site]) => {
      const { orderId: _orderId, ...rest } = envelope as Record<string, unknown>;
      const order = isSiteEventType(type) ? {} : { orderId };
      return { ...rest, ...order, type, site, source: "fuzz", data };
    });

const events = fc.oneof(...EVENT_TYPES.map(eventOf));

function bodyFor(operation: Operation): fc.Arbitrary<Sent | undefined> {
  if (operation.name === EVENTS)
    return fc.oneof(
      mutated(events, "application/json"),
      mutated(fc.array(events, { maxLength: 4 }), "application/json"),
    );
  return operation.body === undefined
    ? fc.constant(undefined)
    : mutated(fitting(operation.body), "application/json");
}

/** Each costs a hash of a password or a look at all of a chain: fewer of them, or nothing else would be tried. */
const COSTLY = /session|account\/password|first-admin|^(POST|PATCH) \/api\/v1\/users|audit|docs/;
const FREQUENT = /POST \/api\/v1\/(events|orders\/\{id\}\/actions\/\{name\})$/;

/** What is gone cannot be asked for: deletions are the fewer. */
function weightOf(name: string): number {
  if (FREQUENT.test(name)) return 60;
  if (COSTLY.test(name)) return 2;
  return name.startsWith("DELETE") ? 3 : 10;
}

/** An action's body depends on its name in the address; by chance alone the two would hardly ever meet. */
function actions(operation: Operation): fc.Arbitrary<Input> {
  const isMany = operation.path.startsWith("/api/v1/orders/actions");
  const ids = fc.array(fc.constantFrom(...(POOLS["id"] ?? [])), { minLength: 1, maxLength: 3 });
  const one = (name: string, schema: JsonSchema): fc.Arbitrary<Input> => {
    const own = fitting(schema);
    const body = isMany
      ? fc.tuple(own, ids).map(([action, chosen]) => ({ ...(action as object), ids: chosen }))
      : own;
    const others = operation.parameters.filter((parameter) => parameter.name !== "name");
    return fc
      .tuple(givenFor(operation.path, others), mutated(body, "application/json"))
      .map(([given, sent]) => ({
        operation,
        given: [...given, { in: "path", name: "name", text: name }],
        sent,
      }));
  };
  return fc.oneof(
    ...Object.entries(ACTION_BODIES).map(([name, schema]) =>
      one(name, schema as unknown as JsonSchema),
    ),
  );
}

const anyInput = (operation: Operation): fc.Arbitrary<Input> =>
  fc
    .tuple(givenFor(operation.path, operation.parameters), bodyFor(operation))
    .map(([given, sent]) => ({ operation, given, sent }));

const inputOf = (operation: Operation): fc.Arbitrary<Input> =>
  operation.path.endsWith("/actions/{name}")
    ? fc.oneof(actions(operation), actions(operation), anyInput(operation))
    : anyInput(operation);

/** Any request to any operation of the document. */
export const inputs = (operations: Operation[]): fc.Arbitrary<Input> =>
  fc.oneof(
    ...operations.map((operation) => ({
      weight: weightOf(operation.name),
      arbitrary: inputOf(operation),
    })),
  );
