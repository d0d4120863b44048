import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { encode, encoded, reuseEncoded } from "../../../server/live/encoded.ts";

/** Socket.IO's own encoder, as the server has it. */
const { Encoder } = createRequire(import.meta.resolve("socket.io"))("socket.io-parser") as {
  Encoder: new () => { encode: (packet: object) => unknown[] };
};

const payload = { site: "BER1", rows: [{ id: 'SO "1"', why: "ü\u2028\n" }], last: true };
const packets = (what: unknown) => [
  { type: 2, nsp: "/", data: ["board:delta", what] },
  { type: 2, nsp: "/", id: 17, data: ["board:rows", what] },
  { type: 3, nsp: "/", id: 0, data: [what] },
];

test("what was made text before is written as Socket.IO itself would write it", () => {
  const [plain, ours] = [new Encoder(), new Encoder()];
  reuseEncoded(ours);
  packets(payload).forEach((packet, at) => {
    const [expected] = plain.encode(packet);
    expect(ours.encode(packets(encode(payload))[at] ?? {})).toEqual([expected]);
    expect(ours.encode(packet)).toEqual([expected]);
  });
});

test("whoever does not know it gets the same payload", () => {
  expect(JSON.parse(JSON.stringify({ a: encoded('{"b":1}') }))).toEqual({ a: { b: 1 } });
  const [text] = new Encoder().encode({ type: 2, nsp: "/", data: ["x", encode(payload)] });
  expect(text).toBe(`2${JSON.stringify(["x", payload])}`);
});
