/** The examples of docs/interchange.md are taken as they stand there, and its table says of each word what the reader does with it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meaningOf } from "../../server/epcis/meaning.ts";
import { EVENT_COLUMNS } from "../../server/imports/events.ts";
import { ORDER_COLUMNS, REQUIRED_COLUMNS } from "../../server/imports/orders.ts";
import { typeOf } from "../../server/edi/codes.ts";
import { anEpcisEvent } from "./epcis/documents.ts";
import { BEARER } from "./fake-app.ts";
import { createWorld, type World } from "./matrix/world.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../docs/interchange.md"), "utf8");

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

test.each([
  ["/epcis/capture", "application/ld+json", /-d '([^']+)'/],
  ["/api/v1/imports", "text/csv", /```csv\n([^`]+)```/],
])("the example for %s", async (url, type, pattern) => {
  const [, payload = ""] = pattern.exec(TEXT) ?? [];
  expect(payload.length).toBeGreaterThan(100);
  const headers = { ...BEARER, "content-type": type };
  const answer = await world.app.inject({
    method: "POST",
    url: `${url}?site=BER1`,
    headers,
    payload,
  });
  expect([answer.statusCode, answer.body]).toEqual([202, answer.body]);
});

describe("the table of steps", () => {
  const rows = TEXT.split("\n").filter(
    (line) => /^\| `[a-z_]+`/.test(line) && line.split("|").length === 5,
  );
  const cells = rows.map((row) => row.split("|").slice(1, 4));
  const words = (cell: string | undefined) =>
    [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

  test.each(
    cells.flatMap(([steps, dispositions, events]) =>
      words(steps).map((step) => [step, dispositions, events] as const),
    ),
  )("%s", (bizStep, dispositions, events) => {
    // taken back by what is stored: read elsewhere
    if (bizStep === "void_shipping") return;
    for (const disposition of [
      undefined,
      ...words(dispositions).filter((word) => !word.startsWith("_")),
    ]) {
      const [first] = meaningOf(anEpcisEvent({ bizStep, disposition }));
      const said = first?.type === "exception.raised" ? String(first.data["code"]) : first?.type;
      if (disposition === undefined && bizStep === "inspecting") expect(said).toBe("check.started");
      else expect(events).toContain(said);
    }
  });

  test("there are many", () => {
    expect(cells.length).toBeGreaterThan(8);
  });
});

test("the columns and codes that it names are known", () => {
  const csv = TEXT.slice(TEXT.indexOf("## CSV"));
  const named = [...csv.matchAll(/^- (?:required|of the order|of the line)[^:]*: (.+)$/gm)].flatMap(
    ([, list = ""]) => [...list.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
  expect(named.toSorted()).toEqual(ORDER_COLUMNS.toSorted());
  expect(csv).toContain(`required: ${REQUIRED_COLUMNS.map((one) => `\`${one}\``).join(", ")}`);
  for (const name of ["type", "occurredAt", "parcelId", "code", "line"])
    expect(EVENT_COLUMNS).toContain(name);
  const statuses = /AT7 status \([^)]*\): ([^.]+)\./.exec(TEXT.replaceAll("\n", " "))?.[1] ?? "";
  const codes = [...statuses.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) expect([code, typeOf(code)]).toEqual([code, expect.any(String)]);
});
