import { expect, test } from "vitest";
import { HTTP_INSTANT_FIELDS } from "../../../domain/contract/http-instants.ts";
import { readDetail } from "../../../client/order/order-view.ts";
import { withInstants } from "../../../client/realtime/instants.ts";
import { toHttp } from "../../../server/http-instants.ts";
import { personalEntries } from "../../../client/order/personal-entries.ts";
import { stateAfter } from "../../../client/order/useOrderDetail.ts";
import { anOrder, at, aView, onTheWire } from "./builders.ts";

test("the browser turns the same fields into instants that the server writes as RFC 3339", () => {
  const fields = [...HTTP_INSTANT_FIELDS];
  const written = Object.fromEntries(fields.map((field) => [field, new Date(at(3)).toISOString()]));
  const read = Object.fromEntries(fields.map((field) => [field, at(3)]));
  expect(toHttp(read)).toEqual(written);
  expect(withInstants(written)).toEqual(read);
});

test("an order comes back from the wire as it was", () => {
  const view = aView({ order: anOrder({ notes: [{ at: at(3), text: "call" }] }), actBy: at(60) });
  expect(readDetail(onTheWire(view))).toMatchObject(view);
});

test("text that is no instant stays, wherever it stands", () => {
  const record = {
    at: "soon",
    note: "2026-11-23T08:00:00Z",
    list: [{ until: "2026-11-23T08:00:00Z" }],
  };
  expect(withInstants(record)).toEqual({ ...record, list: [{ until: at(0) }] });
});

test("personal fields are not touched by the reading of instants", () => {
  const personal = { shipTo: { name: "Ana", due: "2026-11-23T08:00:00Z" } };
  expect(readDetail(onTheWire(aView({ personal }))).personal).toEqual(personal);
});

test("personal fields are listed flat, empty ones left out", () => {
  const personal = { shipTo: { name: "Ana", postalCode: "10115", phone: "" }, tags: ["a", "b"] };
  expect(personalEntries(personal)).toEqual([
    ["name", "Ana"],
    ["postal_Code", "10115"],
    ["tags", "a, b"],
  ]);
  expect(personalEntries(null)).toEqual([]);
});

const refusal = (code: string, status: number, more: object = {}) => ({
  type: "about:blank",
  title: code,
  detail: "",
  retryable: false,
  errors: [],
  code,
  status,
  ...more,
});

test.each([
  [
    "an order whose events wait is waiting",
    refusal("CT_ERR_ORDER_WAITING", 404, { waiting: 2 }),
    "waiting",
  ],
  ["an order nobody knows is missing", refusal("CT_ERR_NOT_FOUND", 404), "missing"],
  ["anything else has failed", refusal("CT_ERR_INTERNAL", 500), "failed"],
])("%s", (_, problem, kind) => {
  expect(stateAfter(problem, { kind: "loading" }).kind).toBe(kind);
});

test("an order that was read stays on screen when reading it again fails", () => {
  const view = aView();
  const problem = refusal("CT_ERR_INTERNAL", 500);
  expect(stateAfter(problem, { kind: "ready", view, problem: null })).toEqual({
    kind: "ready",
    view,
    problem,
  });
});
