/** Names of the floor for codes (screens, section 10). Of the domain only what brings no schemas and no calendar into the bundle. */
import { readPickupId } from "../../domain/pickup-id.ts";
import type { Severity, Stage } from "../../domain/stages.ts";

/** In the order of the way to the customer. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  received: "Received",
  backordered: "Backordered",
  allocated: "Allocated",
  released: "Released",
  picking: "Picking",
  picked: "Picked",
  packing: "Packing",
  packed: "Packed",
  checked: "Checked",
  staged: "Staged",
  handed_over: "Handed over",
  in_transit: "In transit",
  out_for_delivery: "Out for delivery",
  available_for_pickup: "Ready for pickup",
  delivery_failed: "Delivery failed",
  delivered: "Delivered",
  returning: "Returning",
  returned: "Returned",
  lost: "Lost",
  cancelled: "Cancelled",
};

export const STAGE_ORDER = Object.keys(STAGE_WORDS) as readonly Stage[];

/** Shape, chip word and spoken word: severity is never colour alone. */
export const SEVERITY_WORDS: Readonly<
  Record<Severity, { shape: string; chip: string; word: string }>
> = {
  late: { shape: "▲", chip: "LATE", word: "late" },
  at_risk: { shape: "◆", chip: "AT RISK", word: "at risk" },
  unknown: { shape: "?", chip: "BLIND", word: "blind" },
  lost_cause: { shape: "■", chip: "LOST", word: "lost" },
  on_time: { shape: "", chip: "", word: "on time" },
};

/** In the order of urgency. */
export const SEVERITY_ORDER = Object.keys(SEVERITY_WORDS) as readonly Severity[];

export const isStage = (word: string): word is Stage => Object.hasOwn(STAGE_WORDS, word);
export const isSeverity = (word: string): word is Severity => Object.hasOwn(SEVERITY_WORDS, word);

/** `DHL-20261123-1600` as people say it: `DHL 16:00`; anything else as it is. */
export function pickupName(id: string): string {
  const pickup = readPickupId(id);
  return pickup === null ? id : `${pickup.carrier} ${pickup.time}`;
}

/** Short forms as the floor writes them. */
const SHORT_FORMS: Readonly<Record<string, string>> = { qc: "QC", tpl: "3PL" };

/** `SHORT_PICK` → `Short pick`, `QC_REJECT` → `QC reject`. */
export function codeWords(code: string): string {
  const words = code
    .toLowerCase()
    .split("_")
    .map((word) => SHORT_FORMS[word] ?? word)
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A reason that begins with a code, said without it: `STOCK_OUT: none left` → `Stock out: none left`. */
export const reasonWords = (reason: string): string =>
  reason.replace(/^[A-Z]+(?:_[A-Z]+)+(?=:|$)/, codeWords);
