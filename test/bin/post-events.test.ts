/** What `ct import` makes of a door's answers: what was not taken is never told as taken. A bare server answers as the tower does, and as one that is being restarted. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import type { WireEvent } from "../../bin/adapters/feed.ts";
import { siteOf } from "../../bin/commands/feed-command.ts";
import { importCsv } from "../../bin/commands/import-csv.ts";
import { postEvents } from "../../bin/commands/post-events.ts";
import { settleAll } from "../../bin/commands/settle.ts";
import { MOST_ROWS } from "../../domain/contract/imports.ts";
import { MAX_BODY_BYTES, MAX_EVENTS } from "../../domain/contract/ingest.ts";

type Answer = (body: string, response: ServerResponse, request: IncomingMessage) => void;

let end = (): void => undefined;
afterEach(() => end());

/** Answers each request by the next of `answers`, and by the last of them from then on. */
async function doorOf(...answers: Answer[]) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    answers[Math.min(bodies.length, answers.length) - 1]?.(body, response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  end = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { connection: { url: `http://127.0.0.1:${port}`, key: "k" }, bodies };
}

const json =
  (status: number, document: object): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(document));

/** As every refusal leaves the tower: with an empty list where nothing single is wrong. */
const problem = (status: number, detail: string): Answer =>
  json(status, { title: "No", status, detail, code: "CT_ERR_X", retryable: false, errors: [] });

const takesAll: Answer = (body, response, request) =>
  json(202, { accepted: body.split("\n").length, duplicates: 0, inbox: { BER1: "7-0" } })(
    body,
    response,
    request,
  );

const events = (count: number, filler = ""): WireEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `e-${at}`,
    source: "wms",
    type: "note.added",
    site: "BER1",
    orderId: "SO-1",
    occurredAt: "2026-01-05T00:00:00.000Z",
    data: { text: "x", filler },
  }));

const AT_ONCE = { speed: Number.POSITIVE_INFINITY, onProgress: () => undefined };

test.each([
  [401, "Log in."],
  [403, "This needs the permission events:write."],
  [413, "The body is larger than this route takes."],
  [415, "Send one of application/x-ndjson."],
])("a refusal of the whole is a failure in the door's own words: %i", async (status, detail) => {
  const { connection } = await doorOf(problem(status, detail));
  await expect(postEvents(connection, events(3), AT_ONCE)).rejects.toThrow(`${detail} (${status})`);
});

test("large events go in requests that the door takes, each once and in order", async () => {
  const { connection, bodies } = await doorOf(takesAll);
  const large = events(60, "y".repeat(200_000));
  const posted = await postEvents(connection, large, AT_ONCE);
  expect(posted).toMatchObject({ accepted: 60, refused: [], inbox: { BER1: "7-0" } });
  expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThanOrEqual(
    MAX_BODY_BYTES,
  );
  const lines = bodies.flatMap((body) => body.split("\n"));
  expect(lines).toEqual(large.map((event) => JSON.stringify(event)));
});

test("an event that no request holds is refused by itself, and those about it are taken", async () => {
  const huge = "y".repeat(MAX_BODY_BYTES);
  const door: Answer = (body, response, request) =>
    (body.length > MAX_BODY_BYTES ? problem(413, "The body is too large.") : takesAll)(
      body,
      response,
      request,
    );
  const { connection } = await doorOf(door);
  const [before, between, after] = events(3);
  const sent = [before, { ...between, data: { huge } }, after] as WireEvent[];
  const posted = await postEvents(connection, sent, AT_ONCE);
  expect(posted.accepted).toBe(2);
  expect(posted.refused.map(({ event, message }) => [event.id, message])).toEqual([
    ["e-1", "The body is too large."],
  ]);
});

test("a door that is away, or goes while it answers, is asked again for the same", async () => {
  const { connection, bodies } = await doorOf(
    (_, response) => void response.destroy(),
    (_, response) => {
      response.writeHead(202, { "content-type": "application/json", "content-length": 50 });
      response.write('{"accepted":', () => response.destroy());
    },
    problem(503, "The store does not answer."),
    takesAll,
  );
  const posted = await postEvents(connection, events(2), AT_ONCE);
  expect(posted).toMatchObject({ accepted: 2, duplicates: 0 });
  expect(new Set(bodies).size).toBe(1);
  expect(bodies).toHaveLength(4);
});

