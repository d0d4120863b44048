import { expect, test } from "vitest";
import { createSegments, entriesIn } from "../../history/segments.ts";

const entry = (seq: number, at = seq * 1_000, text = `{"at":${at},"n":${seq}}`) => ({
  seq,
  at,
  text,
});

test("what is added while a segment is young goes into the same one, and all of it comes back", () => {
  const segments = createSegments("BER1");
  segments.add("e1", [entry(5), entry(6)]);
  const grown = segments.add("e1", [entry(7)])!;
  expect(grown).toMatchObject({ first_seq: 5, last_seq: 7, from_at: 5_000, to_at: 7_000 });
  expect(entriesIn(grown)).toEqual([5, 6, 7].map((seq) => ({ seq, text: entry(seq).text })));
});

test("a gap, another generation, a lost batch, five minutes and 256 kB begin a new one", () => {
  const segments = createSegments("BER1");
  const firstOf = (epoch: string, one: ReturnType<typeof entry>) =>
    segments.add(epoch, [one])?.first_seq;
  expect(firstOf("e1", entry(1))).toBe(1);
  expect(firstOf("e1", entry(3))).toBe(3);
  expect(firstOf("e2", entry(4))).toBe(4);
  segments.forget();
  expect(firstOf("e2", entry(5))).toBe(5);
  expect(firstOf("e2", entry(6, 5_000 + 299_999))).toBe(5);
  expect(firstOf("e2", entry(7, 5_000 + 300_000))).toBe(7);
  expect(firstOf("e2", entry(8, 306_000, `{"at":1,"x":"${"x".repeat(300_000)}"}`))).toBe(7);
  expect(firstOf("e2", entry(9, 306_001))).toBe(9);
  expect(segments.add("e2", [])).toBeUndefined();
});
