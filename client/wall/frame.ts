/**
 * The picture of a wall as boxes, for the desk: what stands where, in which colours, and its words. No library that paints a page into a picture, and nothing of it that
 * is not on the screen. What counts is marked `data-frame`.
 */
import type { WallFrame } from "../../domain/contract/displays.ts";

const MOST_BOXES = 80;
const MOST_LETTERS = 48;

type Box = WallFrame["boxes"][number];

/** `rgb(r, g, b)` as `#rrggbb`; undefined for what is seen through. */
export function hexOf(color: string): string | undefined {
  const parts = /^rgba?\((\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\)$/.exec(color);
  if (parts === null || parts[4] === "0") return undefined;
  const [, ...rgb] = parts;
  return `#${rgb
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;
}

const permille = (value: number, of: number): number => Math.round((value / of) * 1_000);
const within = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

function boxOf(element: Element, width: number, height: number): Box {
  const { x, y, width: w, height: h } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const [fill, ink] = [hexOf(style.backgroundColor), hexOf(style.color)];
  const hasText = element.getAttribute("data-frame") === "text";
  const text = hasText ? (element.textContent ?? "").trim().slice(0, MOST_LETTERS) : "";
  return {
    x: within(permille(x, width), -1_000, 2_000),
    y: within(permille(y, height), -1_000, 2_000),
    w: within(permille(w, width), 0, 2_000),
    h: within(permille(h, height), 0, 2_000),
    ...(fill !== undefined && { fill }),
    ...(text !== "" && { text, ...(ink !== undefined && { ink }) }),
  };
}

export function frameOf(page: Document, width: number, height: number): WallFrame {
  const marked = [...page.querySelectorAll("[data-frame]")].slice(0, MOST_BOXES);
  const boxes = marked
    .map((element) => boxOf(element, width, height))
    .filter(({ w, h }) => w > 0 && h > 0);
  return { width, height, boxes };
}
