/** The door for X12: what is answered, and what is taken of a body with mistakes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EdiAnswer } from "../../../domain/contract/edi.ts";
import { BEARER } from "../fake-app.ts";
import { createWorld, type World } from "../matrix/world.ts";
import { ADVICE, anInterchange, aSet, ORDER } from "./bodies.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

const post = (payload: string, query = "", type = "application/edi-x12") =>
  world.app.inject({
    method: "POST",
    url: `/api/v1/edi?site=BER1${query}`,
    headers: { ...BEARER, "content-type": type },
    payload,
  });
const taken = () => world.tower.taken.map(({ event }) => event.type);

test("each set is accounted for, and the same again is all duplicates", async () => {
  const body = anInterchange(ORDER, ADVICE);
  const first = await post(body);
  expect(first.statusCode).toBe(202);
  expect(first.json()).toMatchObject({
    accepted: 4,
    duplicates: 0,
    groups: [
      {
        sender: "THREEPL",
        interchange: "000000007",
        functionalId: "OW",
        control: "7",
        acknowledgment: "A",
        received: 2,
        accepted: 2,
        sets: [
          {
            code: "940",
            control: "0001",
            acknowledgment: "A",
            orders: ["SO-1"],
            events: 1,
            errors: [],
          },
          {
            code: "945",
            control: "0002",
            acknowledgment: "A",
            orders: ["SO-1"],
            events: 3,
            errors: [],
          },
        ],
      },
    ],
  });
  expect((await post(body, "", "text/plain")).json()).toMatchObject({ accepted: 0, duplicates: 4 });
});

test("a name goes no other way than sealed", () => {
  const entry = world.tower.taken.find(({ event }) => event.source === "edi/THREEPL");
  expect(JSON.stringify(entry?.event)).not.toContain("Jane Doe");
  expect(entry?.sealed).toBeDefined();
});

const spoilt = anInterchange(
  aSet("940", "W05*N*SO-21", "LX*1", "W01*1*EA**VN*A"),
  aSet("940", "W05*N", "LX*1", "W01*1*EA**VN*A"),
).replace("GE*2*7", "GE*3*7");

test("nothing is taken of a body with a mistake, and each is named", async () => {
  const before = taken().length;
  const answer = await post(spoilt);
  expect(answer.statusCode).toBe(422);
  const { errors } = answer.json() as { errors: { path: string }[] };
  expect(errors.map(({ path }) => path)).toEqual(["segment 9, W0502"]);
  expect(taken()).toHaveLength(before);
});

test("asked for, the rest is taken and sets with mistakes are refused; wrong trailers are only noted", async () => {
  const answer = await post(spoilt, "&partial=true");
  expect(answer.statusCode).toBe(207);
  const { accepted, groups } = answer.json() as EdiAnswer;
  expect(accepted).toBe(1);
  expect(groups[0]).toMatchObject({ acknowledgment: "P", received: 2, accepted: 1 });
  expect(groups[0]?.sets.map(({ acknowledgment }) => acknowledgment)).toEqual(["A", "R"]);
  const counted = anInterchange(aSet("940", "W05*N*SO-22")).replace("SE*3*", "SE*9*");
  const noted = await post(counted);
  expect(noted.statusCode).toBe(202);
  expect((noted.json() as EdiAnswer).groups[0]).toMatchObject({
    acknowledgment: "E",
    sets: [{ acknowledgment: "E", errors: [{ path: "segment 5, SE01" }] }],
  });
});

test("what the door itself refuses is named by its segment", async () => {
  const answer = await post(anInterchange(aSet("940", `W05*N*${"x".repeat(200)}`)));
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({
    errors: [{ index: 0, path: "segment 4, W05 (/orderId)" }],
  });
});

test("plain text of a person's page is refused: a form of another page can send it", async () => {
  const admin = world.subjects.find(({ role, home }) => role === "admin" && home === "BER1");
  const send = (type: string) =>
    world.app.inject({
      method: "POST",
      url: "/api/v1/edi?site=BER1",
      headers: { ...admin?.headers(), "content-type": type },
      payload: anInterchange(aSet("940", "W05*N*SO-41")),
    });
  expect((await send("text/plain; charset=utf-8")).statusCode).toBe(415);
  expect((await send("application/edi-x12")).statusCode).toBe(202);
});

test.each([
  [415, "x", "application/json"],
  [400, "hello", "text/plain"],
  [400, "", "application/octet-stream"],
])("%i for %s as %s", async (status, body, type) => {
  const answer = await post(body, "", type);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
});
