/** Bodies made to be expensive: whatever stands in five megabytes, it is read or refused in time that grows with its length. */
import { describe, expect, test } from "vitest";
import { MAX_BODY_BYTES } from "../../domain/contract/ingest.ts";
import { readEdi } from "../../server/edi/read.ts";
import { captured, readCapture } from "../../server/epcis/capture.ts";
import { planImport } from "../../server/imports/plan.ts";
import { aPolicy } from "../support/builders.ts";
import { anInterchange, aSet, bare } from "./edi/bodies.ts";
import { aDocument, anEpcisEvent } from "./epcis/documents.ts";

/** Far above what reading costs, far below what squares of these lengths do. */
const MOST_MS = 10_000;

async function timed(work: () => unknown): Promise<number> {
  const from = performance.now();
  try {
    await work();
  } catch {
    // refused is as good
  }
  return performance.now() - from;
}
const times = (count: number, part: string): string =>
  part.repeat(Math.min(count, Math.floor(MAX_BODY_BYTES / part.length)));

const edi = (body: string) => () =>
  readEdi(Buffer.from(body), {
    zone: "Europe/Berlin",
    services: [],
    ordersOfParcel: () => [],
  });
const set = (code: string, first: string, many: string): string => bare(aSet(code, first, many));
const N = 90_000;
const ENDLESS = 4_000_000;

describe("X12", () => {
  test.each([
    ["lines", set("940", "W05*N*SO-1", times(N, "W01*1*EA**VN*A~"))],
    ["lines with wrong quantities", set("940", "W05*N*SO-1", times(N, "LX*1~"))],
    ["shipped lines", set("945", "W06*F*SO-1*20260211", times(N / 2, "LX*1~W12*CC*1*1~"))],
    [
      "references",
      set(
        "214",
        "B10*1*2*3",
        times(N / 2, "L11*A*B~") +
          times(N / 2, "LX*1~AT7*X6*NS***20260211*1600~").slice(0, 1_000_000),
      ),
    ],
    ["statuses", set("214", "B10*1*2*3", times(N, "AT7*X6*NS***20260211*1600~"))],
    [
      "levels",
      set(
        "856",
        "BSN*00*S*20260211*1530",
        Array.from({ length: N }, (_, n) => `HL*${n + 1}*${n}*O~`).join(""),
      ),
    ],
    [
      "orders in one shipment",
      set(
        "856",
        "BSN*00*S*20260211*1530",
        `HL*1**S~${Array.from({ length: N / 3 }, (_, n) => `HL*${n + 2}*1*O~PRF*${n}~MAN*GM*${n}~`).join("")}`,
      ),
    ],
    ["sets", anInterchange(...Array.from({ length: 20_000 }, () => aSet("940", "W05*N")))],
    ["segments without end", times(ENDLESS, "ST~")],
    ["nothing but separators", `ST*940*1~${times(ENDLESS, "*")}`],
    ["a header without end", times(ENDLESS, "ISA*")],
  ])("%s", async (_name, body) => {
    expect(await timed(edi(body))).toBeLessThan(MOST_MS);
  });
});

const csv = (body: string) => () =>
  planImport(Buffer.from(body), {
    site: aPolicy().site,
    source: "csv",
    sources: undefined,
    now: 0,
    known: async () => new Map(),
  });

describe("CSV", () => {
  const header = "orderId,placedAt,sku,quantity\n";
  test.each([
    ["columns", `${times(ENDLESS, "a,")}\n1`],
    ["quotes", times(ENDLESS, '"')],
    ["a quote that never ends", `${header}"${times(ENDLESS, "a")}`],
    ["rows of one order", header + times(5_000, "SO-1,2026-02-11,A,1\n")],
    ["rows with every mistake", header + times(5_000, ",x,,y\n")],
    ["rows without end", header + times(ENDLESS, "1\n")],
    [
      "types that are none",
      `type,orderId,occurredAt\n${Array.from({ length: 5_000 }, (_, n) => `pick.complete${n}${"x".repeat(60)},SO-1,2026-02-11\n`).join("")}`,
    ],
  ])("%s", async (_name, body) => {
    expect(await timed(csv(body))).toBeLessThan(MOST_MS);
  });
});

const known = { source: "epcis", service: "s", orderOfParcel: () => undefined, eventsOf: () => [] };
const epcis = (body: string) => () => captured(readCapture(Buffer.from(body)), known);

describe("EPCIS", () => {
  const document = (event: object, count: number) =>
    JSON.stringify(aDocument(...Array.from({ length: count }, () => event)));
  test.each([
    ["events of one order", document(anEpcisEvent({ bizStep: "picking" }), 12_000)],
    ["events taken back", document(anEpcisEvent({ bizStep: "void_shipping" }), 2_000)],
    ["depth", `${times(ENDLESS / 2, "[")}`],
    [
      "parcels",
      document(
        anEpcisEvent({
          bizStep: "shipping",
          epcList: Array.from(
            { length: 5_000 },
            (_, n) => `https://id.gs1.org/00/${String(n).padStart(18, "0")}`,
          ),
        }),
        15,
      ),
    ],
    [
      "fields",
      `{"type":"ObjectEvent",${Array.from({ length: 200_000 }, (_, n) => `"a${n}":1`).join(",")}}`,
    ],
  ])("%s", async (_name, body) => {
    expect(await timed(epcis(body))).toBeLessThan(MOST_MS);
  });
});
