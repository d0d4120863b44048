import { Type } from "typebox";
import { expect, test } from "vitest";
import { buildSerializer } from "../../server/serializers.ts";

const route = (schema: object) => ({ schema, method: "GET", url: "/", httpStatus: "200" });
const one = () => Type.Object({ a: Type.String() });

test("what writes a schema is made once, for every route and every server that answers with it", () => {
  const [first, second] = [buildSerializer({}, {}), buildSerializer({}, {})];
  const write = first(route(one()));
  expect(write({ a: "x", b: "never told" })).toBe('{"a":"x"}');
  expect(first(route(one()))).toBe(write);
  expect(second(route(one()))).toBe(write);
  const other = second(route(Type.Object({ b: Type.String() })));
  expect(other({ a: "x", b: "y" })).toBe('{"b":"y"}');
});

test("a schema that points at what an app shares is each app's own", () => {
  const shared = (type: string) => ({ thing: { $id: "thing", type } });
  const schema = { type: "object", properties: { a: { $ref: "thing#" } } };
  const number = buildSerializer(shared("integer"), {})(route(schema));
  const text = buildSerializer(shared("string"), {})(route(schema));
  expect([number({ a: "7" }), text({ a: "7" })]).toEqual(['{"a":7}', '{"a":"7"}']);
});
