/** What can be filtered by, with how many orders each choice has. Pure. */
import type { LiveMetrics, Row } from "../../domain/board.ts";
import type { Stage } from "../../domain/stages.ts";
import type { FilterOption } from "../ui/FilterMenu.vue";
import { SEVERITY_ORDER, SEVERITY_WORDS, STAGE_ORDER, STAGE_WORDS } from "../ui/words.ts";

export type Facets = {
  stages: FilterOption[];
  severities: FilterOption[];
  carriers: FilterOption[];
};

type Counts = {
  stage: Map<string, number>;
  severity: Map<string, number>;
  carrier: Map<string, number>;
};

const add = (counts: Map<string, number>, key: string) =>
  counts.set(key, (counts.get(key) ?? 0) + 1);

function countRows(rows: Iterable<Row>): Counts {
  const counts: Counts = { stage: new Map(), severity: new Map(), carrier: new Map() };
  for (const row of rows) {
    add(counts.stage, row.stage);
    add(counts.severity, row.sev);
    add(counts.carrier, row.carrier);
  }
  return counts;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The site's own stages always, others only when an order is in one. */
export function facetsOf(rows: Iterable<Row>, stages: readonly Stage[]): Facets {
  const counts = countRows(rows);
  const shown = STAGE_ORDER.filter((stage) => stages.includes(stage) || counts.stage.has(stage));
  return {
    stages: shown.map((id) => ({ id, label: STAGE_WORDS[id], count: counts.stage.get(id) ?? 0 })),
    severities: SEVERITY_ORDER.map((id) => ({
      id,
      label: capital(SEVERITY_WORDS[id].word),
      count: counts.severity.get(id) ?? 0,
    })),
    carriers: [...counts.carrier]
      .map(([id, count]) => ({ id, label: id, count }))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
  };
}

export type FlowCell = {
  stage: Stage;
  label: string;
  /** null while nothing is known of it: unknown is not empty */
  wip: number | null;
  /** share of the fullest stage, 0..1 */
  share: number;
  rates: string;
  empties: number | null;
  isStuck: boolean;
};

const FLOOR_END = STAGE_ORDER.indexOf("handed_over");

/** One cell a stage that the site scans, up to the dock; `emptiesAt` null means never at these rates. */
export function flowOf(stages: readonly Stage[], metrics: LiveMetrics | null): FlowCell[] {
  const floor = stages.filter((stage) => STAGE_ORDER.indexOf(stage) < FLOOR_END);
  const wipOf = (stage: Stage) => metrics?.stages[stage]?.wip ?? 0;
  const most = Math.max(1, ...floor.map(wipOf));
  return floor.map((stage) => {
    const now = metrics?.stages[stage];
    const empties = now?.emptiesAt ?? null;
    return {
      stage,
      label: STAGE_WORDS[stage],
      wip: metrics === null ? null : wipOf(stage),
      share: wipOf(stage) / most,
      rates:
        now === undefined
          ? ""
          : `in ${Math.round(now.inPerHour)} out ${Math.round(now.outPerHour)}`,
      empties,
      isStuck: now !== undefined && now.wip > 0 && empties === null,
    };
  });
}
