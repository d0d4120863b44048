/** Which of the board's pictures is shown, and which filter is to blame when none is. Pure. */
import type { Problem } from "../../domain/contract/ingest.ts";
import type { Row } from "../../domain/board.ts";
import { DEFAULT_VIEW, isFiltered, matcherOf, type BoardView } from "../stores/board-view.ts";

export type BoardFacts = {
  hasSite: boolean;
  isOurs: boolean;
  problem: Problem | null;
  isKnown: boolean;
  open: number;
  /** orders that have ever been here; null while unknown */
  ever: number | null;
  isFiltered: boolean;
};
export type BoardState = "loading" | "refused" | "forbidden" | "no-match" | "never" | "empty";

const isForbidden = ({ problem, hasSite, isOurs }: BoardFacts) =>
  !hasSite || (!isOurs && problem !== null) || problem?.status === 403;

export function stateOf(facts: BoardFacts): BoardState {
  if (isForbidden(facts)) return "forbidden";
  if (facts.problem !== null) return "refused";
  if (!facts.isKnown) return "loading";
  if (facts.open > 0 && facts.isFiltered) return "no-match";
  return facts.ever === 0 ? "never" : "empty";
}

const PARTS: readonly { name: string; off: Partial<BoardView> }[] = [
  { name: "Stage", off: { stages: [] } },
  { name: "Severity", off: { severities: [] } },
  { name: "Carrier", off: { carriers: [] } },
  { name: "Truck", off: { pickups: [] } },
  { name: "Owner", off: { owners: [] } },
  { name: "On hold", off: { held: false } },
  { name: "Act within", off: { actWithin: 0 } },
  { name: "Search", off: { text: DEFAULT_VIEW.text } },
];

/** The filter without which most orders would show; null when no single one is to blame. */
export function worstFilter(
  view: BoardView,
  rows: Iterable<Row>,
  now: number,
): { name: string; without: number } | null {
  const all = [...rows];
  let worst: { name: string; without: number } | null = null;
  for (const { name, off } of PARTS) {
    const relaxed = { ...view, ...off };
    if (!isFiltered(view) || JSON.stringify(relaxed) === JSON.stringify(view)) continue;
    const passes = matcherOf(relaxed);
    const without = all.filter((row) => passes(row, now)).length;
    if (without > (worst?.without ?? 0)) worst = { name, without };
  }
  return worst;
}
