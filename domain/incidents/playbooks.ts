/** What to do, by reason code: four to six steps, each of which the product does or writes down. Server and screens read the same. */
import type { Incident } from "./incident.ts";
import { AFTER } from "./playbooks/after.ts";
import { BEFORE } from "./playbooks/before.ts";
import type { PlaybookStep } from "./playbooks/step.ts";

export type Playbook = { code: string; steps: readonly PlaybookStep[] };

export const PLAYBOOKS: Readonly<Record<string, readonly PlaybookStep[]>> = { ...BEFORE, ...AFTER };

const BY_KIND: Readonly<Partial<Record<Incident["kind"], string>>> = {
  source_silent: "SOURCE_SILENT",
  tpl_silent: "TPL_SILENT",
  quality_reject: "QC_REJECT",
  poison_events: "IMPOSSIBLE_EVENT",
};

/** Codes that the listening has and the list has not. */
const SAME_AS: Readonly<Record<string, string>> = {
  NOT_LOADED: "LABEL_NO_SCAN",
  PASSED_UNSEEN: "NOT_PACKED",
  SILENT_IN_TRANSIT: "LABEL_NO_SCAN",
  backorder: "STOCK_OUT",
};

type Asked = Pick<Incident, "kind" | "attributes" | "inputs">;

function codeOfLane({ inputs }: Asked): string {
  return inputs["perHour"] === 0 ? "EQUIPMENT_DOWN" : "STATION_BEHIND";
}

/** A truck of which something is known did not come; another one is missed because the floor is late. */
const codeOfTruck = ({ inputs }: Asked): string =>
  "expected" in inputs ? "PICKUP_MISSED" : "CUTOFF_MISSED";

const CODES: Readonly<Record<string, (value: string, incident: Asked) => string>> = {
  hold: (value) => value,
  exception: (value) => value,
  sku: () => "STOCK_OUT",
  provider: () => "TPL_SILENT",
  pickup: (_, incident) => codeOfTruck(incident),
  process: (value, incident) => (value === "transit" ? "CARRIER_DELAY" : codeOfLane(incident)),
  arrivals: () => "STATION_BEHIND",
  station: (_, incident) => codeOfLane(incident),
  zone: () => "STATION_BEHIND",
  region: () => "CARRIER_DELAY",
  carrier: () => "CARRIER_DELAY",
};

/** An order of which nothing else is known but the promise that it breaks. */
const CODES_OF_DEADLINE: Readonly<Record<string, string>> = {
  ship: "CUTOFF_MISSED",
  deliver: "CARRIER_DELAY",
};

/** The reason code of an incident: its own, that of the most telling of its attributes, or of its deadline. */
export function reasonCodeOf(incident: Asked): string {
  const own = BY_KIND[incident.kind] ?? incident.inputs["code"];
  if (typeof own === "string") return own;
  for (const [name, codeOf] of Object.entries(CODES)) {
    const found = incident.attributes.find((attribute) => attribute.name === name);
    if (found !== undefined) return codeOf(found.value, incident);
  }
  return CODES_OF_DEADLINE[String(incident.inputs["dueKind"])] ?? "OTHER";
}

export function playbookOf(incident: Asked): Playbook {
  const code = reasonCodeOf(incident);
  const known = SAME_AS[code] ?? code;
  return { code, steps: PLAYBOOKS[known] ?? PLAYBOOKS["OTHER"] ?? [] };
}
