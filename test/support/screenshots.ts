/** Pictures of pages: taken without what moves, made small, and compared by what an eye would see. Decoding is the browser's: no library for it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Browser, Page } from "playwright-core";
import { encodePng, type Pixels } from "./png.ts";

type Sent = { width: number; height: number; data: string };

/** Draws a PNG on a canvas of `share` of its size, and hands its pixels out. */
async function decode(browser: Browser, png: Buffer, share = 1): Promise<Pixels> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const { width, height, data } = await page.evaluate<Sent, [string, number]>(drawn, [
      png.toString("base64"),
      share,
    ]);
    return { width, height, data: new Uint8Array(Buffer.from(data, "base64")) };
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
async function drawn([png, share]: [string, number]): Promise<Sent> {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.codePointAt(0) ?? 0);
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const width = Math.round(picture.width * share);
  const height = Math.round(picture.height * share);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  let text = "";
  const PIECE = 32_768;
  for (let at = 0; at < data.length; at += PIECE)
    text += String.fromCodePoint(...data.subarray(at, at + PIECE));
  return { width, height, data: btoa(text) };
}

/** What is in sight, with the caret and running animations left out. */
export const shoot = (page: Page): Promise<Buffer> =>
  page.screenshot({ animations: "disabled", caret: "hide" });

/** Writes a picture of the page with a palette, at `share` of its size. @returns its size in bytes */
export async function savePicture(page: Page, file: string, share = 1): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const png = encodePng(await decode(browser, await shoot(page), share));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, png);
  return png.length;
}

const luminance = ({ data }: Pixels, at: number): number =>
  0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);

export type Difference = {
  /** share of the points that are clearly lighter or darker, 0..1; 1 when the sizes differ */
  share: number;
  /** the page faint, and what differs in red */
  picture: () => Buffer;
};

/** so much of 255 is seen as another lightness */
const SEEN = 24;
/** Compared at a quarter of the size: how letters are smoothed does not count, where they stand does. */
const AT = 0.25;

function compare(before: Pixels, after: Pixels): Difference {
  const isSame = before.width === after.width && before.height === after.height;
  if (!isSame) return { share: 1, picture: () => encodePng(after) };
  const data = new Uint8Array(after.data.length);
  let differing = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [was, is] = [luminance(before, at), luminance(after, at)];
    const isOther = Math.abs(was - is) > SEEN;
    const faint = 160 + (is / 255) * 95;
    data.set(isOther ? [200, 0, 0, 255] : [faint, faint, faint, 255], at);
    if (isOther) differing += 1;
  }
  return { share: differing / (data.length / 4), picture: () => encodePng({ ...after, data }) };
}

/** How much the page differs from a picture of it that was kept (at half its size). */
export async function differenceFrom(page: Page, file: string): Promise<Difference> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const [before, after] = await Promise.all([
    decode(browser, readFileSync(file), AT / BASELINE_SHARE),
    decode(browser, await shoot(page), AT),
  ]);
  return compare(before, after);
}

/** Baselines are kept at half the size. */
export const BASELINE_SHARE = 0.5;
