/** Every metric that follows from roll-ups, by the question it answers. */
import type { Definition, Figure } from "./definition.ts";
import { CARRIERS, CYCLES, LOSSES, STAGE_FIGURES } from "./definitions-flow.ts";
import { INCIDENTS } from "./definitions-incidents.ts";
import { PACKAGING } from "./definitions-packaging.ts";
import { QUALITY } from "./definitions-quality.ts";
import { SERVICE } from "./definitions-service.ts";
import type { Sums } from "./sums.ts";

export const CATALOG = {
  otif: SERVICE,
  "cycle-times": CYCLES,
  stages: STAGE_FIGURES,
  quality: QUALITY,
  carriers: CARRIERS,
  packaging: PACKAGING,
  delays: LOSSES,
  incidents: INCIDENTS,
} as const;
export type CatalogName = keyof typeof CATALOG;

export const figuresOf = (definitions: readonly Definition[], sums: Sums): Record<string, Figure> =>
  Object.fromEntries(definitions.map(({ key, read }) => [key, read(sums)]));
