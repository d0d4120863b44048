/** A moment by which something was promised, or is wanted, and how we know. */
export type DeadlineFact = {
  name: string;
  kind: "ship" | "deliver" | "milestone";
  /** epoch ms */
  at: number;
  /** who set it: the shop, or our rules */
  basis: "given" | "computed";
  /** how it was computed, in sentences */
  how: string[];
  /** our clock stands still: a hold that pauses it is open */
  isPaused?: boolean;
};
