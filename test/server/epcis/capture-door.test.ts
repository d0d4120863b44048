/** The door for EPCIS documents: what is answered, what is taken, and what a job says later. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaptureJob } from "../../../domain/contract/epcis.ts";
import { BEARER } from "../fake-app.ts";
import { createWorld, type World } from "../matrix/world.ts";
import { aDocument, anEpcisEvent } from "./documents.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

const LD = "application/ld+json";
const post = (document: unknown, query = "?site=BER1", headers: Record<string, string> = {}) =>
  world.app.inject({
    method: "POST",
    url: `/epcis/capture${query}`,
    headers: { ...BEARER, "content-type": LD, ...headers },
    payload: typeof document === "string" ? document : JSON.stringify(document),
  });
const read = (url: string) => world.app.inject({ url, headers: BEARER });
const taken = () => world.tower.taken.map(({ event }) => event.id);

const event = (id: string, fields: object = {}) =>
  anEpcisEvent({ eventID: `urn:uuid:${id}`, bizStep: "picking", ...fields });

test("a document is on disk, and its job can be read", async () => {
  const answer = await post(aDocument(event("1"), event("2", { bizStep: "shipping" })));
  expect(answer.statusCode).toBe(202);
  expect(answer.headers).toMatchObject({
    "gs1-epcis-version": "2.0.0",
    "gs1-epcis-capture-limit": "5000",
    "gs1-capture-error-behaviour": "rollback",
  });
  expect(taken()).toEqual(expect.arrayContaining(["urn:uuid:1", "urn:uuid:2"]));
  const location = String(answer.headers["location"]);
  expect(location).toMatch(/^\/epcis\/capture\/[\w-]+$/);
  const job = (await read(location)).json() as CaptureJob;
  expect(job).toMatchObject({
    running: false,
    success: true,
    errors: [],
    accepted: 2,
    duplicates: 0,
  });
  expect((await read(`${location}?site=NYC1`)).statusCode).toBe(404);
});

test("the same document again is all duplicates", async () => {
  const document = aDocument(event("3"), anEpcisEvent({ bizStep: "packing" }));
  await post(document);
  const before = taken().length;
  expect((await post(document)).json()).toMatchObject({
    accepted: 0,
    duplicates: 2,
    success: true,
  });
  expect(taken()).toHaveLength(before);
});

test("nothing is taken of a document with a mistake, and each is named with its place", async () => {
  const before = taken().length;
  const document = aDocument(
    event("4"),
    event("5", { bizStep: 7 }),
    event("6", { eventTime: "x" }),
  );
  const answer = await post(document);
  expect(answer.statusCode).toBe(422);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const { errors } = answer.json() as { errors: { index: number; path: string }[] };
  expect(errors.map(({ index, path }) => [index, path])).toEqual([
    [1, "/epcisBody/eventList/1/bizStep"],
    [2, "/epcisBody/eventList/2/eventTime"],
  ]);
  expect(taken()).toHaveLength(before);
});

test.each([
  ["?site=BER1", { "gs1-capture-error-behaviour": "proceed" }],
  ["?site=BER1&partial=true", {}],
])(
  "asked for with %s the rest is taken, and the job names what was not",
  async (query, headers) => {
    const id = `7-${query.length}`;
    const answer = await post(
      aDocument(event(id), event("8", { bizStep: 7 })),
      query,
      headers as Record<string, string>,
    );
    expect(answer.statusCode).toBe(202);
    const job = (await read(String(answer.headers["location"]))).json() as CaptureJob;
    expect(job).toMatchObject({ success: false, accepted: 1, captureErrorBehaviour: "proceed" });
    expect(job.errors).toHaveLength(1);
    expect(job.errors[0]?.detail).toMatch(/^\/epcisBody\/eventList\/1\/bizStep: /);
  },
);

test("an id that was used for something else is named where it stands", async () => {
  await post(aDocument(event("9")));
  const answer = await post(aDocument(event("10"), event("9", { bizStep: "packing" })));
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({
    code: "CT_ERR_EVENT_CONFLICT",
    errors: [{ index: 1, path: "/epcisBody/eventList/1/eventID" }],
  });
});

test("more than one append's worth is taken, up to a bound", async () => {
  const many = Array.from({ length: 1_201 }, (_, number) => event(`many-${number}`));
  expect((await post(aDocument(...many))).statusCode).toBe(202);
  const tooMany = Array.from({ length: 5_001 }, (_, number) => event(`too-many-${number}`));
  expect((await post(aDocument(...tooMany))).statusCode).toBe(413);
});

describe("what is refused", () => {
  test.each([
    [415, "<epcis/>", { "content-type": "application/xml" }],
    [400, "{", {}],
    [400, '{"type":"EPCISDocument","type":"x"}', {}],
    [422, "[]", {}],
    [422, JSON.stringify(aDocument(event("11"))), { "gs1-capture-error-behaviour": "maybe" }],
  ])("%i", async (status, body, headers) => {
    const answer = await post(body, "?site=BER1", headers as Record<string, string>);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.headers["gs1-epcis-version"]).toBe("2.0.0");
  });
});

test("a source may be named, and people may not be spoken for", async () => {
  await post(aDocument(event("12")), "?site=BER1&source=3pl/north");
  expect(world.tower.taken.at(-1)?.event.source).toBe("3pl/north");
  const answer = await post(aDocument(event("13")), "?site=BER1&source=ui/admin");
  expect(answer.json()).toMatchObject({ code: "CT_ERR_UNKNOWN_SOURCE" });
});

test("jobs are listed page by page, the newest first", async () => {
  const first = await read("/epcis/capture?site=BER1&perPage=2");
  const jobs = first.json() as CaptureJob[];
  expect(jobs).toHaveLength(2);
  const [, link = ""] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers["link"])) ?? [];
  const second = (await read(link)).json() as CaptureJob[];
  expect(second).toHaveLength(2);
  const ids = new Set([...jobs, ...second].map(({ captureID }) => captureID));
  expect(ids.size).toBe(4);
  expect((await read("/epcis/capture?site=BER1&nextPageToken=x")).statusCode).toBe(422);
});
