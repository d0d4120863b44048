/** What a site's incidents are decided by at one moment: its calendar, its policies in force, and those that running ladders began under. */
import type { Site } from "../site.ts";
import type { Floods } from "./flood-mode.ts";
import type { Ladder, Policies } from "./policies.ts";

export type Rulebook = {
  site: Site;
  /** version of the policies in force */
  version: number;
  policies: Policies;
  /** the policies of that version: an edit changes no ladder that runs */
  of: (version: number) => Policies;
  /** how many incidents were opened here since that moment */
  openedSince: (at: number) => number;
  /** roles whose people are flooded with alarms; absent: not asked */
  floods?: Floods;
  /** calls for single orders of those who matter most in the last ten minutes; absent: not asked, as without a flood */
  vipCalls?: number;
};

/** A ladder as it stood when an incident began to climb it; null when it is not known any more. */
export const ladderIn = (
  { of }: Rulebook,
  { ladder, version }: { ladder: string; version: number },
): Ladder | null => of(version).ladders.find(({ id }) => id === ladder) ?? null;
