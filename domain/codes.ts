/**
 * Exception and hold reason codes, and which clock each pauses (contract, section 2). The customer's promise never pauses; our responsibility pauses in the
 * holds marked `pause`. Codes that are not listed are kept and count as `run`.
 */
export const PAUSING_CODES: ReadonlySet<string> = new Set([
  "HOLD_PAYMENT",
  "HOLD_FRAUD",
  "HOLD_ADDRESS",
  "HOLD_CUSTOMER_REQUEST",
  "HOLD_WEATHER",
  "HOLD_EXCHANGE_RETURN",
  "HOLD_FUTURE_DATE",
  "AWAITING_COLLECTION",
]);

export const clockOf = (code: string): "run" | "pause" =>
  PAUSING_CODES.has(code) ? "pause" : "run";

/** Pauses our clock and is yet nobody's fault: neither ours nor the customer's. */
const NOBODYS_CODE = "HOLD_WEATHER";
/** Holds that the customer answers for, and dates in the future: they are no part of the net cycle time (M1n). */
export const isOfCustomer = (code: string): boolean =>
  PAUSING_CODES.has(code) && code !== NOBODYS_CODE;

/** What customers find when they open the parcel: the end of the order does not stop it, as it does not stop damage. */
export const FOUND_BY_CUSTOMERS: ReadonlySet<string> = new Set(["WRONG_ITEM", "DOCUMENTS_MISSING"]);

/** A code as people say it: `HOLD_CUSTOMER_REQUEST` -> "customer request". */
export const inPlainWords = (code: string): string =>
  code
    .replace(/^HOLD_/, "")
    .replaceAll("_", " ")
    .toLowerCase();

/** Exceptions that the fold raises by itself. */
export const SYSTEM_EXCEPTIONS = [
  "MISSING_SCAN",
  "UNEXPECTED_SCAN",
  "DUPLICATE_SCAN",
  "CLOCK_SKEW",
  "NOT_SHIPPED",
  "REWORK_LOOP",
  "INTERCEPT_REQUESTED",
  "ADDRESS_INVALID",
  "SHORT_PICK",
  "QC_REJECT",
  "DAMAGED_INTERNAL",
  "DAMAGED_IN_TRANSIT",
  "ATTEMPT_FAILED",
  "TPL_REJECTED",
  "STOCK_OUT",
  "LOST_OR_STOLEN",
  "RETURN_TO_SENDER",
  "IMPOSSIBLE_EVENT",
] as const;
export type SystemException = (typeof SYSTEM_EXCEPTIONS)[number];
