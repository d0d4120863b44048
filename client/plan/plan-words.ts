/** Kinds of work as the floor calls them. */
import type { Process } from "../../domain/forecast/plan.ts";

export const PROCESS_WORDS: Readonly<Record<Process, string>> = {
  allocate: "Allocation",
  pick: "Picking",
  pack: "Packing",
  check: "Quality control",
  stage: "Dock",
};
