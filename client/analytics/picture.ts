/** A chart as a PNG that explains itself away from the page: its title and its sentence above it, where and when below. */
import type { ChartColors } from "../trends/line-chart-option.ts";

export type Caption = { title: string; words: string; source: string };

const FONT = '"Inter Variable", Inter, Roboto, system-ui, sans-serif';
const PAD = 16;
const HEAD = 64;
const FOOT = 28;

/** Cut at the width, with a mark where it was cut. */
function fitted(pen: CanvasRenderingContext2D, words: string, width: number): string {
  if (pen.measureText(words).width <= width) return words;
  let end = words.length;
  while (end > 0 && pen.measureText(`${words.slice(0, end)}…`).width > width) end -= 1;
  return `${words.slice(0, end)}…`;
}

/** @param scale device pixels a CSS pixel of `chart` */
export function pictureOf(
  chart: HTMLCanvasElement,
  scale: number,
  colors: ChartColors,
  { title, words, source }: Caption,
): Promise<Blob | null> {
  const width = chart.width / scale + 2 * PAD;
  const height = chart.height / scale + HEAD + FOOT;
  const canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  if (pen === null) return Promise.resolve(null);
  pen.scale(scale, scale);
  pen.fillStyle = colors.surface;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = colors.text;
  pen.font = `600 16px ${FONT}`;
  pen.fillText(fitted(pen, title, width - 2 * PAD), PAD, 26);
  pen.fillStyle = colors.muted;
  pen.font = `13px ${FONT}`;
  pen.fillText(fitted(pen, words, width - 2 * PAD), PAD, 48);
  pen.font = `12px ${FONT}`;
  pen.fillText(fitted(pen, source, width - 2 * PAD), PAD, height - 10);
  pen.drawImage(chart, PAD, HEAD, chart.width / scale, chart.height / scale);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
}