test("the last position of each site is kept, whichever answer told it", async () => {
  const at = (position: string) =>
    json(202, { accepted: 1, duplicates: 0, inbox: { BER1: position } });
  const { connection } = await doorOf(at("10-0"), at("9-5"), at("10-1"), at("2-0"));
  const posted = await postEvents(connection, events(3 * MAX_EVENTS + 1), AT_ONCE);
  expect(posted.inbox).toEqual({ BER1: "10-1" });
});

test("applied is what the numbers hold: not what an inbox that looks empty says, and a restart is waited for", async () => {
  const numbers = (appliedTo: string, open: number) => json(200, { appliedTo, open, inboxLag: 0 });
  const { connection } = await doorOf(
    numbers("9-0", 0),
    (_, response) => void response.destroy(),
    problem(503, "The sites are being read."),
    numbers("10-0", 4),
  );
  const [site] = await settleAll(connection, { BER1: "10-0" });
  expect(site).toMatchObject({ site: "BER1", metrics: { open: 4 } });
});

test("a file in our own columns goes on through a restart of the tower", async () => {
  const summary = { form: "orders", rows: 1, accepted: 1, duplicates: 0, inbox: {}, errors: [] };
  const { connection, bodies } = await doorOf(
    json(200, { sites: [{ id: "BER1" }] }),
    (_, response) => void response.destroy(),
    problem(503, "The store does not answer."),
    json(202, { ...summary, dryRun: false }),
  );
  const csv = "orderId,placedAt,sku,quantity\nA,2026-01-05,S,1\n";
  await importCsv({ ...connection, path: "x.csv" }, csv);
  expect(bodies).toEqual(["", csv, csv, csv]);
});

test("a file that is refused is not sent again", async () => {
  const { connection, bodies } = await doorOf(
    json(200, { sites: [{ id: "BER1" }] }),
    problem(422, "1 item cannot be taken."),
  );
  await expect(importCsv({ ...connection, path: "x.csv" }, "a")).rejects.toThrow("1 item cannot");
  expect(bodies).toHaveLength(2);
});

test("a key that may only send needs no more: its site is named, and what became of it is left open", async () => {
  const { connection } = await doorOf(problem(403, "This needs the permission config:read."));
  expect(await siteOf(connection, "BER1")).toBe("BER1");
  await expect(siteOf(connection, undefined)).rejects.toThrow("--site: name it");
  expect(await settleAll(connection, { BER1: "10-0" })).toEqual([{ site: "BER1", metrics: null }]);
});

test("a large CSV file is looked at whole before anything of it is sent", async () => {
  const rows = Array.from({ length: MOST_ROWS + 1 }, (_, n) => `SO-${n},2026-11-22,A,1`);
  const csv = ["orderId,placedAt,sku,quantity", ...rows].join("\n");
  const asked: string[] = [];
  const mistake = { index: 0, path: "row 2, column sku", message: "is wrong", code: "CT_ERR_X" };
  const answers =
    (isWrong: boolean): Answer =>
    (body, response, request) => {
      const url = request.url ?? "";
      if (url.includes("/sites"))
        return json(200, { sites: [{ id: "BER1" }] })(body, response, request);
      const isDry = url.includes("dryRun");
      const isLast = asked.length % 2 === 1;
      asked.push(isDry ? "looked" : "sent");
      const errors = isWrong && isLast ? [mistake] : [];
      const counts = {
        accepted: 1,
        duplicates: 0,
        inbox: {},
        rows: 1,
        form: "orders",
        dryRun: isDry,
      };
      return json(isDry ? 200 : 202, { ...counts, errors })(body, response, request);
    };
  const log = vi.spyOn(console, "log").mockReturnValue();
  const error = vi.spyOn(console, "error").mockReturnValue();
  const wrong = await doorOf(answers(true));
  await importCsv({ ...wrong.connection, path: "x.csv" }, csv);
  expect(asked).toEqual(["looked", "looked"]);
  expect(error.mock.calls).toContainEqual([`refused row ${MOST_ROWS + 2}, column sku: is wrong`]);
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  end();
  asked.length = 0;
  const right = await doorOf(answers(false));
  await importCsv({ ...right.connection, path: "x.csv" }, csv);
  expect(asked).toEqual(["looked", "looked", "sent", "sent"]);
  log.mockRestore();
  error.mockRestore();
});
