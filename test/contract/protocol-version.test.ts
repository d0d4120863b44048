import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { DisplayCommand, DisplayReport } from "../../domain/contract/displays.ts";
import { WallSample } from "../../domain/contract/walls.ts";
import * as realtime from "../../domain/contract/realtime.ts";

/** Every schema that passes on a socket, by name. */
const schemas = Object.entries({ ...realtime, DisplayCommand, DisplayReport, WallSample })
  .filter(([, value]) => typeof value === "object")
  .toSorted(([a], [b]) => (a < b ? -1 : 1));

const fingerprint = createHash("sha256").update(JSON.stringify(schemas)).digest("hex").slice(0, 16);

/** One line a version. Changed the wire? Raise PROTOCOL_VERSION and add its line: a browser of the old version then knows that it must reload. */
const FINGERPRINTS: Record<number, string> = {
  1: "933eef975fb5e0c3",
  2: "baf8573671f8b4be",
  3: "2c5a5e0f30b724cf",
  4: "e06fe62c79c7c312",
  5: "b1f6a619a935f3a6",
  6: "be454ef6d34ba1ac",
  7: "52a34b2da7a8ce76",
  8: "51e4202252392132",
  9: "8d6106b5bc653052",
  10: "6c72f0efa9fec181",
  11: "6a4c0edcfda4a5cd",
  12: "95580ce5314c6882",
};

test("the wire changes only together with its version", () => {
  expect(schemas.map(([name]) => name)).toContain("BoardOpened");
  expect([realtime.PROTOCOL_VERSION, fingerprint]).toEqual([
    realtime.PROTOCOL_VERSION,
    FINGERPRINTS[realtime.PROTOCOL_VERSION],
  ]);
});
