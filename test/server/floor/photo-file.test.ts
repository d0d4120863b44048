import fc from "fast-check";
import { expect, test } from "vitest";
import { readPhoto } from "../../../server/floor/photo-file.ts";
import { aJpeg, aPng } from "../../support/pictures.ts";

test("a picture is known by its bytes and leaves what stands beside it behind", () => {
  for (const [bytes, type, width, height] of [
    [aJpeg(640, 480), "image/jpeg", 640, 480],
    [aPng(20, 10), "image/png", 20, 10],
  ] as const) {
    expect(bytes.toString("latin1")).toContain("Xqz");
    const photo = readPhoto(bytes);
    expect(photo).toMatchObject({ type, width, height });
    expect(photo?.bytes.toString("latin1")).not.toContain("Xqz");
    // what was cleaned is a picture still
    expect(readPhoto(photo?.bytes ?? Buffer.alloc(0))).toMatchObject({ type, width, height });
  }
});

test("what stands behind the end of a picture is cut off", () => {
  const page = Buffer.from("<script>alert(1)</script>");
  for (const bytes of [aJpeg(), aPng()])
    expect(readPhoto(Buffer.concat([bytes, page]))?.bytes.includes(page)).toBe(false);
});

test("other files, cut pictures and pictures without size are none", () => {
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(100)}</svg>`);
  const gif = Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(100)]);
  const wrongSum = aPng();
  wrongSum[wrongSum.length - 20]! ^= 1;
  for (const bytes of [
    Buffer.alloc(0),
    svg,
    gif,
    aJpeg().subarray(0, 120),
    aPng().subarray(0, 60),
    wrongSum,
    aJpeg(0, 10),
    aJpeg(20_000, 10),
    aPng(0, 8),
  ])
    expect(readPhoto(bytes)).toBeNull();
});

test("no bytes whatever make it throw or run on", () => {
  const start = fc.constantFrom([0xff, 0xd8], [...aPng().subarray(0, 8)], []);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
      const photo = readPhoto(Buffer.from([...head, ...tail]));
      if (photo !== null) expect(photo.width).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});
