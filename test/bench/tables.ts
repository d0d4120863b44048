/** Figures as people and machines read them. */
import { cpus, totalmem } from "node:os";

export type Figure = {
  id: string;
  what: string;
  value: string;
  /** the limit that was measured beside it */
  against?: string;
  ratio?: number;
  goal?: string;
  /** whether the goal (a ratio or a count, never a time) is met; absent when there is none to judge */
  isMet?: boolean;
  raw?: Record<string, number>;
};

export const round = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, AOF always`;

const verdictOf = ({ isMet }: Figure): string =>
  isMet === undefined ? "" : isMet ? "met" : "MISSED";

export function asTable(figures: readonly Figure[]): string {
  const head = ["", "what", "measured", "against, in the same run", "ratio", "goal", ""];
  const rows = figures.map((figure) => [
    figure.id,
    figure.what,
    figure.value,
    figure.against ?? "",
    figure.ratio === undefined ? "" : round(figure.ratio, 2),
    figure.goal ?? "",
    verdictOf(figure),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
